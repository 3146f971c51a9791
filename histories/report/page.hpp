// A judged history as the viewer's page is given it (viewer/page.hpp): all operations, and those
// that cannot all be right.
#pragma once

#include <optional>
#include <string>
#include <variant>
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
    /// JSON: its words, or `operation` and `result` as described values.
    std::string what;
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
  /// Words, and the rows that they name.
  std::vector<std::variant<std::string, std::size_t>> reason;
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

/// One object. Rows are [lane, from, to or -1, what, times, note] each, bands [from, to, text],
/// arrows of stories [row, row, label].
std::string history_json(const PageContent& content);

}  // namespace stampede::histories
