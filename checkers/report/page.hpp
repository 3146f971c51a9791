// A judged history as one HTML page that needs nothing else: no network, no scripts from elsewhere.
// It shows the events around the core first and the whole history on demand; only what is in view
// is drawn, so 10^5 operations stay usable.
#pragma once

#include <string>
#include <vector>

#include "checkers/report/bands.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

struct PageContent {
  std::string title;
  std::string verdict;
  std::string reason;
  std::vector<std::size_t> core;
  std::vector<std::string> clients;
  /// Faults, and what else went on.
  std::vector<Band> bands;
  /// What was said about operations, by position.
  std::vector<Note> notes;
};

std::string history_page(const engine::History& history, const PageContent& content);

}  // namespace stampede::checkers
