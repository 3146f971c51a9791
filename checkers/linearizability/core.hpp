// Why a part is not linearizable: where it became impossible, and the few operations that are
// impossible by themselves.
//
// Only *sound* moves make a history smaller, moves that keep every linearizable history
// linearizable; so a smaller history that fails proves that the whole one does:
//   take a prefix (what had not responded becomes open);
//   delete a completed operation that never changes the state; turn a completed operation into an
//   open one; of a register without failed cas: delete all operations on a value, together with the
//   values that cas links to it;
//   of a counter or lock: take the suffix that begins with a read of the sum, or an acquisition.
// Deleting a write alone is not sound: it would make up values from nowhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "checkers/linearizability/rounds.hpp"

namespace stampede::checkers {

struct Core {
  /// Event number of the response that ends the shortest failing prefix.
  std::uint64_t impossible_at_event = 0;
  /// Positions in the history of the operations that fail together, ascending.
  std::vector<std::size_t> positions;
  /// Those of them whose responses are not needed.
  std::vector<std::size_t> open_positions;
  Sentence reason;
  /// Configurations that were visited to find it.
  std::uint64_t configurations = 0;
  /// The cap that ended the search for a smaller core; empty if none did.
  std::string limit;
};

/// Explains a part that has no linearization. Each attempt at a smaller core may visit about twice
/// as many configurations as it took to know that; where that, or what `limits` leave when `spent`
/// configurations are gone, is not enough, the core stays larger, or the prefix longer, than it
/// could be. `limits.max_memory_bytes` is what the searches may take. Ends with what it has where
/// `patience` does.
Core find_core(const engine::History& history, const engine::ServiceType& type, const Part& part,
               const FailedPart& failed, const Limits& limits, std::uint64_t spent,
               Patience& patience);

/// The smallest number from `low` to `high` of which `fails` is true. REQUIRES: it is true of
/// `high`, and of all above one of which it is true. Looks near `low` first.
template <class Fails>
std::size_t first_failure(std::size_t low, std::size_t high, const Fails& fails) {
  for (std::size_t step = 1; low < high; step *= 2) {
    const std::size_t probe = std::min(low + step, high) - 1;
    if (fails(probe)) {
      high = probe;
      break;
    }
    low = probe + 1;
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (fails(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

}  // namespace stampede::checkers
