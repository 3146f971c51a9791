// Resolving node selectors against a running world.
#pragma once

#include "faults/fault.hpp"

namespace stampede::faults {

/// The group's leading node of the highest epoch, if any leads.
std::optional<NodeId> primary_of(const engine::World& world, const engine::Group& group);

/// The group that the selector draws from; the main one for names and clients.
const engine::Group& group_of(const NodeSelector& selector, const engine::World& world);

/// The members that this group has now.
std::vector<NodeId> members_of(const NodeSelector& selector, const engine::World& world);

/// The nodes meant now, ascending; nothing when they cannot be named yet (no primary). `draw` is 64
/// random bits for the kinds that draw.
std::optional<std::vector<NodeId>> select(const NodeSelector& selector, const engine::World& world,
                                          std::uint64_t draw);

/// A random subset of `count` of `from`, ascending.
std::vector<NodeId> sample(std::vector<NodeId> from, std::size_t count, std::uint64_t draw);

}  // namespace stampede::faults
