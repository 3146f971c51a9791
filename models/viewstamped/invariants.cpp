// models/viewstamped/invariants.cpp: the properties of VRR that its proof rests on, by the names
// the tool shows.
#include <algorithm>
#include <map>

#include "engine/world/property.hpp"
#include "models/consensus/requests.hpp"
#include "models/viewstamped/checkpoint_facts.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::Judge;
using engine::MessageSent;
using engine::Observation;
using engine::ObservationChanged;
using engine::ObservedLog;

std::string number(std::uint64_t value) { return std::to_string(value); }

ObservedLog observed(const Log& log) {
  return ObservedLog::of<LogEntry>(
      log, [](const LogEntry& entry) { return consensus::operation_of(entry.request); });
}

/// What was claimed of views counts for nothing when their epoch has ended (VRR 7).
bool in_one_epoch(ViewNumber one, ViewNumber other) {
  return one / views_per_epoch == other / views_per_epoch;
}

/// What the view of this log started with: an owner may propose in the step in which it begins to
/// lead.
ObservedLog started_with(const Log& log, ViewNumber view) {
  OpNumber length = log.size();
  while (length > log.base() && log.at(length).view_number == view) --length;
  return observed(log.prefix(length));
}

/// What is missing in `log` if it is to begin with the first `length` entries of `wanted`.
std::string missing(const ObservedLog& log, const ObservedLog& wanted, std::uint64_t length) {
  std::size_t position = log.first_difference(wanted);
  if (position == 0 || position > length) position = log.size() + 1;
  if (position <= std::max(log.base(), wanted.base()))
    return "differs in what was forgotten up to number " + number(position);
  if (log.size() < position)
    return "lacks operation " + to_string(wanted.at(position)) + " at number " + number(position);
  return "has operation " + to_string(log.at(position)) + " instead of " +
         to_string(wanted.at(position)) + " at number " + number(position);
}

/// Both show different things in 1 .. length. What is forgotten was committed: the check of
/// agreement compares that.
bool differ(const ObservedLog& one, const ObservedLog& other, std::uint64_t length) {
  return one.can_compare(other, length) && !one.agrees(other, length);
}

bool begins_with(const ObservedLog& log, const ObservedLog& wanted, std::uint64_t length) {
  return log.size() >= length && !differ(log, wanted, length);
}

// ----- I-CERT -----

/// Newest op-number a replica vouched for in each of its latest views.
struct Vouched {
  ViewNumber view_number = 0;
  OpNumber op_number = 0;
};
STAMPEDE_VALUE(Vouched, view_number, op_number);

/// Whoever claims last normal view w holds a log that extends the one w started with and covers
/// everything it vouched for in w, as a backup by PREPAREOK or as the primary by PREPARE.
///
/// What follows from the rest is forgotten, so that exploration meets fewer states: a number that
/// the log a view started with covers, and, where views never fall, views below the one a node
/// claims.
struct CertifiedLog {
  std::map<ViewNumber, ObservedLog> started{};
  PerNode<std::vector<Vouched>> vouched{};
  bool views_never_fall = false;
  static constexpr unsigned watches =
      engine::observed_anything & ~(engine::observed_committed | engine::observed_executed);
  using Hears = engine::Messages<Prepare, PrepareOk, DoViewChange>;

  void on(const ObservationChanged& change, Judge& judge) {
    const Observation& after = change.after;
    if (!judge.world.up(change.node)) return;
    const Core* core = judge.world.showing<Core>(change.node, change.group);
    if (core == nullptr) return;
    if (after.leading && after.epoch != 0 && started.count(after.epoch) == 0) {
      const ObservedLog start = started_with(core->log, after.epoch);
      started.emplace(after.epoch, start);
      forget_covered(after.epoch, start.size());
    }
    if (core->status == Status::recovering || !core->is_of_epoch(core->last_normal_view)) return;
    check(change.node, core->last_normal_view, after.log, "", judge);
    if (views_never_fall) forget_below(change.node, core->last_normal_view);
  }

  void forget_covered(ViewNumber view, OpNumber length) {
    PerNode<std::vector<Vouched>> left;
    for (const auto& [node, list] : vouched) {
      for (const Vouched& entry : list) {
        if (entry.view_number != view || entry.op_number > length) left[node].push_back(entry);
      }
    }
    vouched = std::move(left);
  }

  void forget_below(NodeId node, ViewNumber view) {
    const std::vector<Vouched>* list = vouched.find(node);
    if (list == nullptr || list->front().view_number >= view) return;
    std::vector<Vouched>& mine = vouched[node];
    std::erase_if(mine, [&](const Vouched& entry) { return entry.view_number < view; });
    if (mine.empty()) vouched.erase(node);
  }

