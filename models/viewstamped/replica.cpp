#include "models/viewstamped/replica.hpp"

#include <algorithm>

#include "engine/process/reconfigure.hpp"

namespace stampede::models::viewstamped {

// VRR 4.1 step 2: if the request-number is not larger than the newest of this client the request is
// dropped, but the reply is re-sent if it is the newest and was executed.
void Replica::on(const Request& request, NodeId, Context& context) {
  if (!core.leads(context)) return context.ignore();
  if (request.request_number <= newest(request.id.client)) {
    const ClientEntry* known = clients.find(request.id.client);
    if (known == nullptr || request.request_number != known->executed) return context.ignore();
    context.reached("reply-resent");
    return reply(*known, context);
  }
  // VRR 7.1: nothing follows a RECONFIGURATION in its epoch.
  if (core.ends_epoch(context)) return context.ignore();
  const Options& options = context.options<Options>();
  if (options.client_table_limit > 0 && refuses(request, context)) return;
  if (options.reads == Reads::lease && answers_alone(request, context))
    return answer_alone(request, context);
  if (service::is_foretold(request.operation)) return append_foretold(request, context);
  append(request, options, context);
}

// Requests that did not survive a view change must not lock their clients out; those that are in
// the new log must not be appended again (README, A14). So the log is looked at.
RequestNumber Replica::newest(ClientId client) const {
  const ClientEntry* known = clients.find(client);
  RequestNumber newest = known == nullptr ? RequestNumber{} : known->executed;
  for (OpNumber position = core.last(); position > core.decided(); --position) {
    const auto& request = core.value(position).as<Request>();
    if (request.id.client == client) newest = std::max(newest, request.request_number);
  }
  // The defect asks a table that nobody mends.
  const auto noted = waiting.find(client);
  if (noted != waiting.end()) newest = std::max(newest, noted->second);
  return newest;
}

void Replica::reply(const ClientEntry& client, Context& context) const {
  // That a session is over tells nobody what was executed, and nothing keeps it to be told later.
  if (is_held(context) && client.result.get<client::SessionEnded>() == nullptr)
    return context.reached("answer-held");
  context.reply(client.executed_id.client,
                Reply{core.epoch(), client.executed_id, client.executed, client.result});
}

// VRR 4.5: a recovering client fetches its newest request-number.
void Replica::on(const NewestRequest& query, NodeId from, Context& context) {
  if (core.status != Status::normal) return context.ignore();
  RequestNumber known = newest(query.client);
  // Reads under leases leave no trace here: earlier lives may have come far beyond what is known.
  if (context.options<Options>().reads == Reads::lease)
    known.value = std::max(known.value, (client::life_of(query.nonce) - 1) << 20);
  context.send(from, NewestRequestIs{query.nonce, known});
}

// VRR 4.1 step 5 to 7: up-call, result into the client table; the primary replies.
void Replica::on(const consensus::Decided& decided, Context& context) {
  const auto& request = decided.value.as<Request>();
  const Options& options = context.options<Options>();
  const bool bounded = options.client_table_limit > 0;
  Result result = options.foretelling == Foretelling::each
                      ? execute_for_itself(request, decided.position, context)
                  : bounded ? execute_in_session(request, decided.position, context)
                            : execute(request);
  const bool takes_checkpoints = options.checkpoint_interval > 0;
  if (takes_checkpoints && !options.checkpoint_is_atomic)
    checkpoint_after(decided.position - 1, context);
  if (bounded) {
    answer_in_session(request, std::move(result), context);
  } else {
    const ClientEntry& noted = clients.note(request, std::move(result));
    if (core.leads(context)) reply(noted, context);
  }
  if (takes_checkpoints && options.checkpoint_is_atomic)
    checkpoint_after(decided.position, context);
}

Result Replica::execute(const Request& request) {
  // VRR 7.1: no up-call for a RECONFIGURATION.
  if (request.operation.get<engine::Reconfigure>() != nullptr)
    return Result::of(engine::Reconfigured{});
  return service.apply(request.operation);
}

// Who has not executed yet what opened the session cannot know what became of it; who has, and does
// not have it, knows that it is over at every replica.
bool Replica::refuses(const Request& request, Context& context) const {
  if (is_in_session(request, context)) return false;
  if (client::session_of(request.request_number) > core.decided()) {
    context.ignore();
  } else {
    reply({request.request_number, request.id, Result::of(client::SessionEnded{})}, context);
  }
  return true;
}

bool Replica::is_in_session(const Request& request, const Context& context) const {
  return !context.options<Options>().requests_need_session || clients.is_in_session(request);
}

Result Replica::execute_in_session(const Request& request, OpNumber position, Context& context) {
  if (opens_session(request))
    return Result::of(client::opened_by(position, request.request_number));
  // The session ended while the request waited in the log.
  if (!is_in_session(request, context)) return Result::of(client::SessionEnded{});
  return execute(request);
}

void Replica::answer_in_session(const Request& request, Result result, Context& context) {
  const bool is_executed = result.get<client::SessionEnded>() == nullptr;
  const std::uint64_t limit = context.options<Options>().client_table_limit;
  if (is_executed && clients.note_bounded(request, result, limit))
    context.reached("session-evicted");
  if (core.leads(context)) reply({request.request_number, request.id, std::move(result)}, context);
}

// VRR 5.1: every so many operations the service makes a snapshot while it goes on: pages are copied
// when they are written, which is how ServiceState keeps its state.
void Replica::checkpoint_after(OpNumber position, Context& context) {
  const Options& options = context.options<Options>();
  if (position == 0 || position % options.checkpoint_interval != 0) return;
  Snapshot snapshot{clients, service};
  if (!options.checkpoint_has_client_table) snapshot.clients = {};
  core.checkpoint(position, engine::Payload::of(std::move(snapshot)), context.inside(core));
}

// VRR 5.2: application state takes the place of the operations that others have forgotten.
void Replica::on(const consensus::Restored& restored, Context&) {
  const auto& snapshot = restored.state.as<Snapshot>();
  clients = snapshot.clients;
  service = snapshot.service;
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::viewstamped
