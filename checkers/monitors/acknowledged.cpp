// `durability` and `acknowledged-on-majority`: what clients were answered is in logs.
#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "checkers/monitors/agreement.hpp"
#include "checkers/monitors/configuration.hpp"

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::ObservationChanged;
using engine::ObservedLog;

/// The operations that a log shows, for whoever asks for one after the other.
class ShownOperations {
 public:
  explicit ShownOperations(const ObservedLog& log) : log_(log) {
    ids_.reserve(log.size() - log.base());
    for (std::size_t position = log.base() + 1; position <= log.size(); ++position)
      ids_.push_back(log.at(position));
    std::sort(ids_.begin(), ids_.end());
  }
  [[nodiscard]] bool has(OperationId id) const {
    return std::binary_search(ids_.begin(), ids_.end(), id);
  }
  [[nodiscard]] const ObservedLog& log() const { return log_; }

 private:
  const ObservedLog& log_;
  std::vector<OperationId> ids_;
};

/// All acknowledged operations, and a log that has them all within its first `covered` entries, as
/// long as there is one: whoever agrees with it so far holds them all, in O(1).
///
/// Logs may stand on a snapshot. The reference does not, and is continued by what logs show before
/// they forget it: what a snapshot stands for is known by the reference's hash at its base. Where
/// the reference is not settled up to that base nothing is said against the snapshot: what a log
/// holds behind the last answered or forgotten entry may be replaced yet.
struct Acknowledged {
  std::vector<OperationId> operations{};
  ObservedLog reference{};
  std::uint64_t covered = 0;
  /// So many entries of the reference some log has forgotten.
  std::uint64_t settled = 0;
  bool has_reference = true;

  void add(OperationId id, const engine::Group& group, const engine::WorldView& world) {
    operations.push_back(id);
    if (!has_reference) return;
    // What a log forgot in the step of the answer is in the reference already.
    for (std::uint64_t position = settled; position > covered; --position) {
      if (reference.at(position) != id) continue;
      covered = position;
      return;
    }
    // Near the end of the log of somebody who agrees with the reference.
    for (const NodeId member : group.everybody()) {
      const engine::Observation& shown = world.observation(member, group);
      const ObservedLog& log = shown.log;
      if (log.size() < covered || !continues_reference(log)) continue;
      const std::uint64_t seen = std::max<std::uint64_t>(known(), log.base());
      for (std::size_t position = log.size(); position > seen; --position) {
        if (log.at(position) != id) continue;
        if (!world.correct(member)) break;
        // The same operation in an entry of a deposed leader hashes to something else.
        if (log.base() != 0 && shown.committed < position) break;
        adopt(log, seen);
        covered = position;
        return;
      }
    }
    if (position_in_reference(id) != 0) return;
    has_reference = false;
  }

  /// Keeps what a log showed before it forgot it.
  void note(const ObservationChanged& change) {
    if ((change.fields & engine::observed_log_base) == 0 || !has_reference) return;
    const ObservedLog& log = change.before.log;
    const std::uint64_t forgotten = change.after.log.base();
    if (forgotten <= settled || forgotten > log.size()) return;
    if (!log.agrees(change.after.log, forgotten)) return;  // a snapshot of something else
    if (log.size() >= covered && continues_reference(log)) {
      adopt(log, std::max<std::uint64_t>(known(), log.base()));
    } else if (const auto last = last_answered_in(log)) {
      // The reference was a log of a deposed leader.
      adopt(log, log.base());
      covered = *last;
    } else {
      return;
    }
    settled = forgotten;
  }

  [[nodiscard]] bool holds_all(const ObservedLog& log) const {
    return has_reference && log.size() >= covered && continues_reference(log);
  }

  /// Operations may be acknowledged out of log order.
  [[nodiscard]] bool holds(const ShownOperations& shown, OperationId id) const {
    const ObservedLog& log = shown.log();
    if (shown.has(id)) return true;
    if (log.base() == 0) return false;
    const std::size_t position = has_reference ? position_in_reference(id) : 0;
    if (position > log.base()) return false;
    return position == 0 || known() < log.base() || reference.agrees(log, log.base());
  }

