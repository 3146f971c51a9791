// Which configuration a group is in, where its members change in a run: for whoever limits faults,
// or draws the nodes they strike.
//
// Nodes tell by what they show. The group is in the configuration that is shown by whoever has
// committed most: each configuration decides behind the one before it.
#pragma once

#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/world/property.hpp"

namespace stampede::engine {

/// What a node that is up shows of the group.
struct ShownBy {
  NodeId node{};
  const Observation* shown = nullptr;
};

/// The members that the group has in this node's eyes, ascending.
std::vector<NodeId> members_shown(const Group& group, const Observation& shown);
/// The configuration that the group is in; that it began with if nobody is up.
std::vector<NodeId> configuration_of(const Group& group, const std::vector<ShownBy>& shown);
/// That one first, and each other one in which one of its own members still is: it may be needed,
/// too.
std::vector<std::vector<NodeId>> configurations_of(const Group& group,
                                                   const std::vector<ShownBy>& shown);

std::vector<NodeId> configuration_of(const Group& group, const WorldView& world);
std::vector<std::vector<NodeId>> configurations_of(const Group& group, const WorldView& world);

/// The configuration of these members, ascending, survives a crash of the node while the others of
/// `failed` are failed. Who has failed already takes nothing more from it: crashing it again costs
/// nothing of the tolerance, though it is a crash like any other for whoever counts crashes.
bool survives_crash(Tolerance tolerance, const std::vector<NodeId>& members, NodeId node,
                    const NodeSet& failed);
/// Every group that the node is in survives its crash now, in each configuration that one of its
/// members runs in. Failed are who is down, recovering or faulty.
bool survives_crash(const WorldView& world, NodeId node);

}  // namespace stampede::engine
