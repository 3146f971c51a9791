// models/multi_paxos/log.cpp: phase 2 slot by slot, and learning what was chosen.
#include <algorithm>

#include "models/multi_paxos/replica.hpp"

namespace stampede::models::multi_paxos {
namespace {

/// How many slots a resend or an answer carries at most.
constexpr Slot window = 16;

}  // namespace

// ----- proposer -----

// A request that was executed is answered from the table; one that waits in the log is left alone.
void Replica::on(const Request& request, NodeId from, Context& context) {
  if (role != Role::leader) return context.ignore();
  const auto known = client_table.find(request.id.client);
  if (known != client_table.end() && request.request_number <= known->second.request_number) {
    const Executed& executed = known->second;
    if (request.request_number != executed.request_number) return context.ignore();
    context.reached("reply-resent");
    context.send(from, Reply{ballot.round, executed.id, executed.request_number, executed.result});
    return;
  }
  if (is_proposed(request)) return context.ignore();
  propose(last_slot() + 1, Entry{request}, context);
  send_proposals({last_slot()}, context);
}

bool Replica::is_proposed(const Request& request) const {
  for (Slot slot = last_slot(); slot > committed; --slot) {
    const auto& other = stable.votes.at(slot).entry.request;
    if (other && other->id.client == request.id.client &&
        other->request_number >= request.request_number)
      return true;
  }
  return false;
}

void Replica::propose(Slot slot, Entry entry, Context& context) {
  if (accepts.empty()) context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  vote(slot, Vote{ballot, std::move(entry)});
  accepts[slot].insert(context.self());
}

// Its own vote is on disk before anybody hears of the proposal.
void Replica::send_proposals(const std::vector<Slot>& slots, Context& context) {
  if (slots.empty()) return;
  keep(context);
  for (const Slot slot : slots)
    context.broadcast(Accept{ballot, slot, stable.votes.at(slot).entry, committed});
  if (majority(context) == 1) try_commit(context);
}

// VRR 4.5 asks for this: what was executed is in the logs of a majority.
void Replica::on(const NewestRequest& query, NodeId from, Context& context) {
  RequestNumber newest{};
  for (Slot slot = 1; slot <= last_slot(); ++slot) {
    const auto& request = stable.votes.at(slot).entry.request;
    if (request && request->id.client == query.client)
      newest = std::max(newest, request->request_number);
  }
  context.send(from, NewestRequestIs{query.nonce, newest});
}

void Replica::on(const Accepted& accepted, NodeId from, Context& context) {
  if (role != Role::leader || !(accepted.ballot == ballot)) return context.ignore();
  const auto waiting = accepts.find(accepted.slot);
  if (waiting == accepts.end() || !waiting->second.insert(from)) return context.ignore();
  try_commit(context);
}

// A slot is chosen once a majority has accepted it in one ballot; it is executed when all earlier
// ones are chosen.
void Replica::try_commit(Context& context) {
  const Slot before = committed;
  for (auto next = accepts.find(committed + 1);
       next != accepts.end() && next->second.size() >= majority(context);
       next = accepts.find(committed + 1)) {
    accepts.erase(next);
    execute_next(context);
  }
  if (committed == before) return;
  if (accepts.empty()) {
    context.disarm(ResendTimeout{});
  } else {
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  }
}

void Replica::on(const ResendTimeout&, Context& context) {
  if (role != Role::leader || accepts.empty()) return;
  for (const auto& [slot, nodes] : accepts) {
    if (slot > committed + window) break;
    context.broadcast(Accept{ballot, slot, stable.votes.at(slot).entry, committed});
  }
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void Replica::on(const HeartbeatTimeout&, Context& context) {
  if (role != Role::leader) return;
  context.broadcast(Heartbeat{ballot, committed});
  context.arm(HeartbeatTimeout{}, context.options<Options>().heartbeat_interval);
}

// ----- acceptor -----

// Phase 2b: accept unless a higher ballot was promised. Slots come in any order.
void Replica::on(const Accept& accept, NodeId from, Context& context) {
  if (accept.ballot < stable.promised) return context.ignore();
  if (stable.promised < accept.ballot) follow(accept.ballot, context);
  vote(accept.slot, Vote{accept.ballot, accept.entry});
  keep(context);
  context.send(from, Accepted{accept.ballot, accept.slot});
  arm_election_timeout(context);
  learn(accept.ballot, accept.committed, context);
}

void Replica::vote(Slot slot, Vote vote) {
  // What was executed stays as it was shown.
  if (slot > committed) log = log.replaced(slot, vote.entry);
  stable.votes = stable.votes.replaced(slot, std::move(vote));
}

// ----- learner -----

// That a slot is chosen does not say what: a vote of an older ballot may have lost.
void Replica::learn(const Ballot& from_ballot, Slot known, Context& context) {
  const bool trusts_any = context.options<Options>().learns == Learning::any_vote;
  while (committed < std::min(known, last_slot())) {
    const auto& voted_in = stable.votes.at(committed + 1).ballot;
    if (!voted_in || (!trusts_any && !(*voted_in == from_ballot))) return;
    execute_next(context);
  }
}

void Replica::on(const Heartbeat& heartbeat, NodeId from, Context& context) {
  if (heartbeat.ballot < stable.promised) return context.ignore();
  if (stable.promised < heartbeat.ballot) {
    follow(heartbeat.ballot, context);
    keep(context);
  }
  arm_election_timeout(context);
  learn(heartbeat.ballot, heartbeat.committed, context);
  if (committed < heartbeat.committed) context.send(from, GetChosen{committed});
}

void Replica::on(const GetChosen& query, NodeId from, Context& context) {
  if (committed <= query.after) return context.ignore();
  const Slot last = std::min(committed, query.after + window);
  context.send(from, Chosen{query.after, votes_between(query.after + 1, last)});
}

// A chosen value may be voted for in the ballot in which its sender did: every higher ballot
// proposes it as well.
void Replica::on(const Chosen& chosen, NodeId, Context& context) {
  const Slot last = chosen.after + chosen.votes.size();
  if (chosen.after > committed || last <= committed) return context.ignore();
  context.reached("caught-up");
  for (Slot slot = committed + 1; slot <= last; ++slot) {
    const Vote& theirs = chosen.votes[slot - chosen.after - 1];
    if (last_slot() < slot || stable.votes.at(slot).ballot < theirs.ballot) vote(slot, theirs);
    accepts.erase(slot);
    execute_next(context);
  }
  keep(context);
}

void Replica::execute_next(Context& context) {
  ++committed;
  elections_in_a_row = 0;
  const Entry entry = log.at(committed);
  if (!entry.request) return;
  const Request& request = *entry.request;
  Executed& client = client_table[request.id.client];
  if (request.request_number <= client.request_number && context.options<Options>().executes_once) {
    // Two leaders may have proposed it in two slots: the later one does nothing.
    context.reached("executed-before");
    log = log.replaced(committed, Entry{});
    return;
  }
  client = Executed{request.request_number, request.id, service.apply(request.operation)};
  if (role != Role::leader) return;
  const auto& clients = context.members("client");
  context.send(clients.at(request.id.client.value % clients.size()),
               Reply{ballot.round, client.id, client.request_number, client.result});
}

void observe(const Replica& replica, NodeId self, const engine::Membership& membership,
             engine::Observation& observation) {
  const auto& members = membership.roles.front().second;
  const Ballot& promised = replica.stable.promised;
  const auto place = std::find(members.begin(), members.end(), promised.proposer);
  observation.operational = true;
  observation.leading = replica.role == Role::leader && promised.proposer == self;
  observation.epoch =
      promised.round * members.size() + static_cast<std::uint64_t>(place - members.begin());
  observation.log.show<Entry>(replica.log, [](const Entry& entry) {
    return entry.request ? entry.request->id : OperationId{};
  });
  observation.committed = replica.committed;
  observation.executed = replica.committed;
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::multi_paxos
