#include "explain/schedules.hpp"

#include <set>

namespace stampede::explain {

using engine::Decision;
using engine::DecisionKind;

RunSize size_of(const Schedule& schedule) {
  RunSize size;
  size.decisions = schedule.size();
  std::set<NodeId> nodes;
  for (const Item& item : schedule) {
    const DecisionKind kind = item.decision.kind;
    size.operations += kind == DecisionKind::begin ? 1 : 0;
    size.timeouts += kind == DecisionKind::fire ? 1 : 0;
    size.faults += kind == DecisionKind::crash || kind == DecisionKind::pause ||
                           kind == DecisionKind::duplicate || kind == DecisionKind::drop ||
                           kind == DecisionKind::corrupt || kind == DecisionKind::clock ||
                           kind == DecisionKind::wipe
                       ? 1
                       : 0;
    if (is_about_message(kind)) nodes.insert(item.decision.message.from);
    nodes.insert(place_of(item.decision));
  }
  nodes.erase(no_node);
  size.nodes = nodes.size();
  return size;
}

Schedule by_names(const std::vector<Decision>& decisions) {
  Schedule schedule;
  for (const Decision& decision : decisions) {
    Item item;
    item.id = static_cast<std::uint32_t>(schedule.size() + 1);
    item.decision = decision;
    item.by_name = true;
    schedule.push_back(std::move(item));
  }
  return schedule;
}

Schedule schedule_of(const Tape& tape, std::uint64_t last) {
  std::vector<Decision> decisions;
  for (std::uint64_t number = tape.boots() + 1; number <= last; ++number)
    decisions.push_back(tape.step(number).decision);
  return by_names(decisions);
}

scenarios::Fingerprint fingerprint_of(Tape& tape, const engine::Violation& violation) {
  std::uint64_t number = violation.step;
  while (tape.step(number).decision.kind == DecisionKind::complete && tape.step(number).cause != 0)
    number = tape.step(number).cause;
  return scenarios::fingerprint_of(violation, scenarios::kind_of_step(tape.step(number).decision),
                                   tape.world_at(violation.step));
}

}  // namespace stampede::explain
