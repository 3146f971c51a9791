// models/viewstamped/view_change.cpp: VRR 4.2, view changes.
#include <algorithm>

#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

constexpr std::uint32_t backoff_max = 5;

}  // namespace

void Replica::arm_view_change_timeout(Context& context) {
  const std::uint32_t doublings = std::min(view_changes_in_a_row, backoff_max);
  context.arm(ViewChangeTimeout{},
              context.options<Options>().view_change_timeout * (std::int64_t{1} << doublings));
}

bool Replica::is_current(NodeId from, const CrashVector& theirs) const {
  const std::uint64_t* known = crash_vector.find(from);
  if (known == nullptr || *known == 0) return true;
  const std::uint64_t* said = theirs.find(from);
  return said != nullptr && *said >= *known;
}

void Replica::learn_crashes(const CrashVector& theirs) {
  for (const auto& [node, incarnation] : theirs) {
    std::uint64_t& mine = crash_vector[node];
    mine = std::max(mine, incarnation);
  }
}

// The write that the 1988 protocol made and VRR leaves out: the view-number is on disk before any
// message of the view leaves.
void Replica::raise_view(ViewNumber view, Context& context) {
  const bool higher = view > view_number;
  view_number = view;
  if (!higher || context.options<Options>().recovery != RecoveryRule::view_persisted) return;
  stable.view_number = view;
  context.persist();
}

// VRR 4.2 step 1: advance the view-number, status view-change, STARTVIEWCHANGE to all others.
// "Advance" means: adopt the message's view (README, A1).
void Replica::start_view_change(ViewNumber view, Context& context) {
  if (status == Status::transferring) context.reached("view-change-interrupts-transfer");
  if (status == Status::normal && is_primary(context)) context.reached("primary-deposed");
  raise_view(view, context);
  status = Status::view_change;
  start_view_changes.clear();
  do_view_changes.clear();
  sent_do_view_change = false;
  prepare_oks.clear();
  transfer = {};
  ++view_changes_in_a_row;
  context.disarm(CommitTimeout{});
  context.disarm(RecoveryTimeout{});
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  arm_view_change_timeout(context);
  context.broadcast(StartViewChange{view_number, crash_vector});
  count_start_view_changes(context);
}

// Any replica may time out but a primary in normal status; also one that waits to become primary
// (README, A15).
void Replica::on(const ViewChangeTimeout&, Context& context) {
  if (status == Status::recovering || (status == Status::normal && is_primary(context))) return;
  start_view_change(std::max(view_number, transfer.view_number) + 1, context);
}

Replica::Meeting Replica::meet_view_change(ViewNumber view, NodeId from, const CrashVector& theirs,
                                           Context& context) {
  if (status == Status::recovering && !context.options<Options>().recovering_joins_view_change)
    return Meeting::ignore;
  if (view < view_number || view < transfer.view_number) return Meeting::ignore;
  if (!is_current(from, theirs)) return Meeting::ignore;
  if (view > view_number) {
    learn_crashes(theirs);
    start_view_change(view, context);
    return Meeting::join;
  }
  // The view has started (README, A3): its primary tells the sender again.
  const bool answers = status == Status::normal && is_primary(context);
  if (!answers && status != Status::view_change) return Meeting::ignore;
  learn_crashes(theirs);
  return answers ? Meeting::answer : Meeting::join;
}

void Replica::on(const StartViewChange& message, NodeId from, Context& context) {
  switch (meet_view_change(message.view_number, from, message.crash_vector, context)) {
    case Meeting::ignore:
      return context.ignore();
    case Meeting::answer:
      context.send(from, start_view_message());
      return;
    case Meeting::join:
      start_view_changes.insert(from);
      count_start_view_changes(context);
      return;
  }
}

// VRR 4.2 step 2: with STARTVIEWCHANGEs for its view from f others, a replica sends DOVIEWCHANGE to
// the new primary.
void Replica::count_start_view_changes(Context& context) {
  if (sent_do_view_change || start_view_changes.size() < failures(context)) return;
  sent_do_view_change = true;
  ViewNumber rank = last_normal_view;
  if (context.options<Options>().rank_logs_by == LogRank::last_entry_view)
    rank = log.empty() ? 0 : log.back().view_number;
  DoViewChange message{view_number, log, rank, commit_number, crash_vector};
  if (!is_primary(context)) {
    context.send(primary(view_number, context), std::move(message));
    return;
  }
  do_view_changes[context.self()] = std::move(message);
  count_do_view_changes(context);
}

