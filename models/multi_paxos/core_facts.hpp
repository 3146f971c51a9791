// models/multi_paxos/core_facts.hpp: facts that hold of each node that keeps a core, by itself.
#pragma once

#include "engine/world/property.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {

namespace facts {
/// Who does not lead waits for somebody who does; who leads is heard of, and asks again.
std::optional<std::string> timer_missing(const Core& core, const engine::NodeView& node);
std::optional<std::string> another_ballot(const Core& core, const engine::NodeView& node);
std::optional<std::string> committed_unseen(const Core& core, const engine::NodeView& node);
std::optional<std::string> gap_left(const Core& core, const engine::NodeView& node);
std::optional<std::string> changed_twice(const Core& core, const engine::NodeView& node);
}  // namespace facts

/// Facts of each process that keeps a core as its member `core`: `core_facts<&Replica::core>(...)`.
template <auto core>
std::vector<engine::Property> core_facts(const CoreOptions&) {
  return {engine::part_property<core, &facts::timer_missing>(
              "multi-paxos/timers-armed", "Whoever waits has the timer armed that ends the wait."),
          engine::part_property<core, &facts::another_ballot>(
              "multi-paxos/leads-what-it-promised",
              "A candidate or leader has promised itself to its own ballot."),
          engine::part_property<core, &facts::committed_unseen>(
              "multi-paxos/committed-within-votes", "What a replica executes it has voted for."),
          engine::part_property<core, &facts::gap_left>(
              "multi-paxos/leaves-no-gap",
              "A leader proposes in every slot below its last one that is not known to be chosen."),
          engine::part_property<core, &facts::changed_twice>(
              "multi-paxos/changes-once", "A request for other members changes them once.")};
}

/// What a core reaches: for Model::probes of whoever keeps one.
inline std::vector<std::string> core_probes() {
  return {"election",  "elected",         "leader-deposed", "value-adopted",  "gap-filled",
          "caught-up", "members-changed", "leader-removed", "asks-for-chosen"};
}

/// What breaks first where a core tells before it has saved (`saves_first: false`).
inline constexpr const char* broken_by_unsaved = "multi-paxos/chosen-stays";

}  // namespace stampede::models::multi_paxos
