// What makes one state another, as a value: reports tell what a decision changed by it, and a
// viewer marks it.
#pragma once

#include <string>
#include <vector>

#include "engine/core/document.hpp"

namespace stampede::engine {

/// One place in which two trees differ.
struct Change {
  enum class Kind {
    value,    // `before` has become `after`
    members,  // of a set or a map: `removed` are gone, `added` are new
    entries,  // of a list: its end `removed` is gone, `added` stands there instead
  };
  Kind kind = Kind::value;
  /// `view.view_number`, `answered.r1`, `votes[3].ballot`: positions from 1. Empty: the whole tree.
  std::string path;
  Document before;
  Document after;
  /// Members: the elements of a set, the keys of a map.
  std::vector<Document> removed;
  std::vector<Document> added;
  /// How many members or entries there are now.
  std::size_t size = 0;
};

/// All differences, in the order in which `after` is written; empty for equal trees.
std::vector<Change> difference(const Document& before, const Document& after);

/// `log +1 entry (now 3), commit_number 1 -> 2, prepare_oks +r1`; long values are cut.
std::string difference_text(const std::vector<Change>& changes);

}  // namespace stampede::engine
