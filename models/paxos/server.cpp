#include "models/paxos/server.hpp"

namespace stampede::models::paxos {

void Server::on(const Put& put, NodeId from, Context& context) {
  if (!core.can_propose(context)) return context.ignore();
  core.propose(Operation::of(Proposal{put.request_number, from, put.value}), context.inside(core));
}

// Only who knows the decision answers: another server may know of one that this server does not.
void Server::on(const Get& get, NodeId from, Context& context) {
  if (core.decided() == 0) return context.ignore();
  context.send(from, GetOk{get.request_number, core.value(1).as<Proposal>().value});
}

// Whoever asked for this value hears of it from the server that decided it.
void Server::on(const consensus::Decided& decided, Context& context) {
  if (core.leader(context) != context.self()) return;
  const auto& put = decided.value.as<Proposal>();
  context.send(put.requester, PutOk{put.request_number});
}

}  // namespace stampede::models::paxos
