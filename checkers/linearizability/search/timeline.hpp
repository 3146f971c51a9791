// The invocations and responses of a part, laid out for the search: which operation responds next,
// how many were invoked before it, and the slot that each operation occupies while it is in
// progress.
//
// Slots colour the intervals: an operation takes the lowest free slot when it is invoked and frees
// it when it responds, so the number of slots is the greatest concurrency, whatever the length. An
// open operation never responds: it has a slot of its own, in front of those of the others.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

struct Timeline {
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  /// `ignored[i]`: operation i (an open one) is left out of the search.
  Timeline(const Part& part, const std::vector<bool>& ignored, Patience& patience);

  /// Completed operations in the order of their responses.
  std::vector<std::uint32_t> responses;
  /// For each response: operations 0 .. invoked_before-1 were invoked before it.
  std::vector<std::uint32_t> invoked_before;
  /// Slot of each operation; no_slot if it is ignored or invoked after the last response.
  std::vector<std::uint32_t> slots;
  std::uint32_t slot_count = 0;
  /// The first of them, for open operations.
  std::uint32_t open_slot_count = 0;
};

}  // namespace stampede::checkers