  void on(const MessageSent& sent, Judge& judge) {
    if (const auto* ok = sent.payload->get<PrepareOk>()) {
      vouch(sent.from, ok->view_number, ok->op_number);
    } else if (const auto* prepare = sent.payload->get<Prepare>()) {
      vouch(sent.from, prepare->view_number, prepare->op_number);
    } else if (const auto* change = sent.payload->get<DoViewChange>()) {
      if (in_one_epoch(change->view_number, change->last_normal_view))
        check(sent.from, change->last_normal_view, observed(change->log), "its DoViewChange ",
              judge);
    }
  }

  void vouch(NodeId node, ViewNumber view, OpNumber op) {
    const auto start = started.find(view);
    if (start != started.end() && op <= start->second.size()) return;
    std::vector<Vouched>& list = vouched[node];
    for (auto entry = list.rbegin(); entry != list.rend(); ++entry) {
      if (entry->view_number != view) continue;
      entry->op_number = std::max(entry->op_number, op);
      return;
    }
    list.push_back({view, op});
  }

  void check(NodeId node, ViewNumber view, const ObservedLog& log, const char* claim,
             Judge& judge) const {
    const auto start = started.find(view);
    if (start != started.end() && !begins_with(log, start->second, start->second.size())) {
      judge.violated(judge.world.name(node) + ": " + claim + "claims last normal view " +
                         number(view) + " but " +
                         missing(log, start->second, start->second.size()) +
                         " that the view started with",
                     {node});
      return;
    }
    const std::vector<Vouched>* list = vouched.find(node);
    if (list == nullptr) return;
    for (auto entry = list->rbegin(); entry != list->rend(); ++entry) {
      if (entry->view_number != view) continue;
      if (log.size() >= entry->op_number) return;
      judge.violated(judge.world.name(node) + ": " + claim + "claims last normal view " +
                         number(view) + " with a log of " + number(log.size()) +
                         " entries, having vouched for number " + number(entry->op_number) +
                         " in it",
                     {node});
      return;
    }
  }
};
STAMPEDE_VALUE(CertifiedLog, started, vouched, views_never_fall);

// ----- I-PROM -----

struct PromiseKept {
  PerNode<ViewNumber> promised{};
  static constexpr unsigned watches = engine::observed_roles | engine::observed_epoch;
  using Hears = engine::Messages<StartViewChange, DoViewChange>;

  void on(const MessageSent& sent, Judge&) {
    if (const auto* start = sent.payload->get<StartViewChange>()) {
      promise(sent.from, start->view_number);
    } else if (const auto* change = sent.payload->get<DoViewChange>()) {
      promise(sent.from, change->view_number);
    }
  }
  void promise(NodeId node, ViewNumber view) { promised[node] = std::max(promised[node], view); }

  void on(const ObservationChanged& change, Judge& judge) {
    if (!judge.world.up(change.node) || !change.after.operational) return;
    const ViewNumber* view = promised.find(change.node);
    if (view == nullptr || change.after.epoch >= *view) return;
    judge.violated(
        judge.world.name(change.node) + " is normal in view " + number(change.after.epoch) +
            " although it has sent a StartViewChange or DoViewChange for view " + number(*view),
        {change.node});
  }
};
STAMPEDE_VALUE(PromiseKept, promised);

// ----- I-SURV -----

/// How long the committed log was at the end of each view in which it grew.
struct CommittedIn {
  ViewNumber view_number = 0;
  std::uint64_t length = 0;
};
STAMPEDE_VALUE(CommittedIn, view_number, length);

/// The log with which view u starts holds every operation committed in views below u, at the same
/// number.
struct SurvivesViewChange {
  ObservedLog committed{};
  std::uint64_t length = 0;
  std::vector<CommittedIn> views{};
  static constexpr unsigned watches = engine::observed_anything & ~engine::observed_executed;

  void on(const ObservationChanged& change, Judge& judge) {
    const Observation& after = change.after;
    if (after.leading && (!change.before.leading || change.before.epoch != after.epoch))
      check(change, judge);
    const std::uint64_t known = std::min<std::uint64_t>(after.committed, after.log.size());
    if (known <= length || !after.log.agrees(committed, length)) return;
    committed = after.log;
    length = known;
    if (!views.empty() && views.back().view_number == after.epoch) {
      views.back().length = known;
    } else {
      views.push_back({after.epoch, known});
    }
  }

  void check(const ObservationChanged& change, Judge& judge) const {
    std::uint64_t needed = 0;
    for (const CommittedIn& view : views) {
      if (view.view_number < change.after.epoch) needed = std::max(needed, view.length);
    }
    if (begins_with(change.after.log, committed, needed)) return;
    judge.violated("view " + number(change.after.epoch) + " starts at " +
                       judge.world.name(change.node) + " with a log that " +
                       missing(change.after.log, committed, needed) +
                       ", committed in an earlier view",
                   {change.node});
  }
};
STAMPEDE_VALUE(SurvivesViewChange, committed, length, views);

