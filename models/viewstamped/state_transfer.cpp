// models/viewstamped/state_transfer.cpp: VRR 5.2, state transfer, without its published defect: a
// log is never shortened, and neither the view-number nor the last normal view is raised, before
// the log of the later view is there.
#include <algorithm>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

// VRR 5.2, second case: a PREPARE or COMMIT of a later view than our own.
void Core::heard_later_view(ViewNumber view, TransferTrigger heard, NodeId from, Context& context) {
  const Options& options = context.options<Options>();
  if (status == Status::recovering) return context.ignore();
  if (heard < options.transfer_trigger) return context.ignore();
  const bool narrowest = options.transfer_trigger == TransferTrigger::prepare_gap;
  if (narrowest && status != Status::normal) return context.ignore();
  if (narrowest && is_primary(context)) return context.ignore();
  const bool literal = options.transfer_truncates || options.transfer_raises_view ||
                       options.transfer_raises_last_normal_view;
  if (literal) return transfer_literally(view, from, context);
  if (transfer.view_number >= view) return context.ignore();
  become_transferring(view, from, context);
}

// The paper's words: set op-number to commit-number, remove the later entries, send GETSTATE with
// the new view-number.
void Core::transfer_literally(ViewNumber view, NodeId from, Context& context) {
  const Options& options = context.options<Options>();
  if (status != Status::normal) return context.ignore();
  context.reached("state-transfer-begun");
  if (options.transfer_truncates) log.truncate(std::min(commit_number, op_number()));
  if (options.transfer_raises_view && raise_view(view, context)) context.persist();
  if (options.transfer_raises_last_normal_view) last_normal_view = view;
  prepare_oks.clear();
  view_change = {};
  context.disarm(ResendTimeout{});
  if (!is_primary(context)) {
    context.disarm(CommitTimeout{});
    arm_view_change_timeout(context);
  }
  request_state(from, view, op_number(), context);
}

void Core::request_state(NodeId to, ViewNumber view, OpNumber after, Context& context) const {
  context.send(to, GetState{view, after});
}

// The next replica: the one asked before may be down or no longer in that view.
void Core::ask_next_for_state(Context& context) {
  ASSERT(status == Status::transferring || status == Status::transitioning);
  const std::vector<NodeId> asked =
      status == Status::transitioning ? both_groups() : members(context.group());
  const auto next = [&] {
    return asked[(transfer.view_number + ++transfer.attempts) % asked.size()];
  };
  NodeId to = next();
  if (to == context.self()) to = next();
  request_state(to, transfer.view_number, transfer.after, context);
}

// VRR 5.2: answered only in normal status and in that view. Who has voted for a view tells its
// primary more, or a view whose votes are ends of logs could not start (README, A25).
void Core::on(const GetState& message, NodeId from, Context& context) {
  if (tells_beginning(message, from, context)) return;
  if (refuses(message.view_number, from, context)) return;
  const bool votes = status == Status::view_change && view_change.sent_do_view_change &&
                     from == primary(view_number, context);
  if (status != Status::normal && !votes) return context.ignore();
  if (message.view_number != view_number || message.op_number > op_number())
    return context.ignore();
  // Forgotten: the state that was made of it takes its place.
  if (message.op_number < log.base()) {
    ASSERT(!checkpoints.kept.empty());
    return context.send(from, NewCheckpoint{view_number, checkpoints.kept.back()});
  }
  NewState answer{view_number, message.op_number, {}, commit_number};
  for (OpNumber position = message.op_number + 1; position <= op_number(); ++position) {
    answer.entries.push_back(log.at(position));
  }
  context.send(from, std::move(answer));
}

OpNumber Core::known_up_to() const {
  if (checkpoints.fetched) return checkpoints.fetched->op_number;
  return std::min(commit_number, op_number());
}

Log Core::log_up_to(OpNumber after) const {
  const std::optional<Checkpoint>& fetched = checkpoints.fetched;
  if (after > commit_number && fetched && fetched->op_number == after)
    return Log::after(after, fetched->prefix_hash);
  ASSERT(after <= op_number());
  return log.prefix(after);
}

void Core::request_beginning(NodeId holder, ViewNumber view, Context& context) {
  transfer = {view, known_up_to(), 0};
  request_state(holder, view, transfer.after, context);
}

void Core::on(const NewState& message, NodeId from, Context& context) {
  if (takes_beginning(message, context)) return;
  if (refuses_quietly(message.view_number, from, context)) return;
  const OpNumber last = message.after + message.entries.size();
  const Options& options = context.options<Options>();
  if (status != Status::normal) {
    // Exactly what was asked for: an answer to an abandoned request is of no use (README, A11).
    if (status == Status::recovering || transfer.view_number < view_number) return context.ignore();
    const bool checks = options.transfer_checks_answer || status != Status::transferring;
    if (checks && (message.view_number != transfer.view_number || message.after != transfer.after))
      return context.ignore();
    if (options.transfer_only_appends && message.after != op_number()) return context.ignore();
    Log told = log_up_to(message.after);
    for (const LogEntry& entry : message.entries) told.push_back(entry);
    if (status == Status::view_change && is_primary(context)) {
      // The vote with its whole log.
      if (!view_change.do_view_changes.contains(from)) return context.ignore();
      view_change.do_view_changes[from].log = std::move(told);
      return count_do_view_changes(context);
    }
    replace_log(told, context);
    become_normal(message.view_number, context);
    context.reached("state-transfer");
  } else {
    // Same view: missing entries only.
    if (message.view_number != view_number) return context.ignore();
    if (message.after > op_number() || last <= op_number()) return context.ignore();
    for (OpNumber position = op_number() + 1; position <= last; ++position) {
      log.push_back(message.entries.at(position - message.after - 1));
    }
    context.reached("state-transfer-within-view");
    arm_view_change_timeout(context);
  }
  // A transferred log counts like prepared entries, or a commit may wait for ever (README, A7).
  if (op_number() > 0 && options.acknowledges == Acknowledged::held)
    acknowledge(primary(view_number, context), context);
  learn_commit(message.commit_number, context);
}

}  // namespace stampede::models::viewstamped
