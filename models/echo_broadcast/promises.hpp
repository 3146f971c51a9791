// models/echo_broadcast/promises.hpp: what every broadcast of this folder promises, and of whom,
// whatever it sends for that. A node shows as its epoch what it has delivered, 0 = nothing yet, and
// keeps in `told.sent` what it has broadcast.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/model.hpp"
#include "engine/world/property.hpp"

namespace stampede::models::echo_broadcast {

/// Fewer than a third may do anything, and what a node has told is on its disk.
engine::Claims claims(const engine::ClusterSpec& cluster);
/// As many nodes as are asked for, all alike.
engine::Assembly members_alike(const engine::ClusterSpec& cluster,
                               const engine::ProcessValue& process);

inline std::uint64_t delivered(const engine::WorldView& world, NodeId node) {
  return world.observation(node).epoch;
}

std::vector<NodeId> correct_members(const engine::WorldView& world);
/// BCB4, BRB4: no two correct nodes deliver different values.
std::optional<std::string> inconsistent(const engine::WorldView& world);
/// Some correct node has delivered nothing.
std::optional<std::string> somebody_waits(const engine::WorldView& world);

/// What the broadcaster has sent, if it is correct and can be asked. P is its process.
template <class P>
std::optional<std::uint64_t> sent(const engine::WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster) || !world.up(broadcaster)) return std::nullopt;
  return engine::process_as<P>(world.process(broadcaster))->told.sent;
}

/// BCB3, BRB3: what a correct node delivers a correct broadcaster has broadcast.
template <class P>
std::optional<std::string> invented(const engine::WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster) || !world.up(broadcaster)) return std::nullopt;
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0 || delivered(world, node) == sent<P>(world)) continue;
    return world.name(node) + " has delivered " + std::to_string(delivered(world, node)) +
           ", which " + world.name(broadcaster) + " has not broadcast";
  }
  return std::nullopt;
}

/// BCB1, BRB1: what a correct broadcaster broadcasts every correct node delivers.
template <class P>
std::optional<std::string> not_delivered(const engine::WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster)) return std::nullopt;
  if (!sent<P>(world)) return world.name(broadcaster) + " has broadcast nothing";
  return somebody_waits(world);
}

}  // namespace stampede::models::echo_broadcast
