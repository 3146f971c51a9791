#include "models/multi_paxos/replica.hpp"

#include <algorithm>

#include "engine/process/reconfigure.hpp"

namespace stampede::models::multi_paxos {

// A request that was executed is answered from the table; one that waits in the log is left alone.
void Replica::on(const Request& request, NodeId from, Context& context) {
  if (core.role != Role::leader) return context.ignore();
  const auto known = client_table.find(request.id.client);
  if (known != client_table.end() && request.request_number <= known->second.request_number) {
    const Executed& executed = known->second;
    if (request.request_number != executed.request_number) return context.ignore();
    context.reached("reply-resent");
    context.send(from, Reply{core.epoch(), executed.id, executed.request_number, executed.result});
    return;
  }
  // Where its window is closed the client asks again.
  if (is_proposed(request) || !core.can_propose(context.inside(core))) return context.ignore();
  core.propose(Operation::of(request), context.inside(core));
}

bool Replica::is_proposed(const Request& request) const {
  for (Slot slot = core.last(); slot > core.decided(); --slot) {
    const auto* other = core.value(slot).get<Request>();
    if (other != nullptr && other->id.client == request.id.client &&
        other->request_number >= request.request_number)
      return true;
  }
  return false;
}

// VRR 4.5 asks for this: what was executed is in the logs of a majority.
void Replica::on(const NewestRequest& query, NodeId from, Context& context) {
  RequestNumber newest{};
  for (Slot slot = 1; slot <= core.last(); ++slot) {
    const auto* request = core.value(slot).get<Request>();
    if (request != nullptr && request->id.client == query.client)
      newest = std::max(newest, request->request_number);
  }
  context.send(from, NewestRequestIs{query.nonce, newest});
}

void Replica::on(const consensus::Decided& decided, Context& context) {
  if (!decided.value) return;
  const auto& request = decided.value.as<Request>();
  Executed& client = client_table[request.id.client];
  if (request.request_number <= client.request_number && context.options<Options>().executes_once) {
    // Two leaders may have proposed it in two slots: the later one does nothing.
    context.reached("executed-before");
    return core.pass_over(decided.position);
  }
  client = Executed{request.request_number, request.id, execute(request.operation)};
  if (core.role != Role::leader) return;
  context.reply(request.id.client,
                Reply{core.epoch(), client.id, client.request_number, client.result});
}

// The core has taken a change of members into account by itself.
Result Replica::execute(const Operation& operation) {
  if (operation.get<engine::Reconfigure>() != nullptr) return Result::of(engine::Reconfigured{});
  return service.apply(operation);
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::multi_paxos
