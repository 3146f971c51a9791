// models/viewstamped/normal.cpp: VRR 4.1, normal operation.
#include <algorithm>

#include "models/consensus/requests.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

/// How many uncommitted entries a resend carries at most.
constexpr OpNumber resend_window = 8;

}  // namespace

// VRR 4.1 step 3: the primary advances op-number, appends the request, and sends PREPARE.
void Core::propose(Operation value, Context context) {
  ASSERT(can_propose(context));
  log.push_back({view_number, std::move(value)});
  tell(prepare_message(op_number()), context);
  const Options& options = context.options<Options>();
  context.arm(CommitTimeout{}, options.commit_interval);
  if (op_number() == commit_number + 1) context.arm(ResendTimeout{}, options.resend_interval);
  if (failures(context) == 0) try_commit(context);
}

Prepare Core::prepare_message(OpNumber position) const {
  return {view_number, log.at(position), position, commit_number};
}

// VRR 4.1 step 4: backups process PREPAREs in order: all earlier entries must be in the log.
void Core::on(const Prepare& prepare, NodeId from, Context& context) {
  if (refuses_quietly(prepare.view_number, from, context)) return;
  ASSERT(from == primary(prepare.view_number, context));
  if (prepare.view_number < view_number) return context.ignore();
  if (prepare.view_number > view_number) {
    const bool gap = prepare.op_number > op_number() + 1;
    return heard_later_view(prepare.view_number,
                            gap ? TransferTrigger::prepare_gap : TransferTrigger::prepare, from,
                            context);
  }
  if (status != Status::normal) return context.ignore();
  arm_view_change_timeout(context);
  if (prepare.op_number > op_number() + 1) {
    // Earlier ones are missing: state transfer within the view (VRR 5.2, first case).
    return request_missing(from, context);
  }
  const bool next = prepare.op_number == op_number() + 1;
  if (next) log.push_back(prepare.entry);
  if (next || context.options<Options>().acknowledges == Acknowledged::held)
    acknowledge(from, context);
  learn_commit(prepare.commit_number, context);
}

// Cumulative: op_number and all earlier ones.
void Core::acknowledge(NodeId to, Context& context) const {
  ASSERT(status == Status::normal);
  context.send(to, PrepareOk{view_number, op_number()});
}

// VRR 4.1 step 5: with f PREPAREOKs from different backups the operation and all earlier ones are
// committed.
void Core::on(const PrepareOk& ok, NodeId from, Context& context) {
  if (refuses_quietly(ok.view_number, from, context)) return;
  if (status != Status::normal || ok.view_number != view_number) return context.ignore();
  ASSERT(is_primary(context));
  if (ok.op_number > op_number()) return context.ignore();
  OpNumber& acknowledged = prepare_oks[from];
  if (ok.op_number <= acknowledged) return context.ignore();
  acknowledged = ok.op_number;
  if (ok.op_number > commit_number) try_commit(context);
}

void Core::try_commit(Context& context) {
  const std::size_t needed = failures(context);
  OpNumber committed = op_number();
  if (needed > 0) {
    // The largest number that enough backups have acknowledged.
    committed = 0;
    for (const auto& candidate : prepare_oks) {
      const auto reached = [&](const auto& other) { return other.second >= candidate.second; };
      const auto count = std::count_if(prepare_oks.begin(), prepare_oks.end(), reached);
      if (static_cast<std::size_t>(count) >= needed)
        committed = std::max(committed, candidate.second);
    }
  }
  if (committed <= commit_number) return;
  ASSERT(committed <= op_number());
  view_changes_in_a_row = 0;
  if (committed < op_number()) {
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  } else {
    context.disarm(ResendTimeout{});
  }
  advance_commit(committed, context);
}

void Core::advance_commit(OpNumber target, Context& context) {
  while (commit_number < target && commit_number < op_number()) {
    ++commit_number;
    context.indicate(consensus::Decided{commit_number, value(commit_number)});
  }
  // Only a broken protocol learns of a commit above its log here; the check commit-within-log says
  // so.
  commit_number = std::max(commit_number, target);
  if (commit_number == op_number() && ends_epoch(context)) end_epoch(context);
}

// VRR 4.1 step 7: a backup that learns of a commit, once it holds the entry and has executed all
// earlier ones, executes it and increments its commit-number. Numbers out of messages never lower
// it.
void Core::learn_commit(OpNumber known, Context& context) {
  if (known < commit_number && context.options<Options>().commit_number == CommitUpdate::assign)
    commit_number = known;
  if (known <= commit_number) return;
  view_changes_in_a_row = 0;
  advance_commit(std::min(known, op_number()), context);
}

// VRR 4.1 step 6: an idle primary informs the backups of the latest commit.
void Core::on(const CommitTimeout&, Context& context) {
  ASSERT(status == Status::normal);
  ASSERT(is_primary(context));
  tell(Commit{view_number, commit_number}, context);
  context.arm(CommitTimeout{}, context.options<Options>().commit_interval);
}

void Core::on(const Commit& commit, NodeId from, Context& context) {
  if (refuses(commit.view_number, from, context)) return;
  ASSERT(from == primary(commit.view_number, context));
  if (commit.view_number < view_number) return context.ignore();
  if (commit.view_number > view_number)
    return heard_later_view(commit.view_number, TransferTrigger::prepare_or_commit, from, context);
  if (status != Status::normal) return context.ignore();
  arm_view_change_timeout(context);
  if (commit.commit_number > op_number()) request_missing(from, context);
  learn_commit(commit.commit_number, context);
}

// Re-sending is a detail that VRR 4 leaves out; without it one lost message blocks the group.
void Core::on(const ResendTimeout&, Context& context) {
  ASSERT(status != Status::recovering);
  if (status == Status::normal) {
    ASSERT(is_primary(context));
    ASSERT(commit_number < op_number());
    const OpNumber last = std::min(op_number(), commit_number + resend_window);
    for (OpNumber position = commit_number + 1; position <= last; ++position)
      tell(prepare_message(position), context);
  } else if (status == Status::view_change) {
    tell(start_view_change_message(), context);
    if (view_change.sent_do_view_change && !is_primary(context))
      context.send(primary(view_number, context), do_view_change_message(context));
  } else if (status == Status::transitioning) {
    resend_in_transition(context);
  } else {
    ask_next_for_state(context);
  }
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation) {
  observation.operational = core.status == Status::normal;
  observation.leading = observation.operational && core.primary(core.view_number, group) == self;
  // Without the state a replica has failed, as far as others can count on it.
  observation.recovering = core.status == Status::recovering || core.status == Status::spare ||
                           (core.status == Status::transitioning && !core.holds_beginning());
  observation.epoch = core.view_number;
  observation.log.show<LogEntry>(
      core.log, [](const LogEntry& entry) { return consensus::operation_of(entry.request); });
  observation.committed = core.commit_number;
  observation.executed = std::min<OpNumber>(core.commit_number, core.op_number());
  if (group.may_change()) observation.configuration = core.shown_configuration(self);
}

}  // namespace stampede::models::viewstamped
