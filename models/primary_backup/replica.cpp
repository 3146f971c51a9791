#include "models/primary_backup/replica.hpp"

#include <algorithm>

namespace stampede::models::primary_backup {
namespace {

/// How many requests are sent again at once.
constexpr OpNumber resend_window = 8;

/// Who names the views: one server, or masters, of whom the leader listens.
const std::vector<NodeId>& view_servers(const Context& context) {
  const std::vector<NodeId>& masters = context.members("masters");
  return masters.empty() ? context.members("view_service") : masters;
}

template <class M>
void tell_view_servers(const M& message, Context& context) {
  for (const NodeId server : view_servers(context)) context.send(server, message);
}

}  // namespace

// Nothing is on disk: a restart is a start, under a new incarnation.
void Replica::start(Context& context) {
  incarnation = context.unique();
  for (const NodeId server : view_servers(context)) detector.show(server, context.inside(detector));
  on(JoinTimeout{}, context);
}

void Replica::on(const JoinTimeout&, Context& context) {
  if (status == Status::joining || status == Status::idle)
    tell_view_servers(Join{incarnation}, context);
  context.arm(JoinTimeout{}, context.options<Options>().announce_interval);
}

// ----- views -----

void Replica::on(const NewView& message, NodeId, Context& context) {
  // What was said before the view service knew of this incarnation is about an earlier one.
  if (message.joined != incarnation || message.view.view_number < view.view_number)
    return context.ignore();
  if (message.view.view_number > view.view_number) enter(message.view, context);
  if (!message.acknowledged) return;
  const bool named = view.primary.node == context.self() || view.backup.node == context.self();
  if (status == Status::installing) serve(context);
  if (!named) settled_since_start = true;
  if (status == Status::joining && !named) status = Status::idle;
}

void Replica::enter(const View& next, Context& context) {
  view = next;
  context.disarm(ResendTimeout{});
  if (is_primary(context.self())) {
    status = Status::installing;
    context.send(view.backup.node, State{view.view_number, log});
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  } else if (is_backup(context.self())) {
    status = Status::installing;
  } else if (status != Status::joining) {
    // The log is kept: until a later view is settled, it may be one of two that hold everything.
    if (status == Status::serving) context.reached("unseated");
    status = Status::idle;
  }
}

// Nothing is executed yet: if this view is given up, the next primary's log may be a shorter one.
void Replica::on(const State& state, NodeId from, Context& context) {
  if (state.view_number != view.view_number || !is_backup(context.self())) return context.ignore();
  if (status == Status::installing) {
    ASSERT(state.log.extends(log.prefix(executed)));
    log = state.log;
    rebuild_client_table();
  }
  context.send(from, StateOk{view.view_number});
}

// Sent again with each State, until the view service says that it knows.
void Replica::on(const StateOk& ok, NodeId, Context& context) {
  if (ok.view_number != view.view_number || status != Status::installing) return context.ignore();
  ASSERT(is_primary(context.self()));
  tell_view_servers(Acknowledge{view.view_number}, context);
}

// The view is settled: what is in the log is in both logs.
void Replica::serve(Context& context) {
  status = Status::serving;
  settled_since_start = true;
  context.reached("state-transfer");
  context.disarm(ResendTimeout{});
  backed_up = log.size();
  execute_to(log.size(), context);
}

// ----- requests -----

// The primary forwards each request to its backup before it executes and answers it.
void Replica::on(const Request& request, NodeId, Context& context) {
  if (status != Status::serving || !is_primary(context.self())) return context.ignore();
  const auto known = client_table.find(request.id.client);
  if (known != client_table.end() && request.request_number <= known->second.newest) {
    const ClientEntry& entry = known->second;
    if (request.request_number != entry.executed) return context.ignore();
    context.reached("reply-resent");
    context.reply(request.id.client,
                  Reply{view.view_number, entry.executed_id, entry.executed, entry.result});
    return;
  }
  const Options& options = context.options<Options>();
  append(request);
  if (!options.waits_for_backup) execute_to(log.size(), context);
  forward(log.size(), context);
  if (backed_up + 1 == log.size()) context.arm(ResendTimeout{}, options.resend_interval);
}

void Replica::forward(OpNumber position, Context& context) const {
  context.send(view.backup.node, Forward{view.view_number, position, log.at(position)});
}

void Replica::append(const Request& request) {
  log.push_back(request);
  RequestNumber& newest = client_table[request.id.client].newest;
  newest = std::max(newest, request.request_number);
}

// Of another view it is refused: after a change of views the old primary can execute nothing more.
// One that comes too early waits until those before it have come.
void Replica::on(const Forward& forward, NodeId from, Context& context) {
  if (forward.view_number != view.view_number || !is_backup(context.self()))
    return context.ignore();
  if (forward.op_number > log.size() + 1) return context.ignore();
  ASSERT(from == view.primary.node);
  if (status == Status::installing) serve(context);  // its primary does: the view is settled
  if (forward.op_number == log.size() + 1) {
    append(forward.request);
    execute_to(log.size(), context);
  }
  context.send(from, ForwardOk{view.view_number, log.size()});
}

void Replica::on(const ForwardOk& ok, NodeId, Context& context) {
  if (ok.view_number != view.view_number || status != Status::serving) return context.ignore();
  if (ok.op_number <= backed_up) return context.ignore();
  ASSERT(is_primary(context.self()) && ok.op_number <= log.size());
  backed_up = ok.op_number;
  if (backed_up == log.size()) context.disarm(ResendTimeout{});
  execute_to(backed_up, context);
}

void Replica::on(const ResendTimeout&, Context& context) {
  ASSERT(is_primary(context.self()));
  if (status == Status::installing) {
    context.send(view.backup.node, State{view.view_number, log});
  } else {
    const OpNumber last = std::min<OpNumber>(log.size(), backed_up + resend_window);
    for (OpNumber position = backed_up + 1; position <= last; ++position)
      forward(position, context);
  }
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void Replica::rebuild_client_table() {
  for (auto& [client, entry] : client_table) entry.newest = entry.executed;
  for (OpNumber position = executed + 1; position <= log.size(); ++position) {
    RequestNumber& newest = client_table[log.at(position).id.client].newest;
    newest = std::max(newest, log.at(position).request_number);
  }
}

void Replica::execute_to(OpNumber position, Context& context) {
  while (executed < position) {
    const Request& request = log.at(++executed);
    ClientEntry& entry = client_table[request.id.client];
    entry.executed = request.request_number;
    entry.executed_id = request.id;
    entry.result = service.apply(request.operation);
    if (!is_primary(context.self())) continue;
    context.reply(request.id.client,
                  Reply{view.view_number, request.id, request.request_number, entry.result});
  }
}

// Who has restarted counts as failed until a view is settled without it, or with it: losing another
// replica before that may be one too many. Whoever waits for a later view may hold the only copy,
// and so may a primary.
void observe(const Replica& replica, NodeId self, const engine::Group&,
             engine::Observation& observation) {
  const bool serving = replica.status == Status::serving;
  observation.operational = serving;
  observation.leading = serving && replica.is_primary(self);
  observation.recovering = !replica.settled_since_start &&
                           !(replica.status == Status::installing && replica.is_primary(self));
  observation.epoch = replica.view.view_number;
  observation.log = engine::ObservedLog::of<Request>(
      replica.log, [](const Request& request) { return request.id; });
  observation.committed = replica.executed;
  observation.executed = replica.executed;
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::primary_backup
