#include "models/viewstamped/lease_facts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "models/service/queries.hpp"
#include "models/viewstamped/messages.hpp"

namespace stampede::models::viewstamped {
namespace {

/// 0 = the log does not show it.
OpNumber place_in(const engine::ObservedLog& log, OperationId id) {
  OpNumber position = log.size();
  while (position > log.base() && log.at(position) != id) --position;
  return position > log.base() ? position : 0;
}

/// So many members hold each acknowledged update, those counted who are not seen.
struct UpdatesHeld {
  /// Tells reads from updates.
  engine::ServiceState service{};
  /// A quorum does; else one member.
  bool by_quorum = false;
  std::set<OperationId> reads{};
  /// With the place at which somebody showed it committed when it was acknowledged; 0 = whoever
  /// had committed it had forgotten it.
  std::map<OperationId, OpNumber> acknowledged{};
  static constexpr unsigned watches =
      engine::observed_log_other | engine::observed_log_base | engine::observed_roles;

  void on(const engine::Invoked& invoked, engine::Judge&) {
    if (service::is_query(service.type(), invoked.operation)) reads.insert(invoked.id);
  }
  void on(const engine::Responded& responded, engine::Judge& judge) {
    if (reads.erase(responded.id) != 0) return;
    OpNumber& place = acknowledged[responded.id];
    for (const NodeId member : judge.group().everybody()) {
      const engine::Observation& shown = judge.world.observation(member, judge.group());
      const OpNumber found = place_in(shown.log, responded.id);
      if (found <= shown.committed) place = std::max(place, found);
    }
    check(responded.id, place, judge);
  }
  void on(const engine::ObservationChanged&, engine::Judge& judge) const {
    for (const auto& [id, place] : acknowledged) check(id, place, judge);
  }

  void check(OperationId id, OpNumber place, engine::Judge& judge) const {
    const engine::Group& group = judge.group();
    const std::size_t needed = by_quorum ? group.quorums().acknowledging : 1;
    std::size_t holders = 0;
    for (const NodeId member : group.everybody()) {
      const engine::Observation& shown = judge.world.observation(member, group);
      const bool is_unseen = !judge.world.up(member) || shown.recovering;
      const bool has_forgotten = shown.log.base() >= std::max<OpNumber>(place, 1);
      if (is_unseen || has_forgotten || place_in(shown.log, id) != 0) ++holders;
    }
    if (holders >= needed) return;
    judge.violated("of operation " + engine::to_string(id) + ", which was acknowledged, " +
                   std::to_string(holders) + " replicas may have a copy, and " +
                   std::to_string(needed) + " are needed");
  }
};
STAMPEDE_VALUE(UpdatesHeld, service, by_quorum, reads, acknowledged);

}  // namespace

engine::Property updates_on_majority(const engine::ServiceType& service) {
  return engine::monitor_property(
      "acknowledged-on-majority",
      "An acknowledged update is in the logs of as many replicas as it takes to commit.",
      UpdatesHeld{engine::ServiceState(service), true, {}, {}});
}

engine::Property updates_durable(const engine::ServiceType& service) {
  return engine::monitor_property("durability", "An acknowledged update stays in some log.",
                                  UpdatesHeld{engine::ServiceState(service), false, {}, {}});
}

}  // namespace stampede::models::viewstamped
