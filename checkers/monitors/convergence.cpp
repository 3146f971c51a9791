#include "checkers/monitors/convergence.hpp"

#include <algorithm>

#include "engine/world/configurations.hpp"

namespace stampede::checkers {

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

/// What keeps this node from having what the leader has.
std::optional<std::string> lags(const engine::World& world, const engine::Group& group,
                                NodeId member, NodeId leader, bool lost_entries_stay) {
  const engine::Observation& shown = world.observation(member, group);
  const engine::Observation& wanted = world.observation(leader, group);
  const std::string name = world.name(member);
  if (!world.up(member)) return name + " is down";
  if (!shown.operational) return name + " is not operational";
  if (shown.epoch != wanted.epoch) {
    return name + " is in epoch " + number(shown.epoch) + ", " + world.name(leader) + " in " +
           number(wanted.epoch);
  }
  if (shown.committed != wanted.committed || shown.executed != shown.committed) {
    return name + " has committed " + number(shown.committed) + " and executed " +
           number(shown.executed) + " of the " + number(wanted.committed) + " entries of " +
           world.name(leader);
  }
  const bool same = lost_entries_stay ? shown.log.size() >= shown.committed &&
                                            shown.log.agrees(wanted.log, shown.committed)
                                      : shown.log.ends_as(wanted.log);
  if (!same) return "the logs of " + name + " and " + world.name(leader) + " differ";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> not_converged(const engine::World& world, const engine::Group& group,
                                         bool lost_entries_stay) {
  const auto& all = group.everybody();
  const auto leader = std::find_if(all.begin(), all.end(), [&](NodeId node) {
    return world.correct(node) && world.up(node) && world.observation(node, group).leading;
  });
  if (leader == all.end()) return "nobody leads";
  const engine::Observation& leading = world.observation(*leader, group);
  const std::vector<NodeId> members = engine::members_shown(group, leading);
  if (leading.committed != leading.log.size()) {
    return world.name(*leader) + " leads and has committed " + number(leading.committed) + " of " +
           number(leading.log.size()) + " entries";
  }
  for (const NodeId member : members) {
    if (!world.correct(member)) continue;
    if (auto missing = lags(world, group, member, *leader, lost_entries_stay)) return missing;
  }
  // States last: digests cost O(state).
  std::optional<std::uint64_t> digest;
  NodeId first = *leader;
  for (const NodeId member : members) {
    if (!world.correct(member)) continue;
    const std::optional<std::uint64_t> state = world.state_digest(member, group);
    if (!state) continue;
    if (!digest) {
      digest = state;
      first = member;
    }
    if (digest != state) {
      return "the service states of " + world.name(member) + " and " + world.name(first) +
             " differ";
    }
  }
  return std::nullopt;
}

}  // namespace stampede::checkers
