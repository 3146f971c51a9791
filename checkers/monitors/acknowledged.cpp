// `durability` and `acknowledged-on-majority`: what clients were answered is in logs.
#include <algorithm>
#include <iterator>

#include "checkers/monitors/agreement.hpp"

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::ObservationChanged;
using engine::ObservedLog;

/// All acknowledged operations, and a log that has them all within its first `covered` entries, as
/// long as there is one: whoever agrees with it so far holds them all, in O(1).
///
/// Logs may stand on a snapshot. The reference does not, and is continued by what logs show before
/// they forget it: what a snapshot stands for is known by the reference's hash at its base. Where
/// the reference does not reach that base nothing is said against the snapshot.
struct Acknowledged {
  std::vector<OperationId> operations{};
  ObservedLog reference{};
  std::uint64_t covered = 0;
  bool has_reference = true;

  void add(OperationId id, const engine::Group& group, const engine::WorldView& world) {
    operations.push_back(id);
    if (!has_reference) return;
    // Near the end of the log of somebody who agrees with the reference.
    for (const NodeId member : group.members()) {
      const ObservedLog& log = world.observation(member, group).log;
      if (log.size() < covered || !continues_reference(log)) continue;
      const std::uint64_t seen = std::max<std::uint64_t>(covered, log.base());
      for (std::size_t position = log.size(); position > seen; --position) {
        if (log.at(position) != id) continue;
        adopt(log);
        covered = position;
        return;
      }
    }
    if (position_in_reference(id) != 0) return;
    has_reference = false;
  }

  /// Keeps what a log showed before it forgot it.
  void note(const ObservationChanged& change) {
    const ObservedLog& log = change.before.log;
    if ((change.fields & engine::observed_log_base) == 0 || !has_reference) return;
    if (log.size() > reference.size() && continues_reference(log)) adopt(log);
  }

  [[nodiscard]] bool holds_all(const ObservedLog& log) const {
    return has_reference && log.size() >= covered && continues_reference(log);
  }

  /// Operations may be acknowledged out of log order.
  [[nodiscard]] bool holds(const ObservedLog& log, OperationId id) const {
    for (std::size_t position = log.size(); position > log.base(); --position) {
      if (log.at(position) == id) return true;
    }
    if (log.base() == 0) return false;
    const std::size_t position = has_reference ? position_in_reference(id) : 0;
    if (position > log.base()) return false;
    return position == 0 || reference.size() < log.base() || reference.agrees(log, log.base());
  }

 private:
  /// The log, at least `covered` long, has the reference's first `covered` entries.
  [[nodiscard]] bool continues_reference(const ObservedLog& log) const {
    const std::uint64_t shown = std::max<std::uint64_t>(covered, log.base());
    return shown <= reference.size() && log.agrees(reference, shown);
  }
  /// REQUIRES: the log continues the reference.
  void adopt(const ObservedLog& log) {
    if (log.base() == 0) {
      reference = log;
    } else {
      reference.continue_as(log, std::max<std::uint64_t>(covered, log.base()), log.size());
    }
  }
  /// 0 = it is not among the covered ones.
  [[nodiscard]] std::size_t position_in_reference(OperationId id) const {
    for (std::size_t position = covered; position > 0; --position) {
      if (reference.at(position) == id) return position;
    }
    return 0;
  }
};
STAMPEDE_VALUE(Acknowledged, operations, reference, covered, has_reference);

