#include "models/paxos/core.hpp"

namespace stampede::models::paxos {

// Phase 1 (a): a ballot above all it has heard of; its own promise counts.
void Core::propose(Operation value, Context context) {
  ASSERT(can_propose(context));
  proposal = std::move(value);
  promises.clear();
  accepts.clear();
  ballot = Ballot{ballot.round + 1, context.self()};
  promises[context.self()] = accepted;
  context.broadcast(Prepare{ballot});
}

// Phase 1 (b): promise to take part in no lower ballot, and tell what was accepted before.
void Core::on(const Prepare& prepare, NodeId from, Context& context) {
  if (is_decided || !(ballot < prepare.ballot)) return context.ignore();
  ballot = prepare.ballot;
  context.send(from, Promise{ballot, accepted});
}

// Phase 2 (a): with promises of a majority, the value accepted in the highest ballot among them,
// else its own.
void Core::on(const Promise& promise, NodeId from, Context& context) {
  if (is_decided || !(promise.ballot == ballot)) return context.ignore();
  promises[from] = promise.accepted;
  if (promises.size() != majority(context)) return;
  std::optional<AcceptedProposal> highest;
  for (const auto& [node, before] : promises) {
    if (highest < before) highest = before;
  }
  if (highest && context.options<CoreOptions>().adopts_accepted) {
    context.reached("value-adopted");
    proposal = highest->proposal;
  }
  ASSERT(proposal);
  context.indicate(consensus::Leads{ballot.round});
  accepted = AcceptedProposal{ballot, proposal};
  accepts.insert(context.self());
  context.broadcast(Accept{ballot, proposal});
}

// Phase 2 (b): accept unless a higher ballot was promised.
void Core::on(const Accept& accept, NodeId from, Context& context) {
  if (is_decided || accept.ballot < ballot) return context.ignore();
  ballot = accept.ballot;
  accepted = AcceptedProposal{accept.ballot, accept.proposal};
  context.send(from, Accepted{ballot});
}

// Accepted by a majority: decided. The others learn it.
void Core::on(const Accepted& answer, NodeId from, Context& context) {
  if (is_decided || !(answer.ballot == ballot)) return context.ignore();
  accepts.insert(from);
  if (accepts.size() != majority(context)) return;
  is_decided = true;
  ASSERT(proposal);
  context.reached("decided");
  context.broadcast(Decided{ballot, proposal});
  context.indicate(consensus::Decided{1, proposal});
}

void Core::on(const Decided& decision, NodeId, Context& context) {
  if (is_decided) return context.ignore();
  ballot = decision.ballot;
  accepted = AcceptedProposal{decision.ballot, decision.proposal};
  is_decided = true;
  context.indicate(consensus::Decided{1, decision.proposal});
}

void observe(const Core& core, NodeId, const engine::Group&, engine::Observation& observation) {
  observation.operational = true;
  observation.epoch = core.ballot.round;
  observation.executed = observation.committed = core.is_decided ? 1 : 0;
}

}  // namespace stampede::models::paxos
