// Why a part is not linearizable: where it became impossible, and the few operations that are
// impossible by themselves.
//
// Only *sound* moves shrink a history, moves that keep every linearizable history linearizable; so
// a smaller history that fails proves that the whole one does:
//   take a prefix (what had not responded becomes open);
//   delete a completed operation that never changes the state; turn a completed operation into an
//   open one; of a register without failed cas: delete all operations on a value, together with the
//   values that cas links to it.
// Deleting a write alone is not sound: it would make up values from nowhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/partition.hpp"

namespace stampede::checkers {

struct Core {
  /// Event number of the response that ends the shortest failing prefix.
  std::uint64_t impossible_at_event = 0;
  /// Positions in the history of the operations that fail together, ascending.
  std::vector<std::size_t> positions;
  /// Those of them whose responses are not needed.
  std::vector<std::size_t> open_positions;
  /// One sentence with values.
  std::string reason;
};

/// Explains a part that has no linearization, as a search of `configurations` configurations found.
/// Each attempt to shrink has a budget of its own; where that is not enough, the core stays larger,
/// or the prefix longer, than it could be.
Core find_core(const engine::History& history, const engine::ServiceType& type, const Part& part,
               std::uint64_t configurations);

}  // namespace stampede::checkers
