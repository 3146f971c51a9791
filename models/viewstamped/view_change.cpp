// models/viewstamped/view_change.cpp: VRR 4.2, view changes.
#include <algorithm>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

bool Core::is_current(NodeId from, const CrashVector& theirs) const {
  const std::uint64_t* known = crash_vector.find(from);
  if (known == nullptr) return true;
  const std::uint64_t* said = theirs.find(from);
  return said != nullptr && *said >= *known;
}

void Core::learn_crashes(const CrashVector& theirs) {
  for (const auto& [node, incarnation] : theirs) {
    std::uint64_t& mine = crash_vector[node];
    mine = std::max(mine, incarnation);
  }
}

// Any replica may time out but a primary in normal status; also one that waits to become primary
// (README, A15).
void Core::on(const ViewChangeTimeout&, Context& context) {
  ASSERT(status != Status::recovering);
  if (status == Status::normal) ASSERT(!is_primary(context));
  become_view_changing(std::max(view_number, transfer.view_number) + 1, context);
}

Core::Meeting Core::meet_view_change(ViewNumber view, NodeId from, const CrashVector& theirs,
                                     Context& context) {
  if (status == Status::recovering && !context.options<Options>().recovering_joins_view_change)
    return Meeting::ignore;
  if (view < view_number || view < transfer.view_number) return Meeting::ignore;
  if (!is_current(from, theirs)) return Meeting::ignore;
  if (view > view_number) {
    learn_crashes(theirs);
    const bool adopts = context.options<Options>().view_advance == ViewAdvance::adopt;
    become_view_changing(adopts ? view : std::max(view_number + 1, transfer.view_number), context);
    return Meeting::join;
  }
  // The view has started (README, A3): its primary tells the sender again.
  const bool answers = status == Status::normal && is_primary(context);
  if (!answers && status != Status::view_change) return Meeting::ignore;
  learn_crashes(theirs);
  return answers ? Meeting::answer : Meeting::join;
}

void Core::on(const StartViewChange& message, NodeId from, Context& context) {
  if (refuses(message.view_number, from, context)) return;
  if (context.options<Options>().late_start_view_change == LateStartViewChange::fall_back &&
      status == Status::normal && message.view_number == view_number) {
    become_view_changing(view_number, context);
  }
  switch (meet_view_change(message.view_number, from, message.crash_vector, context)) {
    case Meeting::ignore:
      return context.ignore();
    case Meeting::answer:
      context.send(from, start_view_message(context));
      return;
    case Meeting::join:
      view_change.start_view_changes.insert(from);
      count_start_view_changes(context);
      return;
  }
}

// VRR 4.2 step 2: with STARTVIEWCHANGEs for its view from f others, a replica sends DOVIEWCHANGE to
// the new primary.
void Core::count_start_view_changes(Context& context) {
  ASSERT(status == Status::view_change);
  const std::size_t needed =
      context.options<Options>().start_view_change_round ? failures(context) : 0;
  if (view_change.sent_do_view_change || view_change.start_view_changes.size() < needed) return;
  view_change.sent_do_view_change = true;
  if (!is_primary(context)) {
    context.send(primary(view_number, context), do_view_change_message(context));
    return;
  }
  view_change.do_view_changes[context.self()] = do_view_change_message(context);
  count_do_view_changes(context);
}

StartViewChange Core::start_view_change_message() const { return {view_number, crash_vector}; }

DoViewChange Core::do_view_change_message(const Context& context) const {
  ASSERT(status == Status::view_change);
  ASSERT(view_change.sent_do_view_change);
  ViewNumber rank = last_normal_view;
  if (context.options<Options>().rank_logs_by == LogRank::last_entry_view)
    rank = log.size() == log.base() ? 0 : log.back().view_number;
  return {view_number, told_log(context), rank, commit_number, crash_vector};
}

void Core::on(const DoViewChange& message, NodeId from, Context& context) {
  if (refuses_quietly(message.view_number, from, context)) return;
  ASSERT(primary(message.view_number, context) == context.self());
  switch (meet_view_change(message.view_number, from, message.crash_vector, context)) {
    case Meeting::ignore:
      return context.ignore();
    case Meeting::answer:
      if (context.options<Options>().late_do_view_change == LateDoViewChange::answer) {
        // Counted once per view: the view has started, and its log has moved on (README, A3).
        context.send(from, start_view_message(context));
        return;
      }
      view_change.do_view_changes[from] = message;
      start_view(context);
      return;
    case Meeting::join:
      // It leads another view where views advance one by one.
      if (!is_primary(context)) return;
      view_change.do_view_changes[from] = message;
      count_do_view_changes(context);
      return;
  }
}

