// models/multi_paxos/log.cpp: phase 2 slot by slot, and learning what was chosen.
#include <algorithm>

#include "models/consensus/requests.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {
namespace {

/// How many slots a resend or an answer carries at most.
constexpr Slot window = 16;

}  // namespace

// ----- proposer -----

void Core::propose(Operation value, Context context) {
  ASSERT(can_propose(context));
  propose_in(last() + 1, Entry{std::move(value)}, context);
  send_proposals({last()}, context);
}

void Core::propose_in(Slot slot, Entry entry, Context& context) {
  if (accepts.empty()) context.arm(ResendTimeout{}, context.options<CoreOptions>().resend_interval);
  vote(slot, Vote{ballot, std::move(entry)});
  accepts[slot].insert(context.self());
}

// Its own vote is on disk before anybody hears of the proposal.
void Core::send_proposals(const std::vector<Slot>& slots, Context& context) {
  if (slots.empty()) return;
  keep(context);
  for (const Slot slot : slots)
    tell(Accept{ballot, slot, stable.votes.at(slot).entry, committed}, context);
  // Where it decides alone.
  if (is_accepted(accepts.begin()->second, context)) try_commit(context);
}

void Core::on(const Accepted& accepted, NodeId from, Context& context) {
  if (role != Role::leader || !(accepted.ballot == ballot)) return context.ignore();
  const auto waiting = accepts.find(accepted.slot);
  if (waiting == accepts.end() || !waiting->second.insert(from)) return context.ignore();
  try_commit(context);
}

// A slot is chosen once a majority has accepted it in one ballot; it is told when all earlier ones
// are chosen.
void Core::try_commit(Context& context) {
  const Slot before = committed;
  for (auto next = accepts.find(committed + 1);
       next != accepts.end() && is_accepted(next->second, context);
       next = accepts.find(committed + 1)) {
    accepts.erase(next);
    commit_next(context);
  }
  if (committed == before) return;
  if (accepts.empty()) {
    context.disarm(ResendTimeout{});
  } else {
    context.arm(ResendTimeout{}, context.options<CoreOptions>().resend_interval);
  }
  if (!configurations.empty()) go_on(context);
}

void Core::on(const ResendTimeout&, Context& context) {
  if (role != Role::leader || accepts.empty()) return;
  for (const auto& [slot, nodes] : accepts) {
    if (slot > committed + window) break;
    tell(Accept{ballot, slot, stable.votes.at(slot).entry, committed}, context);
  }
  context.arm(ResendTimeout{}, context.options<CoreOptions>().resend_interval);
}

void Core::on(const HeartbeatTimeout&, Context& context) {
  if (role != Role::leader) return;
  tell(Heartbeat{ballot, committed}, context);
  if (!takes_part(context)) return resign(context);
  // Others decide from here on, and not enough of them have promised: an answer may have been lost.
  if (!promises.empty()) tell(Prepare{ballot, first}, context);
  context.arm(HeartbeatTimeout{}, context.options<CoreOptions>().heartbeat_interval);
}

// ----- acceptor -----

// Phase 2b: accept unless a higher ballot was promised. Slots come in any order.
void Core::on(const Accept& accept, NodeId from, Context& context) {
  if (accept.ballot < stable.promised) return context.ignore();
  if (stable.promised < accept.ballot) follow(accept.ballot, context);
  if (!knows_before(accept.slot, context)) learn(accept.ballot, accept.committed, context);
  if (!knows_before(accept.slot, context)) {
    keep(context);
    arm_election_timeout(context);
    return context.send(from, GetChosen{committed});
  }
  vote(accept.slot, Vote{accept.ballot, accept.entry});
  keep_and_answer(from, Accepted{accept.ballot, accept.slot}, context);
  arm_election_timeout(context);
  learn(accept.ballot, accept.committed, context);
}

void Core::vote(Slot slot, Vote vote) {
  // What was told stays as it was shown.
  if (slot > committed) log = log.replaced(slot, vote.entry);
  stable.votes = stable.votes.replaced(slot, std::move(vote));
}

// ----- learner -----

// That a slot is chosen does not say what: a vote of an older ballot may have lost.
void Core::learn(const Ballot& from_ballot, Slot known, Context& context) {
  const bool trusts_any = context.options<CoreOptions>().learns == Learning::any_vote;
  while (committed < std::min(known, last())) {
    const auto& voted_in = stable.votes.at(committed + 1).ballot;
    if (!voted_in || (!trusts_any && !(*voted_in == from_ballot))) return;
    commit_next(context);
  }
}

void Core::on(const Heartbeat& heartbeat, NodeId from, Context& context) {
  if (heartbeat.ballot < stable.promised) {
    if (configurations.empty() || heartbeat.committed == committed) return context.ignore();
    // One of the two may lead where others decide by now, and hear of it from nobody else.
    if (committed < heartbeat.committed) return context.send(from, GetChosen{committed});
    return on(GetChosen{heartbeat.committed}, from, context);
  }
  if (stable.promised < heartbeat.ballot) {
    follow(heartbeat.ballot, context);
    keep(context);
  }
  arm_election_timeout(context);
  learn(heartbeat.ballot, heartbeat.committed, context);
  if (committed < heartbeat.committed) context.send(from, GetChosen{committed});
}

void Core::on(const GetChosen& query, NodeId from, Context& context) {
  if (committed <= query.after) return context.ignore();
  const Slot last = std::min(committed, query.after + window);
  context.send(from, Chosen{query.after, votes_between(query.after + 1, last)});
}

// A chosen value may be voted for in the ballot in which its sender did: every higher ballot
// proposes it as well.
void Core::on(const Chosen& chosen, NodeId, Context& context) {
  const Slot end = chosen.after + chosen.votes.size();
  if (chosen.after > committed || end <= committed) return context.ignore();
  context.reached("caught-up");
  for (Slot slot = committed + 1; slot <= end; ++slot) {
    const Vote& theirs = chosen.votes[slot - chosen.after - 1];
    // Its own proposal there lost, so what it says is chosen is not what it proposed: it must not
    // go on to lead those who voted for that.
    if (role != Role::follower && theirs.ballot && stable.promised < *theirs.ballot) {
      follow(*theirs.ballot, context);
      arm_election_timeout(context);
    }
    if (last() < slot || stable.votes.at(slot).ballot < theirs.ballot) vote(slot, theirs);
    accepts.erase(slot);
    commit_next(context);
  }
  keep(context);
  if (!configurations.empty()) go_on(context);
}

void Core::commit_next(Context& context) {
  ++committed;
  elections_in_a_row = 0;
  if (!configurations.empty()) note_members(committed, context);
  context.indicate(consensus::Decided{committed, log.at(committed).request});
}

void Core::pass_over(Slot slot) { log = log.replaced(slot, Entry{}); }

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation) {
  const auto& members = group.everybody();
  const Ballot& promised = core.stable.promised;
  const auto place = std::find(members.begin(), members.end(), promised.proposer);
  observation.operational = true;
  observation.leading = core.role == Role::leader && promised.proposer == self;
  observation.epoch =
      promised.round * members.size() + static_cast<std::uint64_t>(place - members.begin());
  observation.log.show<Entry>(
      core.log, [](const Entry& entry) { return consensus::operation_of(entry.request); });
  observation.committed = core.committed;
  observation.executed = core.committed;
  if (group.may_change()) {
    observation.configuration =
        core.configurations.size() < 2 ? NodeSet() : core.deciders(core.committed);
  }
}

}  // namespace stampede::models::multi_paxos
