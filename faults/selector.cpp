#include "faults/selector.hpp"

#include <algorithm>

#include "engine/core/random.hpp"
#include "engine/world/configurations.hpp"

namespace stampede::faults {

std::optional<NodeId> primary_of(const engine::World& world, const engine::Group& group) {
  std::optional<NodeId> best;
  for (const NodeId member : group.everybody()) {
    if (!world.up(member) || !world.observation(member, group).leading) continue;
    if (!best || world.observation(member, group).epoch > world.observation(*best, group).epoch)
      best = member;
  }
  return best;
}

const engine::Group& group_of(const NodeSelector& selector, const engine::World& world) {
  return world.membership().groups().at(selector.group);
}

std::vector<NodeId> members_of(const NodeSelector& selector, const engine::World& world) {
  return engine::configuration_of(group_of(selector, world), world);
}

std::vector<NodeId> sample(std::vector<NodeId> from, std::size_t count, std::uint64_t draw) {
  std::vector<NodeId> chosen;
  for (std::uint64_t i = 0; i < count && !from.empty(); ++i) {
    const std::uint64_t position = engine::below(engine::mix(draw, i + 1), from.size());
    chosen.push_back(from[position]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(position));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::optional<std::vector<NodeId>> select(const NodeSelector& selector, const engine::World& world,
                                          std::uint64_t draw) {
  const engine::Group& group = group_of(selector, world);
  const std::vector<NodeId> members = members_of(selector, world);
  switch (selector.kind) {
    case NodeSelector::Kind::names:
      return selector.nodes;
    case NodeSelector::Kind::primary:
      if (const auto primary = primary_of(world, group)) return std::vector{*primary};
      return std::nullopt;
    case NodeSelector::Kind::backups: {
      const auto primary = primary_of(world, group);
      if (!primary) return std::nullopt;
      std::vector<NodeId> backups = members;
      std::erase(backups, *primary);
      return backups;
    }
    case NodeSelector::Kind::minority:
      return sample(members, engine::minority_of(members.size()), draw);
    case NodeSelector::Kind::majority:
      return sample(members, engine::majority_of(members.size()), draw);
    case NodeSelector::Kind::all:
      return members;
    case NodeSelector::Kind::clients:
      return world.membership().clients().nodes();
    case NodeSelector::Kind::random:
      return sample(members, selector.count, draw);
  }
  return std::nullopt;
}

}  // namespace stampede::faults
