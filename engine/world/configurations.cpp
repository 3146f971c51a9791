#include "engine/world/configurations.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

std::vector<ShownBy> shown_in(const Group& group, const WorldView& world) {
  std::vector<ShownBy> shown;
  for (const NodeId node : group.everybody()) {
    if (world.up(node)) shown.push_back({node, &world.observation(node, group)});
  }
  return shown;
}

bool has_failed(const WorldView& world, NodeId node, const Group& group) {
  return !world.correct(node) || !world.up(node) || world.observation(node, group).recovering;
}

}  // namespace

std::vector<NodeId> members_shown(const Group& group, const Observation& shown) {
  return shown.configuration.empty() ? group.members() : shown.configuration.members();
}

std::vector<NodeId> configuration_of(const Group& group, const std::vector<ShownBy>& shown) {
  const auto newest =
      std::max_element(shown.begin(), shown.end(), [](const ShownBy& left, const ShownBy& right) {
        return left.shown->committed < right.shown->committed;
      });
  return newest == shown.end() ? group.members() : members_shown(group, *newest->shown);
}

std::vector<std::vector<NodeId>> configurations_of(const Group& group,
                                                   const std::vector<ShownBy>& shown) {
  std::vector<std::vector<NodeId>> found = {configuration_of(group, shown)};
  for (const ShownBy& one : shown) {
    std::vector<NodeId> members = members_shown(group, *one.shown);
    if (std::binary_search(members.begin(), members.end(), one.node) &&
        std::find(found.begin(), found.end(), members) == found.end())
      found.push_back(std::move(members));
  }
  return found;
}

std::vector<NodeId> configuration_of(const Group& group, const WorldView& world) {
  if (!group.may_change()) return group.members();
  return configuration_of(group, shown_in(group, world));
}

std::vector<std::vector<NodeId>> configurations_of(const Group& group, const WorldView& world) {
  if (!group.may_change()) return {group.members()};
  return configurations_of(group, shown_in(group, world));
}

bool survives_crash(Tolerance tolerance, const std::vector<NodeId>& members, NodeId node,
                    const NodeSet& failed) {
  if (failed.contains(node) || !std::binary_search(members.begin(), members.end(), node))
    return true;
  const auto down = std::count_if(members.begin(), members.end(),
                                  [&](NodeId member) { return failed.contains(member); });
  return static_cast<std::size_t>(down) < tolerated(tolerance, members.size());
}

bool survives_crash(const WorldView& world, NodeId node) {
  const std::vector<Group>& groups = world.membership().groups();
  return std::all_of(groups.begin(), groups.end(), [&](const Group& group) {
    NodeSet failed;
    for (const NodeId one : group.everybody()) {
      if (has_failed(world, one, group)) failed.insert(one);
    }
    const auto configurations = configurations_of(group, world);
    return std::all_of(configurations.begin(), configurations.end(), [&](const auto& members) {
      return survives_crash(group.tolerance(), members, node, failed);
    });
  });
}

}  // namespace stampede::engine
