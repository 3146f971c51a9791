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
  ASSERT(status == Status::transferring);
  const auto& members = context.members();
  const auto next = [&] {
    return members[(transfer.view_number + ++transfer.attempts) % members.size()];
  };
  NodeId to = next();
  if (to == context.self()) to = next();
  request_state(to, transfer.view_number, transfer.after, context);
}

// VRR 5.2: answered only in normal status and in that view.
void Core::on(const GetState& message, NodeId from, Context& context) {
  if (status != Status::normal || message.view_number != view_number ||
      message.op_number > op_number()) {
    return context.ignore();
  }
  NewState answer{view_number, message.op_number, {}, commit_number};
  for (OpNumber position = message.op_number + 1; position <= op_number(); ++position) {
    answer.entries.push_back(log.at(position));
  }
  context.send(from, std::move(answer));
}

void Core::on(const NewState& message, NodeId, Context& context) {
  const OpNumber last = message.after + message.entries.size();
  const Options& options = context.options<Options>();
  if (status == Status::transferring) {
    // Exactly what was asked for: an answer to an abandoned request is of no use (README, A11).
    if (options.transfer_checks_answer &&
        (message.view_number != transfer.view_number || message.after != transfer.after))
      return context.ignore();
    if (options.transfer_only_appends && message.after != op_number()) return context.ignore();
    ASSERT(message.after <= op_number());
    Log installed = log.prefix(message.after);
    for (const LogEntry& entry : message.entries) installed.push_back(entry);
    replace_log(installed, context);
    become_normal(message.view_number, context);
    context.reached("state-transfer");
  } else {
    // Same view: missing entries only.
    if (status != Status::normal || message.view_number != view_number) return context.ignore();
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
