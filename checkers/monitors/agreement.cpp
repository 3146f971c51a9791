#include "checkers/monitors/agreement.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "engine/core/per_node.hpp"

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::ObservationChanged;
using engine::ObservedLog;

// ----- agreement -----

/// The longest committed log ever seen, and who showed it.
struct Agreement {
  ObservedLog log{};
  std::uint64_t length = 0;
  NodeId shown_by = no_node;
  static constexpr unsigned watches =
      engine::observed_committed | engine::observed_log_longer | engine::observed_log_other;

  void on(const ObservationChanged& change, Judge& judge) {
    const std::uint64_t known =
        std::min<std::uint64_t>(change.after.committed, change.after.log.size());
    // What this node shows as committed is what it showed before: judged then.
    if (change.log_extended() &&
        known == std::min<std::uint64_t>(change.before.committed, change.before.log.size()))
      return;
    const std::uint64_t common = std::min(known, length);
    if (!change.after.log.agrees(log, common)) {
      const std::size_t position = change.after.log.first_difference(log);
      judge.violated("operation number " + std::to_string(position) + " is " +
                         to_string(log.at(position)) + " as committed by " +
                         judge.world.name(shown_by) + " and " +
                         to_string(change.after.log.at(position)) + " as committed by " +
                         judge.world.name(change.node),
                     {shown_by, change.node});
    } else if (known > length) {
      log = change.after.log;
      length = known;
      shown_by = change.node;
    }
  }
};
STAMPEDE_VALUE(Agreement, log, length, shown_by);

// ----- acknowledged operations -----

/// All acknowledged operations, and a log that has them all within its first `covered` entries, as
/// long as there is one: whoever agrees with it so far holds them all, in O(1).
struct Acknowledged {
  std::vector<OperationId> operations{};
  ObservedLog reference{};
  std::uint64_t covered = 0;
  bool has_reference = true;

  void add(OperationId id, const engine::WorldView& world) {
    operations.push_back(id);
    if (!has_reference) return;
    // Near the end of the log of somebody who agrees with the reference.
    for (const NodeId member : world.members()) {
      const ObservedLog& log = world.observation(member).log;
      if (log.size() < covered || !log.agrees(reference, covered)) continue;
      for (std::size_t position = log.size(); position > covered; --position) {
        if (log.at(position) != id) continue;
        reference = log;
        covered = position;
        return;
      }
    }
    if (covered_has(id)) return;
    has_reference = false;
  }

  /// Operations may be acknowledged out of log order.
  [[nodiscard]] bool covered_has(OperationId id) const {
    for (std::size_t position = covered; position > 0; --position) {
      if (reference.at(position) == id) return true;
    }
    return false;
  }

  [[nodiscard]] bool holds_all(const ObservedLog& log) const {
    return has_reference && log.size() >= covered && log.agrees(reference, covered);
  }

  [[nodiscard]] static bool contains(const ObservedLog& log, OperationId id) {
    for (std::size_t position = log.size(); position > 0; --position) {
      if (log.at(position) == id) return true;
    }
    return false;
  }
};
STAMPEDE_VALUE(Acknowledged, operations, reference, covered, has_reference);

struct Durability {
  Acknowledged acknowledged{};
  // A log that only grew lost nothing.
  static constexpr unsigned watches = engine::observed_log_other;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.world);
    if (!acknowledged.has_reference) check(judge);
  }
  void on(const ObservationChanged&, Judge& judge) {
    if (!acknowledged.operations.empty()) check(judge);
  }
  void check(Judge& judge) const {
    const auto& members = judge.world.members();
    const auto holds_all = [&](NodeId node) {
      return acknowledged.holds_all(judge.world.observation(node).log);
    };
    if (std::any_of(members.begin(), members.end(), holds_all)) return;
    for (const OperationId id : acknowledged.operations) {
      const auto holds = [&](NodeId node) {
        return Acknowledged::contains(judge.world.observation(node).log, id);
      };
      if (std::any_of(members.begin(), members.end(), holds)) continue;
      judge.violated("operation " + to_string(id) + " was acknowledged and is in no replica's log");
      return;
    }
  }
};
STAMPEDE_VALUE(Durability, acknowledged);

