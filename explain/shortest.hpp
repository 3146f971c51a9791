// The shortest schedule to a failure, by a search that may spend what a known schedule spends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "explain/lenient.hpp"

namespace stampede::explain {

struct SearchLimits {
  /// Worlds; 0 = no search.
  std::uint64_t states_max = 1'000'000;
  std::uint64_t memory_max = std::uint64_t{2} << 30;
};

struct Shortest {
  /// A shortest schedule within the budgets that breaks the property, if one was found.
  std::optional<std::vector<engine::Decision>> schedule;
  std::uint64_t states = 0;
};

/// Searches all schedules with at most the crashes, restarts, timeouts, duplicates and operations of
/// this one. Finds nothing where the schedule has what searches have not, or a limit comes first.
/// `go_on` is told how many worlds were looked at, and says whether to.
Shortest find_shortest(const LenientPlayer& player, const Schedule& schedule,
                       const SearchLimits& limits,
                       const std::function<bool(std::uint64_t states)>& go_on);

}  // namespace stampede::explain
