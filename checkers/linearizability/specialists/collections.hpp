// Lists that only grow and sets that only grow, read as a whole, with every element added once:
// judged by one sweep, because what was read forces the order.
//
// 1. All reads must be prefixes of the longest one (for sets: subsets of each larger one).
// 2. That puts everything into groups: reads of nothing, the additions that the next read sees
//    first, these reads, and so on; last the additions that no read saw. In a list each addition
//    seen is a group of its own. Operations of one group commute.
// 3. There is an order exactly if no operation responded before one of an earlier group was
//    invoked: the sweep keeps the latest invocation of all earlier groups.
// 4. Open additions that no read saw are left out, open reads too.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// A part that is such a list or set.
struct Collection {
  bool is_set = false;
  struct Entry {
    /// Addition: the number of its element. Read: `reading`.
    std::uint32_t element = reading;
    /// What was read, by numbers of elements; an element that nobody added has `unknown`.
    std::vector<std::uint32_t> seen;
  };
  static constexpr std::uint32_t reading = UINT32_MAX;
  static constexpr std::uint32_t unknown = UINT32_MAX;
  /// By the index in the part.
  std::vector<Entry> entries;
  /// The addition of each element.
  std::vector<std::uint32_t> addition;
};

struct CollectionAnswer {
  bool linearizable = false;
  std::vector<std::uint32_t> order;
  /// Else the operations that fail together: completed ones, and those that only say where elements
  /// come from, whose responses are not needed.
  std::vector<std::uint32_t> culprits;
  std::vector<std::uint32_t> origins;
};

/// Nothing if the part is something else, or an element is added twice.
std::optional<Collection> make_collection(const engine::History& history,
                                          const engine::ServiceType& type, const Part& part,
                                          Patience& patience);

/// Only events up to `end` count: what responded later is open.
CollectionAnswer judge_collection(const Collection& collection, const Part& part,
                                  Patience& patience, std::uint32_t end = events_max);

}  // namespace stampede::checkers
