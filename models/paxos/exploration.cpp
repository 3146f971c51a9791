// models/paxos/exploration.cpp: which messages can have no effect any more, and which fields nobody
// will read. The arguments:
//
// 1. A member's ballot never gets lower before it knows the decision, and from there on it ignores
//    all messages of the protocol. Nobody who crashed comes back.
// 2. What a proposer has counted it counted in its own ballot: once it has joined a higher one, and
//    it proposes once, nobody asks for it again.
// 3. A promise that comes when enough others have come is not dead: a copy of one that was counted
//    has the proposer say again what it proposes.
#include "engine/world/model.hpp"
#include "models/paxos/core.hpp"

namespace stampede::models::paxos {
namespace {

template <class M>
bool is_below(const Ballot& ballot, const engine::Payload& message) {
  const M* found = message.get<M>();
  return found != nullptr && found->ballot < ballot;
}

template <class... M>
bool is_any_of(const engine::Payload& message, engine::Messages<M...>) {
  return (... || (message.get<M>() != nullptr));
}

}  // namespace

bool Core::is_dead(const engine::Payload& message) const {
  if (is_decided) return is_any_of(message, Messages{});
  const auto* prepare = message.get<Prepare>();
  if (prepare != nullptr) return !(ballot < prepare->ballot);
  return is_below<Promise>(ballot, message) || is_below<Accept>(ballot, message) ||
         is_below<Accepted>(ballot, message);
}

void Core::normalise(NodeId self) {
  if (is_decided) proposal = {};
  if (!is_decided && ballot.proposer == self) return;
  promises.clear();
  accepts.clear();
}

}  // namespace stampede::models::paxos
