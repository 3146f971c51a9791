#include "faults/selector.hpp"

#include <algorithm>

#include "engine/core/random.hpp"

namespace stampede::faults {

std::optional<NodeId> primary_of(const engine::World& world) {
  std::optional<NodeId> best;
  for (const NodeId member : world.members()) {
    if (!world.up(member) || !world.observation(member).leading) continue;
    if (!best || world.observation(member).epoch > world.observation(*best).epoch) best = member;
  }
  return best;
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
  const std::vector<NodeId>& members = world.members();
  switch (selector.kind) {
    case NodeSelector::Kind::names:
      return selector.nodes;
    case NodeSelector::Kind::primary:
      if (const auto primary = primary_of(world)) return std::vector{*primary};
      return std::nullopt;
    case NodeSelector::Kind::backups: {
      const auto primary = primary_of(world);
      if (!primary) return std::nullopt;
      std::vector<NodeId> backups = members;
      std::erase(backups, *primary);
      return backups;
    }
    case NodeSelector::Kind::minority:
      return sample(members, (members.size() - 1) / 2, draw);
    case NodeSelector::Kind::majority:
      return sample(members, members.size() / 2 + 1, draw);
    case NodeSelector::Kind::all: {
      return members;
    }
    case NodeSelector::Kind::clients: {
      std::vector<NodeId> clients;
      for (std::uint32_t i = 0; i < world.node_count(); ++i) {
        if (world.role(NodeId{i}) == "client") clients.push_back(NodeId{i});
      }
      return clients;
    }
    case NodeSelector::Kind::random:
      return sample(members, selector.count, draw);
  }
  return std::nullopt;
}

}  // namespace stampede::faults
