// models/multi_paxos/exploration.cpp: which messages can have no effect any more, and which fields
// nobody will read. The arguments rest on one fact, that promises and votes survive crashes: with
// the option keeps_votes off and a crash left, nothing is dead.
#include "models/multi_paxos/exploration.hpp"

#include "models/multi_paxos/replica.hpp"

namespace stampede::models::multi_paxos {
namespace {

/// One replica as its messages find it.
struct Receiver {
  const Replica& replica;
  bool may_crash = false;

  [[nodiscard]] bool is(Role role, const Ballot& ballot) const {
    return replica.role == role && replica.ballot == ballot;
  }
};

bool is_dead(const Receiver& at, const Prepare& message) {
  return message.ballot < at.replica.stable.promised;
}

// A candidate never stands again in the same ballot.
bool is_dead(const Receiver& at, const Promise& message) {
  return !at.is(Role::candidate, message.ballot);
}

bool is_dead(const Receiver& at, const Accept& message) {
  return message.ballot < at.replica.stable.promised;
}

// It answers what the leader of its ballot proposed: who does not lead in it now will not again.
bool is_dead(const Receiver& at, const Accepted& message) {
  return !at.is(Role::leader, message.ballot) || message.slot <= at.replica.committed;
}

// What is known to be chosen is forgotten in a crash, and asked for again.
bool is_dead(const Receiver& at, const Heartbeat& message) {
  if (message.ballot < at.replica.stable.promised) return true;
  return !at.may_crash && message.ballot == at.replica.stable.promised &&
         message.committed <= at.replica.committed;
}

bool is_dead(const Receiver& at, const Chosen& message) {
  return !at.may_crash && message.after + message.votes.size() <= at.replica.committed;
}

template <class M>
bool dead_as(const Receiver& at, const engine::Payload& message) {
  const M* found = message.get<M>();
  return found != nullptr && is_dead(at, *found);
}

bool dead(const engine::DeadQuery& query) {
  if (!query.local.up) return false;
  if (const auto* client = engine::process_as<client::Client>(query.local.process)) {
    const auto* reply = query.message.get<Reply>();
    return reply != nullptr && client->is_done_with(*reply);
  }
  const auto* replica = engine::process_as<Replica>(query.local.process);
  if (replica == nullptr) return false;
  if (query.may_crash && !query.options.as<Options>().keeps_votes) return false;
  const Receiver at{*replica, query.may_crash};
  return dead_as<Prepare>(at, query.message) || dead_as<Promise>(at, query.message) ||
         dead_as<Accept>(at, query.message) || dead_as<Accepted>(at, query.message) ||
         dead_as<Heartbeat>(at, query.message) || dead_as<Chosen>(at, query.message);
}

void normalise(NodeId, engine::ProcessValue& process, const engine::Membership&,
               const engine::Payload&) {
  if (process.type().key != engine::payload_type<Replica>().key) return;
  Replica& replica = *static_cast<Replica*>(process.get());
  // It only stretches timeouts, and a search has no time.
  replica.elections_in_a_row = 0;
  // Read only while it stands or leads; the next election begins anew.
  if (replica.role == Role::follower) {
    replica.ballot = {};
    replica.first = 0;
  }
}

}  // namespace

engine::Exploration exploration() {
  engine::Exploration exploration;
  exploration.dead = &dead;
  exploration.normalise = &normalise;
  return exploration;
}

}  // namespace stampede::models::multi_paxos