// ----- I-KN, I-KMONO, I-VMONO -----

struct CommitWithinLog {
  static constexpr unsigned watches = engine::observed_committed | engine::observed_log_other;

  void on(const ObservationChanged& change, Judge& judge) {
    if (change.after.committed <= change.after.log.size()) return;
    judge.violated(judge.world.name(change.node) + " has commit-number " +
                       number(change.after.committed) + " and a log of only " +
                       number(change.after.log.size()) + " entries",
                   {change.node});
  }
};
STAMPEDE_VALUE(CommitWithinLog);

struct CommitMonotone {
  static constexpr unsigned watches = engine::observed_committed;

  void on(const ObservationChanged& change, Judge& judge) {
    if (!judge.world.up(change.node) || change.after.committed >= change.before.committed) return;
    judge.violated("the commit-number of " + judge.world.name(change.node) + " fell from " +
                       number(change.before.committed) + " to " + number(change.after.committed),
                   {change.node});
  }
};
STAMPEDE_VALUE(CommitMonotone);

struct ViewMonotone {
  static constexpr unsigned watches = engine::observed_epoch;

  void on(const ObservationChanged& change, Judge& judge) {
    if (!judge.world.up(change.node) || change.after.epoch >= change.before.epoch) return;
    judge.violated("the view-number of " + judge.world.name(change.node) + " fell from " +
                       number(change.before.epoch) + " to " + number(change.after.epoch),
                   {change.node});
  }
};
STAMPEDE_VALUE(ViewMonotone);

// ----- I-1LOG -----

/// One entry per (view, op-number): the logs of replicas normal in one view are prefixes of each
/// other.
struct OneLogPerView {
  std::map<ViewNumber, ObservedLog> longest{};
  static constexpr unsigned watches =
      engine::observed_anything & ~(engine::observed_committed | engine::observed_executed);

  void on(const ObservationChanged& change, Judge& judge) {
    const Observation& after = change.after;
    if (!after.operational) return;
    // The same log in the same view was judged when it was shown first.
    if (change.before.log.size() == after.log.size() && change.log_extended() &&
        change.before.operational && change.before.epoch == after.epoch) {
      return;
    }
    ObservedLog& log = longest[after.epoch];
    const std::size_t common = std::min(log.size(), after.log.size());
    if (differ(after.log, log, common)) {
      const std::size_t position = after.log.first_difference(log);
      judge.violated("in view " + number(after.epoch) + " number " + number(position) + " is " +
                         to_string(after.log.at(position)) + " at " +
                         judge.world.name(change.node) + " and was " + to_string(log.at(position)),
                     {change.node});
    } else if (after.log.size() > log.size()) {
      log = after.log;
    }
  }
};
STAMPEDE_VALUE(OneLogPerView, longest);

}  // namespace

std::vector<engine::Property> Core::invariants(const Options& options) {
  using engine::monitor_property;
  std::vector<engine::Property> list;
  CertifiedLog certified;
  certified.views_never_fall = options.recovery == RecoveryRule::view_persisted &&
                               options.accept_start_view != StartViewRule::any &&
                               options.transfer_checks_answer;
  list.push_back(monitor_property("viewstamped/certified-log",
                                  "Whoever claims last normal view w holds the log that w started "
                                  "with and all it acknowledged in w.",
                                  certified));
  // Forgetting a promise is harmless where everybody knows that it was forgotten.
  if (options.recovery != RecoveryRule::crash_vectors) {
    list.push_back(monitor_property("viewstamped/promise-kept",
                                    "A replica is never normal in a view below one it sent "
                                    "StartViewChange or DoViewChange for.",
                                    PromiseKept{}));
  }
  list.push_back(monitor_property(
      "viewstamped/survives-view-change",
      "A view starts with every operation committed in earlier views, at the same number.",
      SurvivesViewChange{}));
  list.push_back(monitor_property("viewstamped/commit-within-log",
                                  "The commit-number is never above the log.", CommitWithinLog{}));
  list.push_back(monitor_property("viewstamped/commit-monotone",
                                  "The commit-number never falls while a replica is up.",
                                  CommitMonotone{}));
  list.push_back(monitor_property("viewstamped/view-monotone",
                                  "The view-number never falls while a replica is up.",
                                  ViewMonotone{}));
  list.push_back(monitor_property("viewstamped/one-log-per-view",
                                  "One entry per view and op-number.", OneLogPerView{}));
  if (concerns_checkpoints(options)) list.push_back(one_state_per_checkpoint());
  return list;
}

}  // namespace stampede::models::viewstamped
