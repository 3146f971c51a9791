#include "models/paxos/single_decree.hpp"

namespace stampede::models::paxos {

// A server proposes one value in its life. Phase 1 (a): a ballot above all it has heard of; its own
// promise counts.
void Server::on(const Put& put, NodeId from, Context& context) {
  if (is_decided || proposal) return context.ignore();
  proposal = Proposal{put.request_number, from, put.value};
  promises.clear();
  accepts.clear();
  ballot = Ballot{ballot.round + 1, context.self()};
  promises[context.self()] = accepted;
  context.broadcast(Prepare{ballot});
}

// Only who knows the decision answers: another server may know of one that this server does not.
void Server::on(const Get& get, NodeId from, Context& context) {
  if (!is_decided) return context.ignore();
  ASSERT(accepted);
  context.send(from, GetOk{get.request_number, accepted->proposal.value});
}

// Phase 1 (b): promise to take part in no lower ballot, and tell what was accepted before.
void Server::on(const Prepare& prepare, NodeId from, Context& context) {
  if (is_decided || !(ballot < prepare.ballot)) return context.ignore();
  ballot = prepare.ballot;
  context.send(from, Promise{ballot, accepted});
}

// Phase 2 (a): with promises of a majority, the value accepted in the highest ballot among them,
// else its own.
void Server::on(const Promise& promise, NodeId from, Context& context) {
  if (is_decided || !(promise.ballot == ballot)) return context.ignore();
  promises[from] = promise.accepted;
  if (promises.size() != majority(context)) return;
  std::optional<AcceptedProposal> highest;
  for (const auto& [node, before] : promises) {
    if (highest < before) highest = before;
  }
  if (highest && context.options<Options>().adopts_accepted) {
    context.reached("value-adopted");
    proposal = highest->proposal;
  }
  ASSERT(proposal);
  accepted = AcceptedProposal{ballot, *proposal};
  accepts.insert(context.self());
  context.broadcast(Accept{ballot, *proposal});
}

// Phase 2 (b): accept unless a higher ballot was promised.
void Server::on(const Accept& accept, NodeId from, Context& context) {
  if (is_decided || accept.ballot < ballot) return context.ignore();
  ballot = accept.ballot;
  accepted = AcceptedProposal{accept.ballot, accept.proposal};
  context.send(from, Accepted{ballot});
}

// Accepted by a majority: decided. The others learn it, and whoever asked for this value.
void Server::on(const Accepted& answer, NodeId from, Context& context) {
  if (is_decided || !(answer.ballot == ballot)) return context.ignore();
  accepts.insert(from);
  if (accepts.size() != majority(context)) return;
  is_decided = true;
  ASSERT(proposal);
  context.reached("decided");
  context.broadcast(Decided{ballot, *proposal});
  context.send(proposal->requester, PutOk{proposal->request_number});
}

void Server::on(const Decided& decided, NodeId, Context& context) {
  if (is_decided) return context.ignore();
  ballot = decided.ballot;
  accepted = AcceptedProposal{decided.ballot, decided.proposal};
  is_decided = true;
}

void observe(const Server& server, NodeId, const engine::Membership&,
             engine::Observation& observation) {
  observation.operational = true;
  observation.epoch = server.ballot.round;
  observation.executed = observation.committed = server.is_decided ? 1 : 0;
}

}  // namespace stampede::models::paxos