void Replica::on(const DoViewChange& message, NodeId from, Context& context) {
  switch (meet_view_change(message.view_number, from, message.crash_vector, context)) {
    case Meeting::ignore:
      return context.ignore();
    case Meeting::answer:
      if (context.options<Options>().late_do_view_change == LateDoViewChange::answer) {
        // Counted once per view: the view has started, and its log has moved on (README, A3).
        context.send(from, start_view_message());
        return;
      }
      do_view_changes[from] = message;
      start_view(context);
      return;
    case Meeting::join:
      do_view_changes[from] = message;
      count_do_view_changes(context);
      return;
  }
}

// VRR 4.2 step 3: f+1 DOVIEWCHANGEs for its own view, its own included.
void Replica::count_do_view_changes(Context& context) {
  if (!is_primary(context) || !do_view_changes.contains(context.self())) return;
  drop_stale(do_view_changes);
  if (do_view_changes.size() >= quorum(context)) start_view(context);
}

// VRR 4.2 step 3 and 4: the log with the largest last normal view, ties by length; the largest
// commit-number.
void Replica::start_view(Context& context) {
  const DoViewChange* best = nullptr;
  OpNumber committed = 0;
  for (const auto& [node, message] : do_view_changes) {
    committed = std::max(committed, message.commit_number);
    if (best == nullptr || message.last_normal_view > best->last_normal_view ||
        (message.last_normal_view == best->last_normal_view &&
         message.log.size() > best->log.size())) {
      best = &message;
    }
  }
  ASSERT(best != nullptr);
  replace_log(Log(best->log), context);
  enter_normal(view_number, context);
  context.reached("view-change");
  StartView message = start_view_message();
  message.commit_number = std::max(committed, commit_number);
  context.broadcast(std::move(message));
  advance_commit(committed, context);
  rebuild_client_table();
  if (commit_number < op_number())
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  if (failures(context) == 0) try_commit(context);
}

StartView Replica::start_view_message() const {
  return {view_number, log, commit_number, crash_vector};
}

// VRR 4.2 step 5: replace the log, view-number, status normal; PREPAREOK for what is not committed;
// execute what is. The paper puts no condition on the view; this accepts it once per view only
// (README, A4).
void Replica::on(const StartView& message, NodeId from, Context& context) {
  if (status == Status::recovering) return context.ignore();
  if (!is_current(from, message.crash_vector)) return context.ignore();
  bool accepted = message.view_number > view_number ||
                  (message.view_number == view_number && status == Status::view_change);
  accepted = accepted && message.view_number >= transfer.view_number;
  switch (context.options<Options>().accept_start_view) {
    case StartViewRule::newer_or_changing:
      break;
    case StartViewRule::same_view:
      accepted = accepted || message.view_number == view_number;
      break;
    case StartViewRule::any:
      accepted = true;
      break;
  }
  if (!accepted) return context.ignore();
  learn_crashes(message.crash_vector);
  replace_log(message.log, context);
  enter_normal(message.view_number, context);
  // Always, not only "if there are non-committed operations": by whose commit-number is unclear
  // (README, A6).
  if (op_number() > 0 && !is_primary(context)) acknowledge(context);
  learn_commit(message.commit_number, context);
  rebuild_client_table();
}

void Replica::replace_log(const Log& other, Context& context) {
  if (log.common_prefix(other) < log.size()) context.reached("truncated-suffix");
  log = other;
}

void Replica::enter_normal(ViewNumber view, Context& context) {
  raise_view(view, context);
  status = Status::normal;
  last_normal_view = view;
  prepare_oks.clear();
  start_view_changes.clear();
  sent_do_view_change = false;
  transfer = {};
  nonce = 0;
  recovery_responses.clear();
  if (context.options<Options>().late_do_view_change == LateDoViewChange::answer)
    do_view_changes.clear();
  context.disarm(ResendTimeout{});
  context.disarm(RecoveryTimeout{});
  if (is_primary(context)) {
    context.disarm(ViewChangeTimeout{});
    context.arm(CommitTimeout{}, context.options<Options>().commit_interval);
  } else {
    context.disarm(CommitTimeout{});
    arm_view_change_timeout(context);
  }
}

// Requests that did not survive must not lock their clients out; those that are in the new log must
// not be appended again (README, A14).
void Replica::rebuild_client_table() {
  for (auto& [client, entry] : client_table) entry.newest = entry.executed;
  for (OpNumber position = commit_number + 1; position <= op_number(); ++position) {
    const Request& request = log.at(position).request;
    ClientEntry& entry = client_table[request.id.client];
    entry.newest = std::max(entry.newest, request.request_number);
  }
}

}  // namespace stampede::models::viewstamped
