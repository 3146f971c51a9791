// models/viewstamped/normal.cpp: VRR 4.1, normal operation, and 4.5, client recovery.
#include <algorithm>

#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

/// How many uncommitted entries a resend carries at most.
constexpr OpNumber resend_window = 8;

}  // namespace

void Replica::append(const LogEntry& entry) {
  log.push_back(entry);
  ClientEntry& client = client_table[entry.request.id.client];
  client.newest = std::max(client.newest, entry.request.request_number);
}

// VRR 4.1 step 2-3: if the request-number is not larger than the one in the client table the
// request is dropped, but the reply is re-sent if it is the newest and was executed. Otherwise the
// primary advances op-number, appends, and sends PREPARE.
void Replica::on(const Request& request, NodeId, Context& context) {
  if (status != Status::normal || !is_primary(context)) return context.ignore();
  const auto known = client_table.find(request.id.client);
  if (known != client_table.end() && request.request_number <= known->second.newest) {
    const ClientEntry& client = known->second;
    if (request.request_number != client.executed) return context.ignore();
    context.reached("reply-resent");
    reply(client, context);
    return;
  }
  append(LogEntry{view_number, request});
  context.broadcast(prepare_message(op_number()));
  const Options& options = context.options<Options>();
  context.arm(CommitTimeout{}, options.commit_interval);
  if (op_number() == commit_number + 1) context.arm(ResendTimeout{}, options.resend_interval);
  if (failures(context) == 0) try_commit(context);
}

Prepare Replica::prepare_message(OpNumber position) const {
  return {view_number, log.at(position), position, commit_number};
}

void Replica::reply(const ClientEntry& client, Context& context) const {
  context.reply(client.executed_id.client,
                Reply{view_number, client.executed_id, client.executed, client.result});
}

// VRR 4.5: a recovering client fetches its newest request-number.
void Replica::on(const NewestRequest& query, NodeId from, Context& context) {
  if (status != Status::normal) return context.ignore();
  const auto known = client_table.find(query.client);
  context.send(
      from, NewestRequestIs{query.nonce,
                            known == client_table.end() ? RequestNumber{} : known->second.newest});
}

// VRR 4.1 step 4: backups process PREPAREs in order: all earlier entries must be in the log.
void Replica::on(const Prepare& prepare, NodeId from, Context& context) {
  ASSERT(from == primary(prepare.view_number, context));
  if (prepare.view_number < view_number) return context.ignore();
  if (prepare.view_number > view_number) {
    return heard_later_view(prepare.view_number, true, prepare.op_number > op_number() + 1, from,
                            context);
  }
  if (status != Status::normal) return context.ignore();
  arm_view_change_timeout(context);
  if (prepare.op_number > op_number() + 1) {
    // Earlier ones are missing: state transfer within the view (VRR 5.2, first case).
    return request_missing(from, context);
  }
  if (prepare.op_number == op_number() + 1) append(prepare.entry);
  acknowledge(from, context);
  learn_commit(prepare.commit_number, context);
}

// Cumulative: op_number and all earlier ones.
void Replica::acknowledge(NodeId to, Context& context) const {
  ASSERT(status == Status::normal);
  context.send(to, PrepareOk{view_number, op_number()});
}

// VRR 4.1 step 5: with f PREPAREOKs from different backups the operation and all earlier ones are
// committed.
void Replica::on(const PrepareOk& ok, NodeId from, Context& context) {
  if (status != Status::normal || ok.view_number != view_number) return context.ignore();
  ASSERT(is_primary(context));
  if (ok.op_number > op_number()) return context.ignore();
  OpNumber& acknowledged = prepare_oks[from];
  if (ok.op_number <= acknowledged) return context.ignore();
  acknowledged = ok.op_number;
  if (ok.op_number > commit_number) try_commit(context);
}

void Replica::try_commit(Context& context) {
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
  advance_commit(committed, context);
  if (commit_number < op_number()) {
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  } else {
    context.disarm(ResendTimeout{});
  }
}

void Replica::advance_commit(OpNumber target, Context& context) {
  while (commit_number < target && commit_number < op_number()) execute(commit_number + 1, context);
  // Only a broken protocol learns of a commit above its log here; the check commit-within-log says
  // so.
  commit_number = std::max(commit_number, target);
}

// VRR 4.1 step 7: a backup that learns of a commit, once it holds the entry and has executed all
// earlier ones, executes it and increments its commit-number. Numbers out of messages never lower
// it.
void Replica::learn_commit(OpNumber known, Context& context) {
  if (context.options<Options>().commit_number == CommitUpdate::assign)
    commit_number = std::min(commit_number, known);
  if (known <= commit_number) return;
  view_changes_in_a_row = 0;
  advance_commit(std::min(known, op_number()), context);
}

// VRR 4.1 step 5 and 6: up-call, result into the client table; the primary replies.
void Replica::execute(OpNumber position, Context& context) {
  ASSERT(position == commit_number + 1);
  const Request& request = log.at(position).request;
  ClientEntry& client = client_table[request.id.client];
  client.result = service.apply(request.operation);
  client.executed = request.request_number;
  client.executed_id = request.id;
  client.newest = std::max(client.newest, request.request_number);
  commit_number = position;
  if (status == Status::normal && is_primary(context)) reply(client, context);
}

// VRR 4.1 step 6: an idle primary informs the backups of the latest commit.
void Replica::on(const CommitTimeout&, Context& context) {
  ASSERT(status == Status::normal);
  ASSERT(is_primary(context));
  context.broadcast(Commit{view_number, commit_number});
  context.arm(CommitTimeout{}, context.options<Options>().commit_interval);
}

void Replica::on(const Commit& commit, NodeId from, Context& context) {
  ASSERT(from == primary(commit.view_number, context));
  if (commit.view_number < view_number) return context.ignore();
  if (commit.view_number > view_number)
    return heard_later_view(commit.view_number, false, false, from, context);
  if (status != Status::normal) return context.ignore();
  arm_view_change_timeout(context);
  if (commit.commit_number > op_number()) request_missing(from, context);
  learn_commit(commit.commit_number, context);
}

// Re-sending is a detail that VRR 4 leaves out; without it one lost message blocks the group.
void Replica::on(const ResendTimeout&, Context& context) {
  ASSERT(status != Status::recovering);
  if (status == Status::normal) {
    ASSERT(is_primary(context));
    ASSERT(commit_number < op_number());
    const OpNumber last = std::min(op_number(), commit_number + resend_window);
    for (OpNumber position = commit_number + 1; position <= last; ++position)
      context.broadcast(prepare_message(position));
  } else if (status == Status::view_change) {
    context.broadcast(start_view_change_message());
    if (view_change.sent_do_view_change && !is_primary(context))
      context.send(primary(view_number, context), do_view_change_message(context));
  } else {
    ask_next_for_state(context);
  }
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void observe(const Replica& replica, NodeId self, const engine::Group& group,
             engine::Observation& observation) {
  const auto& members = group.members();
  observation.operational = replica.status == Status::normal;
  observation.leading =
      observation.operational && members[replica.view_number % members.size()] == self;
  observation.recovering = replica.status == Status::recovering;
  observation.epoch = replica.view_number;
  observation.log.show<LogEntry>(replica.log,
                                 [](const LogEntry& entry) { return entry.request.id; });
  observation.committed = replica.commit_number;
  observation.executed = std::min<OpNumber>(replica.commit_number, replica.op_number());
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::viewstamped
