// Decisions as the items of a script, written as a person would.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/world/world.hpp"

namespace stampede::scenarios {

/// Writes the decisions of one script, in their order.
class ScriptItems {
 public:
  /// The decision that `world` is to make next, as lines of YAML without the dash: without ordinals
  /// where the name means it anyway, timers by their values, without the number of an operation
  /// that is its client's next, and without the time that a script would give it.
  std::string text(const engine::World& world, engine::Decision decision);

 private:
  /// Operations begun so far.
  std::map<NodeId, std::uint32_t> begun_;
};

/// The items as a block of YAML; behind each, as a comment, what it changed, if that is not empty.
std::string script_block(const std::vector<std::string>& items,
                         const std::vector<std::string>& changes);

}  // namespace stampede::scenarios