struct Durability {
  Acknowledged acknowledged{};
  /// Once more were down than the group survives: who was, has a disk, and was not seen since.
  std::vector<NodeId> unseen{};
  // A log that only grew lost nothing.
  static constexpr unsigned watches =
      engine::observed_log_other | engine::observed_log_base | engine::observed_up;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.group(), judge.world);
    if (!acknowledged.has_reference) check(judge);
  }
  void on(const ObservationChanged& change, Judge& judge) {
    acknowledged.note(change);
    const bool all_seen_again = !unseen.empty() && note_seen(change.node, judge);
    if ((change.fields & engine::observed_up) != 0) note_down(judge);
    const bool grew = change.log_extended() && (change.fields & engine::observed_log_base) == 0;
    if (acknowledged.operations.empty() || (grew && !all_seen_again)) return;
    check(judge);
  }
  /// True if nobody is unseen from here on.
  bool note_seen(NodeId node, const Judge& judge) {
    if (judge.world.up(node)) std::erase(unseen, node);
    return unseen.empty();
  }
  /// What a few that are up do not show is not lost: it may be on the disks of the others.
  void note_down(const Judge& judge) {
    std::vector<NodeId> down;
    for (const NodeId member : judge.group().members()) {
      if (!judge.world.up(member)) down.push_back(member);
    }
    if (down.size() <= judge.group().tolerated()) return;
    for (const NodeId node : down) {
      if (judge.world.process(node).type().durable.empty()) continue;
      const auto place = std::lower_bound(unseen.begin(), unseen.end(), node);
      if (place == unseen.end() || *place != node) unseen.insert(place, node);
    }
  }
  void check(Judge& judge) const {
    if (!unseen.empty()) return;
    const auto& members = judge.group().members();
    const auto holds_all = [&](NodeId node) {
      return acknowledged.holds_all(judge.world.observation(node, judge.group()).log);
    };
    if (std::any_of(members.begin(), members.end(), holds_all)) return;
    for (const OperationId id : acknowledged.operations) {
      const auto holds = [&](NodeId node) {
        return acknowledged.holds(judge.world.observation(node, judge.group()).log, id);
      };
      if (std::any_of(members.begin(), members.end(), holds)) continue;
      judge.violated("operation " + to_string(id) + " was acknowledged and is in no replica's log");
      return;
    }
  }
};
STAMPEDE_VALUE(Durability, acknowledged, unseen);

struct AcknowledgedOnMajority {
  Acknowledged acknowledged{};
  static constexpr unsigned watches =
      engine::observed_log_other | engine::observed_log_base | engine::observed_roles;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.group(), judge.world);
    check(judge);
  }
  void on(const ObservationChanged& change, Judge& judge) {
    acknowledged.note(change);
    if (acknowledged.operations.empty()) return;
    if (change.log_extended() && change.before.recovering == change.after.recovering) return;
    check(judge);
  }
  void check(Judge& judge) const {
    const auto& members = judge.group().members();
    const auto is_present = [&](NodeId node) {
      return judge.world.up(node) && !judge.world.observation(node, judge.group()).recovering;
    };
    std::size_t present_count = 0;
    std::size_t full = 0;
    for (const NodeId member : members) {
      if (!is_present(member)) continue;
      ++present_count;
      if (acknowledged.holds_all(judge.world.observation(member, judge.group()).log)) ++full;
    }
    // Each of the others may be one that had it.
    const std::size_t absent = members.size() - present_count;
    const std::size_t acknowledging = judge.group().quorums().acknowledging;
    if (acknowledging <= absent + full) return;
    const std::size_t needed = acknowledging - absent;
    // Some may hold all of them in another order: each operation is looked for.
    std::vector<NodeId> present;
    std::copy_if(members.begin(), members.end(), std::back_inserter(present), is_present);
    for (const OperationId id : acknowledged.operations) {
      std::vector<NodeId> holders;
      for (const NodeId node : present) {
        if (acknowledged.holds(judge.world.observation(node, judge.group()).log, id))
          holders.push_back(node);
      }
      if (holders.size() >= needed) continue;
      std::string names;
      for (const NodeId node : holders)
        names += (names.empty() ? "" : ", ") + judge.world.name(node);
      judge.violated("operation " + to_string(id) + " was acknowledged and is in the logs of " +
                         (holders.empty() ? "no replica" : "only " + names) + "; of the " +
                         std::to_string(present.size()) + " replicas that are not recovering " +
                         std::to_string(needed) + " must have it",
                     holders);
      return;
    }
  }
};
STAMPEDE_VALUE(AcknowledgedOnMajority, acknowledged);

}  // namespace

engine::Property durability() {
  return engine::monitor_property(
      "durability", "An acknowledged operation is in the log of some replica.", Durability{});
}

engine::Property acknowledged_on_majority() {
  return engine::monitor_property("acknowledged-on-majority",
                                  "An acknowledged operation is in the logs of enough replicas "
                                  "that every quorum meets one of them.",
                                  AcknowledgedOnMajority{});
}

}  // namespace stampede::checkers
