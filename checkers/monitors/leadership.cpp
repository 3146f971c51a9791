#include "checkers/monitors/leadership.hpp"

namespace stampede::checkers {

std::string who_leads(const engine::World& world, const engine::Group& group) {
  std::optional<NodeId> leader;
  // Who led before may not know yet that somebody else does.
  std::uint64_t epoch = 0;
  for (const NodeId node : group.everybody()) {
    if (!world.correct(node) || !world.up(node)) continue;
    const engine::Observation& shown = world.observation(node, group);
    if (!shown.leading || (leader && shown.epoch <= epoch)) continue;
    leader = node;
    epoch = shown.epoch;
  }
  if (!leader) return "nobody leads";
  return world.name(*leader) + " leads in epoch " + std::to_string(epoch);
}

}  // namespace stampede::checkers