// VRR 4.2 step 3: f+1 DOVIEWCHANGEs for its own view, its own included.
void Core::count_do_view_changes(Context& context) {
  ASSERT(is_primary(context));
  if (!view_change.do_view_changes.contains(context.self())) return;
  drop_stale(view_change.do_view_changes);
  if (view_change.do_view_changes.size() >= quorum(context)) start_view(context);
}

// VRR 4.2 step 3 and 4: the log with the largest last normal view, ties by length; the largest
// commit-number.
void Core::start_view(Context& context) {
  ASSERT(is_primary(context));
  PerNode<DoViewChange> counted = std::move(view_change.do_view_changes);
  ASSERT(counted.contains(context.self()));
  const DoViewChange* best = nullptr;
  NodeId holder;
  OpNumber committed = 0;
  for (const auto& [node, message] : counted) {
    ASSERT(message.view_number == view_number);
    committed = std::max(committed, message.commit_number);
    if (best == nullptr || message.last_normal_view > best->last_normal_view ||
        (message.last_normal_view == best->last_normal_view &&
         message.log.size() > best->log.size())) {
      best = &message;
      holder = node;
    }
  }
  if (!can_hold(best->log, context)) {
    request_beginning(holder, view_number, context);
    view_change.do_view_changes = std::move(counted);
    return;
  }
  replace_log(best->log, context);
  become_normal(view_number, context);
  // The defect goes on counting.
  if (context.options<Options>().late_do_view_change == LateDoViewChange::rerun)
    view_change.do_view_changes = std::move(counted);
  context.reached("view-change");
  StartView message = start_view_message(context);
  committed = std::max(committed, commit_number);
  message.commit_number = committed;
  tell(std::move(message), context);
  if (committed < op_number())
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  // The primary of the latest view is among those counted if f is 0, and whatever it held was
  // committed.
  if (failures(context) == 0) ASSERT(committed >= op_number());
  advance_commit(committed, context);
}

StartView Core::start_view_message(const Context& context) const {
  ASSERT(status == Status::normal);
  return {view_number, told_log(context), commit_number, crash_vector};
}

// The paper puts no condition on the view. This replica enters each view once (README, A4).
bool Core::accepts_start_view(ViewNumber view, const Context& context) const {
  const StartViewRule rule = context.options<Options>().accept_start_view;
  if (rule == StartViewRule::any) return true;
  if (view == view_number) return status == Status::view_change || rule == StartViewRule::same_view;
  return view > view_number && view >= transfer.view_number;
}

// VRR 4.2 step 5: replace the log, view-number, status normal; PREPAREOK for what is not committed;
// execute what is.
void Core::on(const StartView& message, NodeId from, Context& context) {
  if (refuses_quietly(message.view_number, from, context)) return;
  ASSERT(from == primary(message.view_number, context));
  if (status == Status::recovering) return context.ignore();
  if (!is_current(from, message.crash_vector)) return context.ignore();
  if (!accepts_start_view(message.view_number, context)) return context.ignore();
  learn_crashes(message.crash_vector);
  if (!can_hold(message.log, context)) {
    if (message.view_number == view_number) return request_beginning(from, view_number, context);
    return heard_later_view(message.view_number, TransferTrigger::prepare_or_commit, from, context);
  }
  replace_log(message.log, context);
  become_normal(message.view_number, context);
  // Always, not only "if there are non-committed operations": by whose commit-number is unclear
  // (README, A6).
  if (op_number() > 0) acknowledge(from, context);
  learn_commit(message.commit_number, context);
}

// VRR 5.3: the newest entries are enough for most of those who hear of a view.
Log Core::told_log(const Context& context) const {
  const OpNumber suffix = context.options<Options>().view_change_suffix;
  if (suffix == 0 || op_number() <= log.base() + suffix) return log;
  return log.forgetting(op_number() - suffix);
}

void Core::replace_log(const Log& other, Context& context) {
  if (other.base() <= log.size() && log.common_prefix(other) < log.size())
    context.reached("truncated-suffix");
  if (other.base() > log.base() && continues_in(other, context)) {
    log.truncate(other.base());
    for (OpNumber position = log.size() + 1; position <= other.size(); ++position)
      log.push_back(other.at(position));
    return;
  }
  log = other;
  if (log.base() > commit_number) restore(context);
}

}  // namespace stampede::models::viewstamped
