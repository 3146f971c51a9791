#include "models/echo_broadcast/promises.hpp"

#include <iterator>

namespace stampede::models::echo_broadcast {

using engine::WorldView;

engine::Claims claims(const engine::ClusterSpec&) {
  engine::Claims claims;
  claims.history.clear();
  claims.log = engine::LogClaim::none;
  claims.failures = engine::FailureModel::byzantine;
  claims.disk = engine::DiskClaim::durable;
  return claims;
}

engine::Assembly members_alike(const engine::ClusterSpec& cluster,
                               const engine::ProcessValue& process) {
  engine::Assembly assembly;
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < cluster.replicas; ++i) {
    nodes.push_back(NodeId{i});
    assembly.nodes.push_back({"r" + std::to_string(i), "replica", process, cluster.options});
  }
  assembly.membership.add(
      {"replica",
       std::move(nodes),
       {.tolerance = engine::Tolerance::third, .quorums = &engine::QuorumSystem::byzantine}});
  return assembly;
}

std::vector<NodeId> correct_members(const WorldView& world) {
  std::vector<NodeId> nodes;
  std::copy_if(world.members().begin(), world.members().end(), std::back_inserter(nodes),
               [&](NodeId node) { return world.correct(node); });
  return nodes;
}

std::optional<std::string> inconsistent(const WorldView& world) {
  std::optional<NodeId> first;
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0) continue;
    if (!first) first = node;
    if (delivered(world, node) == delivered(world, *first)) continue;
    return world.name(*first) + " has delivered " + std::to_string(delivered(world, *first)) +
           " and " + world.name(node) + " " + std::to_string(delivered(world, node));
  }
  return std::nullopt;
}

std::optional<std::string> somebody_waits(const WorldView& world) {
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0) return world.name(node) + " has delivered nothing";
  }
  return std::nullopt;
}

}  // namespace stampede::models::echo_broadcast
