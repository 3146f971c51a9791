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
  /// Decisions of a schedule.
  std::uint64_t length_max = UINT64_MAX;
};

struct Shortest {
  /// A shortest schedule within the budgets, if one was found. It may end in another step than it
  /// is to: explore_failure says which.
  std::optional<std::vector<engine::Decision>> schedule;
  std::uint64_t states = 0;
};

/// What the schedule spends: crashes, restarts, timeouts, duplicates and operations, as the
/// settings of a search; nothing if it has what searches have not.
std::optional<scenarios::ExploreSettings> spending_of(const LenientPlayer& player,
                                                      const Schedule& schedule);

/// One thing more than `spending`, or one thing instead of another: crashes with their restarts,
/// copies, and timeouts of all kinds that the nodes have. Exchanges first: they take fewer worlds.
std::vector<scenarios::ExploreSettings> near_spendings(const LenientPlayer& player,
                                                       const scenarios::ExploreSettings& spending);

/// Searches all schedules that spend at most so much for one that fails as the player's target
/// does. Finds nothing if a limit comes first, or if the protocol does what cannot be searched.
/// `go_on` is told how many worlds were looked at, and says whether to.
Shortest find_shortest(const LenientPlayer& player, const scenarios::ExploreSettings& spending,
                       const SearchLimits& limits,
                       const std::function<bool(std::uint64_t states)>& go_on);

}  // namespace stampede::explain