struct AcknowledgedOnMajority {
  Acknowledged acknowledged{};
  static constexpr unsigned watches = engine::observed_log_other | engine::observed_roles;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.world);
    check(judge);
  }
  void on(const ObservationChanged& change, Judge& judge) {
    if (acknowledged.operations.empty()) return;
    if (change.log_extended() && change.before.recovering == change.after.recovering) return;
    check(judge);
  }
  void check(Judge& judge) const {
    const auto& members = judge.world.members();
    const std::size_t failures = (members.size() - 1) / 2;
    const auto is_present = [&](NodeId node) {
      return judge.world.up(node) && !judge.world.observation(node).recovering;
    };
    std::size_t present_count = 0;
    std::size_t full = 0;
    for (const NodeId member : members) {
      if (!is_present(member)) continue;
      ++present_count;
      if (acknowledged.holds_all(judge.world.observation(member).log)) ++full;
    }
    if (present_count <= failures) return;
    const std::size_t needed = present_count - failures;
    if (full >= needed) return;
    // Some may hold all of them in another order: each operation is looked for.
    std::vector<NodeId> present;
    std::copy_if(members.begin(), members.end(), std::back_inserter(present), is_present);
    for (const OperationId id : acknowledged.operations) {
      std::vector<NodeId> holders;
      for (const NodeId node : present) {
        if (Acknowledged::contains(judge.world.observation(node).log, id)) holders.push_back(node);
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

// ----- at most once -----

/// Operation numbers of one client that were executed.
struct Numbers {
  /// All of 1 .. up_to.
  std::uint32_t up_to = 0;
  std::set<std::uint32_t> beyond{};

  bool insert(std::uint32_t number) {
    if (number == up_to + 1 && beyond.empty()) {
      ++up_to;  // in order, as nearly always
      return true;
    }
    if (number <= up_to || !beyond.insert(number).second) return false;
    while (beyond.erase(up_to + 1) != 0) ++up_to;
    return true;
  }
};
STAMPEDE_VALUE(Numbers, up_to, beyond);

struct AtMostOnce {
  /// Highest executed length of each replica since it last started.
  PerNode<std::uint64_t> highest{};
  /// Operations of the longest executed log so far, and its length.
  std::map<ClientId, Numbers> executed{};
  std::uint64_t length = 0;
  static constexpr unsigned watches = engine::observed_executed;

  void on(const engine::Crashed& crashed, Judge&) { highest.erase(crashed.node); }

  void on(const ObservationChanged& change, Judge& judge) {
    const engine::Observation& after = change.after;
    const std::uint64_t now = std::min<std::uint64_t>(after.executed, after.log.size());
    if (!judge.world.up(change.node) || now <= change.before.executed) return;
    std::uint64_t& high = highest[change.node];
    if (change.before.executed < high) {
      const std::uint64_t again = change.before.executed + 1;
      judge.violated(judge.world.name(change.node) + " executed operation number " +
                         std::to_string(again) + " (" + to_string(after.log.at(again)) +
                         ") a second time",
                     {change.node});
    }
    high = std::max(high, now);
    for (; length < now; ++length) {
      const OperationId id = after.log.at(length + 1);
      if (id.number == 0) continue;  // a no-op
      if (executed[id.client].insert(id.number)) continue;
      judge.violated("operation " + to_string(id) +
                         " was executed at two positions, the later is " +
                         std::to_string(length + 1),
                     {change.node});
    }
  }
};
STAMPEDE_VALUE(AtMostOnce, highest, executed, length);

}  // namespace

engine::Property agreement() {
  return engine::monitor_property(
      "agreement", "At most one operation is ever committed at a position of the log.",
      Agreement{});
}

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

engine::Property at_most_once() {
  return engine::monitor_property("at-most-once", "No operation is executed twice.", AtMostOnce{});
}

}  // namespace stampede::checkers
