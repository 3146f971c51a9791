// models/multi_paxos/exploration.cpp: which messages can have no effect any more, and which fields
// nobody will read. The arguments rest on one fact, that promises and votes survive crashes: with
// the option keeps_votes off and a crash left, nothing is dead.
#include "engine/world/model.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {
namespace {

/// One member as its messages find it.
struct Receiver {
  const Core& core;
  bool may_crash = false;

  [[nodiscard]] bool is(Role role, const Ballot& ballot) const {
    return core.role == role && core.ballot == ballot;
  }
};

bool is_dead(const Receiver& at, const Prepare& message) {
  return message.ballot < at.core.stable.promised;
}

// A candidate never stands again in the same ballot. A leader asks again where others decide from
// some slot on.
bool is_dead(const Receiver& at, const Promise& message) {
  const bool asks_again = !at.core.configurations.empty() && at.is(Role::leader, message.ballot);
  return !at.is(Role::candidate, message.ballot) && !asks_again;
}

bool is_dead(const Receiver& at, const Accept& message) {
  return message.ballot < at.core.stable.promised;
}

// It answers what the leader of its ballot proposed: who does not lead in it now will not again.
bool is_dead(const Receiver& at, const Accepted& message) {
  return !at.is(Role::leader, message.ballot) || message.slot <= at.core.committed;
}

// What is known to be chosen is forgotten in a crash, and asked for again. Where members change,
// whoever lags behind is answered, now or later.
bool is_dead(const Receiver& at, const Heartbeat& message) {
  if (!at.core.configurations.empty()) return false;
  if (message.ballot < at.core.stable.promised) return true;
  return !at.may_crash && message.ballot == at.core.stable.promised &&
         message.committed <= at.core.committed;
}

bool is_dead(const Receiver& at, const Chosen& message) {
  return !at.may_crash && message.after + message.votes.size() <= at.core.committed;
}

template <class M>
bool dead_as(const Receiver& at, const engine::Payload& message) {
  const M* found = message.get<M>();
  return found != nullptr && is_dead(at, *found);
}

}  // namespace

bool Core::is_dead(const engine::DeadQuery& query, const CoreOptions& options) const {
  if (!query.local.up || (query.may_crash && !options.keeps_votes)) return false;
  const Receiver at{*this, query.may_crash};
  return dead_as<Prepare>(at, query.message) || dead_as<Promise>(at, query.message) ||
         dead_as<Accept>(at, query.message) || dead_as<Accepted>(at, query.message) ||
         dead_as<Heartbeat>(at, query.message) || dead_as<Chosen>(at, query.message);
}

void Core::normalise(const CoreOptions&) {
  // It only stretches timeouts, and a search has no time.
  elections_in_a_row = 0;
  // Read only while it stands or leads; the next election begins anew.
  if (role == Role::follower) {
    ballot = {};
    first = 0;
  }
}

}  // namespace stampede::models::multi_paxos
