// A judged history as one HTML page that needs nothing else: no network, no scripts from elsewhere.
// It shows the events around the core first and the whole history on demand; only what is in view
// is drawn, so 10^5 operations stay usable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/world/history.hpp"
#include "histories/report/bands.hpp"

namespace stampede::histories {

struct PageContent {
  /// An operation or a transaction.
  struct Row {
    /// Whose it is.
    std::string lane;
    std::uint64_t from = 0;
    /// None: it never ends.
    std::optional<std::uint64_t> to;
    std::string text;
    std::string times;
    std::string note;
  };
  /// Something to look at: rows, and what is said about them. One is shown at a time, first the
  /// first.
  struct Story {
    struct Arrow {
      std::size_t from = 0;
      std::size_t to = 0;
      std::string label;
    };
    std::string name;
    std::vector<std::string> sentences;
    std::vector<std::size_t> rows;
    std::vector<Arrow> arrows;
  };

  std::string title;
  std::string verdict;
  std::string reason;
  /// What rows are.
  std::string noun = "operations";
  /// Events of the history.
  std::uint64_t events = 0;
  std::vector<Row> rows;
  std::vector<Story> stories;
  /// Faults, and what else went on.
  std::vector<Band> bands;
};

/// What the page of a history of operations shows: all of them, `core` as its one story. `notes`
/// are by position, `clients` by ClientId.
void fill_page(const engine::History& history, const std::vector<std::size_t>& core,
               const std::vector<std::string>& clients, const std::vector<Note>& notes,
               PageContent& content);

std::string history_page(const PageContent& content);

}  // namespace stampede::histories
