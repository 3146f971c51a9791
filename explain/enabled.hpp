// What can happen next in a world, and what would break behind it: a bounded search over copies.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/world/world.hpp"

namespace stampede::explain {

/// What is enabled without anybody's fault: messages in flight, the oldest first; then, node by
/// node, armed timers, the save and the disk requests under way; restarts of nodes that are down.
std::vector<engine::Decision> enabled(const engine::World& world);

struct ForesightBound {
  /// Decisions behind the one that is asked about.
  std::size_t depth = 2;
  /// Worlds that are looked at for each of those, at most.
  std::size_t worlds_max = 10'000;
  /// Asked before each world; may be empty.
  std::function<bool()> interrupted{};
};

/// What some decision leads to.
struct Foresight {
  /// The first violation on a shortest way, if there is one within the bound.
  std::optional<engine::Violation> violation{};
  /// What is decided behind it on that way.
  std::vector<engine::Decision> path{};
  std::size_t worlds = 0;
  /// All ways within the depth were looked at, or up to the length of this one.
  bool whole = true;
};

/// Looks for properties that a world does not know as violated. `judge` finds what only the history
/// of operations tells, and is asked where one was answered; it may be empty.
Foresight foresee(const engine::World& world, const engine::Decision& decision,
                  const ForesightBound& bound,
                  const std::function<std::vector<engine::Violation>(const engine::World&)>& judge);

}  // namespace stampede::explain
