// models/viewstamped/state_transfer.cpp: VRR 5.2, state transfer, without its published defect: a
// log is never shortened, and neither the view-number nor the last normal view is raised, before
// the log of the later view is there.
#include <algorithm>

#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {

// VRR 5.2, second case: a message of a later view than our own.
void Replica::heard_later_view(ViewNumber view, bool is_prepare, bool gap, NodeId from,
                               Context& context) {
  const Options& options = context.options<Options>();
  if (status == Status::recovering) return context.ignore();
  switch (options.transfer_trigger) {
    case TransferTrigger::prepare_or_commit:
      break;
    case TransferTrigger::prepare:
      if (!is_prepare) return context.ignore();
      break;
    case TransferTrigger::prepare_gap:
      if (!is_prepare || !gap || status != Status::normal || is_primary(context))
        return context.ignore();
      break;
  }
  const bool literal = options.transfer_truncates || options.transfer_raises_view ||
                       options.transfer_raises_last_normal_view;
  if (literal) {
    if (status != Status::normal) return context.ignore();
    context.reached("state-transfer-begun");
    // The paper's words: set op-number to commit-number, remove the later entries, send GETSTATE
    // with the new view-number.
    if (options.transfer_truncates) log.truncate(std::min(commit_number, op_number()));
    if (options.transfer_raises_view) raise_view(view, context);
    if (options.transfer_raises_last_normal_view) last_normal_view = view;
    prepare_oks.clear();
    context.disarm(CommitTimeout{});
    context.disarm(ResendTimeout{});
    arm_view_change_timeout(context);
    rebuild_client_table();
    context.send(from, GetState{view, op_number()});
    return;
  }
  if (status == Status::transferring && transfer.view_number >= view) return context.ignore();
  context.reached(status == Status::view_change ? "transfer-ends-view-change"
                                                : "state-transfer-begun");
  status = Status::transferring;
  transfer = {view, 0, 0};
  start_view_changes.clear();
  do_view_changes.clear();
  sent_do_view_change = false;
  prepare_oks.clear();
  context.disarm(CommitTimeout{});
  arm_view_change_timeout(context);
  context.arm(ResendTimeout{}, options.resend_interval);
  request_state(from, context);
}

// Everything after the own commit-number may have been reordered; what is committed stays (README,
// A9).
void Replica::request_state(NodeId to, Context& context) {
  transfer.after = std::min(commit_number, op_number());
  context.send(to, GetState{transfer.view_number, transfer.after});
}

// VRR 5.2: answered only in normal status and in that view.
void Replica::on(const GetState& message, NodeId from, Context& context) {
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

void Replica::on(const NewState& message, NodeId, Context& context) {
  const OpNumber last = message.after + message.entries.size();
  if (status == Status::transferring) {
    // Exactly what was asked for: an answer to an abandoned request is of no use (README, A11).
    if (message.view_number != transfer.view_number || message.after != transfer.after)
      return context.ignore();
    Log installed = log.prefix(message.after);
    for (const LogEntry& entry : message.entries) installed.push_back(entry);
    replace_log(installed, context);
    enter_normal(message.view_number, context);
    context.reached("state-transfer");
  } else {
    // Same view: missing entries only.
    if (status != Status::normal || message.view_number != view_number || is_primary(context))
      return context.ignore();
    if (message.after > op_number() || last <= op_number()) return context.ignore();
    for (OpNumber position = op_number() + 1; position <= last; ++position) {
      append(message.entries.at(position - message.after - 1));
    }
    context.reached("state-transfer-within-view");
    arm_view_change_timeout(context);
  }
  // A transferred log counts like prepared entries, or a commit may wait for ever (README, A7).
  if (op_number() > 0 && !is_primary(context)) acknowledge(context);
  learn_commit(message.commit_number, context);
  rebuild_client_table();
}

}  // namespace stampede::models::viewstamped
