// Partitions of every shape, and rules for some messages and links.
#include <algorithm>

#include "engine/core/random.hpp"
#include "engine/world/configurations.hpp"
#include "faults/nemesis.hpp"
#include "faults/selector.hpp"

namespace stampede::faults {
namespace {

std::vector<NodeId> without(const std::vector<NodeId>& all, const std::vector<NodeId>& some) {
  std::vector<NodeId> rest;
  std::copy_if(all.begin(), all.end(), std::back_inserter(rest), [&](NodeId node) {
    return std::find(some.begin(), some.end(), node) == some.end();
  });
  return rest;
}

/// The members in a random order.
std::vector<NodeId> shuffled(std::vector<NodeId> nodes, std::uint64_t draw) {
  for (std::size_t i = nodes.size(); i > 1; --i)
    std::swap(nodes[i - 1], nodes[engine::below(engine::mix(draw, i), i)]);
  return nodes;
}

bool is_drawn(const NodeSelector& selector) {
  return selector.kind == NodeSelector::Kind::minority ||
         selector.kind == NodeSelector::Kind::majority ||
         selector.kind == NodeSelector::Kind::random;
}

}  // namespace

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const Partition& partition,
                            std::uint64_t draw, Undo& undo) {
  const engine::World& world = simulation.world();
  const std::vector<NodeId> among =
      engine::configuration_of(world.membership().groups().at(partition.among), world);
  const auto cut = [&](NodeId from, NodeId to) {
    if (from == to) return;
    simulation.network().cut(from, to);
    undo.cuts.emplace_back(from, to);
  };
  const auto separate = [&](const std::vector<NodeId>& one, const std::vector<NodeId>& other,
                            bool both) {
    for (const NodeId a : one) {
      for (const NodeId b : other) {
        cut(a, b);
        if (both) cut(b, a);
      }
    }
  };
  switch (partition.shape) {
    case Partition::Shape::groups:
    case Partition::Shape::isolate: {
      // A group that is drawn is drawn from the members that no group before it has.
      std::vector<std::vector<NodeId>> groups;
      std::vector<NodeId> taken;
      for (const NodeSelector& selector : partition.groups) {
        std::optional<std::vector<NodeId>> nodes = select(selector, world, draw);
        if (!nodes) return Begun::not_now;
        if (is_drawn(selector) && !taken.empty()) {
          const std::vector<NodeId> rest = without(members_of(selector, world), taken);
          nodes = sample(rest, std::min(rest.size(), nodes->size()), draw);
        }
        taken.insert(taken.end(), nodes->begin(), nodes->end());
        groups.push_back(std::move(*nodes));
      }
      if (partition.shape == Partition::Shape::isolate || groups.size() == 1) {
        groups.resize(1);
        groups.push_back(without(members_of(partition.groups.front(), world), groups.front()));
      }
      for (std::size_t i = 0; i < groups.size(); ++i) {
        for (std::size_t j = i + 1; j < groups.size(); ++j) {
          separate(groups[i], groups[j], !partition.outgoing_only);
        }
      }
      break;
    }
    case Partition::Shape::one_way: {
      const auto from = select(partition.groups.at(0), world, draw);
      const auto to = select(partition.groups.at(1), world, engine::mix(draw, 1));
      if (!from || !to) return Begun::not_now;
      separate(*from, *to, false);
      break;
    }
    case Partition::Shape::bridge: {
      // Two halves that can only hear each other through one node in the middle.
      const std::vector<NodeId> order = shuffled(among, draw);
      const std::size_t half = (order.size() - 1) / 2;
      separate({order.begin(), order.begin() + static_cast<std::ptrdiff_t>(half)},
               {order.begin() + static_cast<std::ptrdiff_t>(half) + 1, order.end()}, true);
      break;
    }
    case Partition::Shape::ring: {
      // Every node sees a majority, and no two see the same: on a ring each keeps its nearest
      // neighbours.
      const std::vector<NodeId> order = shuffled(among, draw);
      const std::size_t count = order.size();
      const std::size_t reach = (count / 2 + 1) / 2;
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < count; ++j) {
          const std::size_t apart = std::min((j + count - i) % count, (i + count - j) % count);
          if (apart > reach) cut(order[i], order[j]);
        }
      }
      break;
    }
  }
  return undo.cuts.empty() ? Begun::nothing : Begun::done;
}

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const LinkFault& link,
                            std::uint64_t draw, Undo& undo) {
  engine::NetworkRule rule;
  rule.filter.type = link.type;
  if (link.from) {
    const auto from = select(*link.from, simulation.world(), draw);
    if (!from) return Begun::not_now;
    rule.filter.from = *from;
  }
  if (link.to) {
    const auto to = select(*link.to, simulation.world(), engine::mix(draw, 1));
    if (!to) return Begun::not_now;
    rule.filter.to = *to;
  }
  rule.loss = link.loss;
  rule.duplicate = link.duplicate;
  rule.corrupt = link.corrupt;
  rule.delay = link.delay;
  rule.hold = link.hold;
  undo.rules.push_back(simulation.network().add_rule(std::move(rule)));
  return Begun::done;
}

}  // namespace stampede::faults