 private:
  /// So many entries of the reference stay as they are.
  [[nodiscard]] std::uint64_t known() const { return std::max(covered, settled); }
  /// The log, at least `covered` long, has the entries of the reference that stay as they are.
  [[nodiscard]] bool continues_reference(const ObservedLog& log) const {
    const std::uint64_t shown =
        std::max<std::uint64_t>(std::min<std::uint64_t>(known(), log.size()), log.base());
    return shown <= known() && log.agrees(reference, shown);
  }
  /// Where the last acknowledged operation is in a log that has them all, in whatever order;
  /// nothing of one that lacks some, or has forgotten what the reference does not know.
  [[nodiscard]] std::optional<std::uint64_t> last_answered_in(const ObservedLog& log) const {
    if (log.base() > known() || !log.agrees(reference, log.base())) return std::nullopt;
    std::set<OperationId> missing(operations.begin(), operations.end());
    std::uint64_t position = 0;
    while (!missing.empty() && position < log.size()) {
      ++position;
      missing.erase(position > log.base() ? log.at(position) : reference.at(position));
    }
    if (!missing.empty()) return std::nullopt;
    return position;
  }
  /// The first `common` entries are the same in both. REQUIRES: the log shows what is covered.
  void adopt(const ObservedLog& log, std::uint64_t common) {
    if (log.base() == 0) {
      reference = log;
    } else {
      reference.continue_as(log, common, log.size());
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
STAMPEDE_VALUE(Acknowledged, operations, reference, covered, settled, has_reference);

struct Durability {
  Acknowledged acknowledged{};
  Configuration configuration{};
  /// Once more were down than the group survives: who was, has a disk, and was not seen since.
  std::vector<NodeId> unseen{};
  // A log that only grew lost nothing.
  static constexpr unsigned can_lose =
      engine::observed_log_other | engine::observed_log_base | Configuration::watches;
  static constexpr unsigned watches = can_lose | engine::observed_up;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.group(), judge.world);
    // The reference may be the log of a node that was removed.
    if (!acknowledged.has_reference || configuration.changed()) check(judge);
  }
  void on(const ObservationChanged& change, Judge& judge) {
    acknowledged.note(change);
    configuration.follow(change);
    const bool all_seen_again = !unseen.empty() && note_seen(change.node, judge);
    if ((change.fields & engine::observed_up) != 0) note_down(judge);
    if (acknowledged.operations.empty()) return;
    if ((change.fields & can_lose) != 0 || all_seen_again) check(judge);
  }
  /// True if nobody is unseen from here on.
  bool note_seen(NodeId node, const Judge& judge) {
    if (judge.world.up(node)) std::erase(unseen, node);
    return unseen.empty();
  }
  /// What a few that are up do not show is not lost: it may be on the disks of the others.
  void note_down(const Judge& judge) {
    const engine::Group group =
        configuration.changed() ? configuration.of(judge.group()) : judge.group();
    std::vector<NodeId> down;
    for (const NodeId member : group.members()) {
      if (!judge.world.up(member)) down.push_back(member);
    }
    if (down.size() <= group.tolerated()) return;
    for (const NodeId node : down) {
      if (judge.world.process(node).type().durable.empty()) continue;
      const auto place = std::lower_bound(unseen.begin(), unseen.end(), node);
      if (place == unseen.end() || *place != node) unseen.insert(place, node);
    }
  }
  void check(Judge& judge) const {
    if (!unseen.empty()) return;
    if (const auto id = lost(judge.world, judge.group()))
      judge.violated("operation " + to_string(*id) +
                     " was acknowledged and is in no replica's log");
  }
  /// An acknowledged operation that no log shows.
  [[nodiscard]] std::optional<OperationId> lost(const engine::WorldView& world,
                                                const engine::Group& group) const {
    if (!configuration.changed()) return lost_among(group.members(), world, group);
    return lost_among(configuration.members.members(), world, group);
  }
  [[nodiscard]] std::optional<OperationId> lost_among(const std::vector<NodeId>& members,
                                                      const engine::WorldView& world,
                                                      const engine::Group& group) const {
    const auto holds_all = [&](NodeId node) {
      return world.correct(node) && acknowledged.holds_all(world.observation(node, group).log);
    };
    if (std::any_of(members.begin(), members.end(), holds_all)) return std::nullopt;
    std::vector<ShownOperations> logs;
    for (const NodeId node : members) {
      if (world.correct(node)) logs.emplace_back(world.observation(node, group).log);
    }
    for (const OperationId id : acknowledged.operations) {
      const auto holds = [&](const ShownOperations& log) { return acknowledged.holds(log, id); };
      if (std::none_of(logs.begin(), logs.end(), holds)) return id;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> not_seen(const engine::WorldView& world,
                                                    const engine::Group& group) const {
    if (unseen.empty() || acknowledged.operations.empty()) return std::nullopt;
    const auto id = lost(world, group);
    if (!id) return std::nullopt;
    std::string names;
    for (const NodeId node : unseen) names += (names.empty() ? "" : ", ") + world.name(node);
    return "operation " + to_string(*id) + " was acknowledged and is in no log that is seen; " +
           names + " went down with more than the group survives and never came back";
  }
};
STAMPEDE_VALUE(Durability, acknowledged, configuration, unseen);

struct AcknowledgedOnMajority {
  Acknowledged acknowledged{};
  Configuration configuration{};
  static constexpr unsigned watches = engine::observed_log_other | engine::observed_log_base |
                                      engine::observed_roles | Configuration::watches;

  void on(const engine::Responded& responded, Judge& judge) {
    acknowledged.add(responded.id, judge.group(), judge.world);
    check(judge);
  }
  void on(const ObservationChanged& change, Judge& judge) {
    acknowledged.note(change);
    const bool moved = configuration.follow(change);
    if (acknowledged.operations.empty()) return;
    if (!moved && change.log_extended() && change.before.recovering == change.after.recovering)
      return;
    check(judge);
  }
  /// What a node shows; nullptr of one that is down, recovering or not correct.
  static const engine::Observation* shown_by(NodeId node, const Judge& judge) {
    const engine::WorldView& world = judge.world;
    if (!world.up(node)) return nullptr;
    const engine::Observation& shown = world.observation(node, judge.group());
    return shown.recovering || !world.correct(node) ? nullptr : &shown;
  }
  void check(Judge& judge) const {
    if (!configuration.changed()) return check(judge.group(), judge);
    check(configuration.of(judge.group()), judge);
  }
  void check(const engine::Group& group, Judge& judge) const {
    const std::size_t acknowledging = group.quorums().acknowledging;
    std::size_t absent = 0;
    std::size_t full = 0;
    for (const NodeId member : group.members()) {
      const engine::Observation* const shown = shown_by(member, judge);
      if (shown == nullptr) {
        ++absent;
      } else if (acknowledged.holds_all(shown->log)) {
        ++full;
      }
      // Each of those who are absent may be one that had it.
      if (acknowledging <= absent + full) return;
    }
    report(group, acknowledging - absent, judge);
  }
  /// REQUIRES: of those present fewer than `needed` hold all that was acknowledged.
  void report(const engine::Group& group, std::size_t needed, Judge& judge) const {
    // Some may hold all of them in another order: each operation is looked for.
    std::vector<NodeId> present;
    std::copy_if(group.members().begin(), group.members().end(), std::back_inserter(present),
                 [&](NodeId node) { return shown_by(node, judge) != nullptr; });
    std::vector<ShownOperations> logs;
    for (const NodeId node : present)
      logs.emplace_back(judge.world.observation(node, judge.group()).log);
    for (const OperationId id : acknowledged.operations) {
      std::vector<NodeId> holders;
      for (std::size_t i = 0; i < present.size(); ++i) {
        if (acknowledged.holds(logs[i], id)) holders.push_back(present[i]);
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
STAMPEDE_VALUE(AcknowledgedOnMajority, acknowledged, configuration);

/// Another monitor, and the operations under way that it does not hear of.
struct Exempted {
  engine::Payload judged{};
  std::set<OperationId> pending{};
};
STAMPEDE_VALUE(Exempted, judged, pending);

/// Judges as another does who is not told that some operations were answered.
class Exempting final : public engine::Monitor {
 public:
  Exempting(std::unique_ptr<Monitor> judging, OperationTest exempt)
      : Monitor(judging->property()), judging_(std::move(judging)), exempt_(std::move(exempt)) {}

  [[nodiscard]] std::unique_ptr<Monitor> clone() const override {
    auto copy = std::make_unique<Exempting>(judging_->clone(), exempt_);
    copy->pending_ = pending_;
    copy->judge_group(group(), property());
    return copy;
  }
  [[nodiscard]] unsigned hooks() const override { return judging_->hooks(); }
  [[nodiscard]] unsigned watches() const override { return judging_->watches(); }
  [[nodiscard]] engine::Payload state() const override {
    return engine::Payload::of(Exempted{judging_->state(), pending_});
  }
  void restore(const engine::Payload& state) override {
    const auto& exempted = state.as<Exempted>();
    judging_->restore(exempted.judged);
    pending_ = exempted.pending;
  }

  void observed(const ObservationChanged& change, Judge& judge) override {
    judging_->observed(change, judge);
  }
  void invoked(const engine::Invoked& invoked, Judge&) override {
    if (exempt_(invoked.operation)) pending_.insert(invoked.id);
  }
  void responded(const engine::Responded& responded, Judge& judge) override {
    if (pending_.erase(responded.id) == 0) judging_->responded(responded, judge);
  }

 private:
  std::unique_ptr<Monitor> judging_;
  OperationTest exempt_;
  std::set<OperationId> pending_;
};

}  // namespace

engine::Property durability() {
  return engine::monitor_property(
      "durability", "An acknowledged operation is in the log of some replica.", Durability{});
}

std::optional<std::string> not_seen(const engine::Monitor& monitor,
                                    const engine::WorldView& world) {
  engine::Payload state = monitor.state();
  if (const auto* exempted = state.get<Exempted>()) state = exempted->judged;
  const auto* durability = state.get<Durability>();
  if (durability == nullptr) return std::nullopt;
  return durability->not_seen(world, monitor.group_in(world.membership()));
}

engine::Property acknowledged_on_majority() {
  return engine::monitor_property("acknowledged-on-majority",
                                  "An acknowledged operation is in the logs of enough replicas "
                                  "that every quorum meets one of them.",
                                  AcknowledgedOnMajority{});
}

engine::Property exempting(const OperationTest& exempt, engine::Property property) {
  property.make = [exempt, make = std::move(property.make)] {
    return std::make_unique<Exempting>(make(), exempt);
  };
  return property;
}

}  // namespace stampede::checkers
