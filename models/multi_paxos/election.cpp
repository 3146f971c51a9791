// models/multi_paxos/election.cpp: phase 1, once for all slots of a ballot.
#include <algorithm>

#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {

// The lowest ballot is the first member's and needs no phase 1: nothing can have been accepted
// below it. Only who has never crashed may use it.
void Core::start(Context context) {
  begin_with_members(context);
  stable.promised = Ballot{0, context.members().front()};
  if (context.self() != stable.promised.proposer) return arm_election_timeout(context);
  role = Role::leader;
  ballot = stable.promised;
  first = 1;
  context.arm(HeartbeatTimeout{}, context.options<CoreOptions>().heartbeat_interval);
  context.indicate(consensus::Leads{epoch()});
}

void Core::recover(Context context) {
  if (!context.options<CoreOptions>().keeps_votes) stable = Stable{};
  if (stable.promised.round == 0) stable.promised.proposer = context.members().front();
  for (Slot slot = 1; slot <= last(); ++slot) log.push_back(stable.votes.at(slot).entry);
  begin_with_members(context);
  learn_from_votes(context);
  arm_election_timeout(context);
}

// Members wait differently long, and longer after each election that chose nothing, so that two
// candidates do not go on stopping each other.
void Core::arm_election_timeout(Context& context) {
  constexpr std::uint32_t doublings_max = 4;
  const auto& members = context.group().everybody();
  const auto place = std::find(members.begin(), members.end(), context.self()) - members.begin();
  const engine::Duration base = context.options<CoreOptions>().election_timeout;
  const std::int64_t stretched = base.nanoseconds << std::min(elections_in_a_row, doublings_max);
  const std::int64_t own_share =
      stretched * static_cast<std::int64_t>(place) / static_cast<std::int64_t>(members.size());
  context.arm(ElectionTimeout{}, engine::Duration{stretched + own_share});
}

void Core::keep(Context& context) {
  if (context.options<CoreOptions>().keeps_votes) context.persist();
}

template <class Answer>
void Core::keep_and_answer(NodeId to, Answer answer, Context& context) {
  const bool saves_first = context.options<CoreOptions>().saves_first;
  if (saves_first) keep(context);
  context.send(to, std::move(answer));
  if (!saves_first) keep(context);
}
template void Core::keep_and_answer(NodeId, Promise, Context&);
template void Core::keep_and_answer(NodeId, Accepted, Context&);

void Core::follow(const Ballot& other, Context& context) {
  if (role == Role::leader) context.reached("leader-deposed");
  stable.promised = other;
  role = Role::follower;
  promises.clear();
  accepts.clear();
  context.disarm(HeartbeatTimeout{});
  context.disarm(ResendTimeout{});
}

std::vector<Vote> Core::votes_between(Slot begin, Slot end) const {
  std::vector<Vote> votes;
  for (Slot slot = begin; slot <= std::min(end, last()); ++slot)
    votes.push_back(stable.votes.at(slot));
  return votes;
}

// Phase 1a: a ballot above all it has heard of; its own promise counts.
void Core::on(const ElectionTimeout&, Context& context) {
  if (role == Role::leader) return;
  if (!takes_part(context)) return ask_for_chosen(context);
  ++elections_in_a_row;
  context.reached("election");
  ballot = Ballot{stable.promised.round + 1, context.self()};
  follow(ballot, context);
  role = Role::candidate;
  keep(context);
  ask_for_votes(context);
  arm_election_timeout(context);
  if (is_promised(context)) lead(context);
}

void Core::ask_for_votes(Context& context) {
  first = committed + 1;
  promises.clear();
  promises[context.self()] = Promise{ballot, first, votes_between(first, last())};
  tell(Prepare{ballot, first}, context);
}

// Phase 1b: promise to take part in no lower ballot, and tell what was accepted. Asked again in the
// same ballot it answers again: the answer may have been lost.
void Core::on(const Prepare& prepare, NodeId from, Context& context) {
  if (prepare.ballot < stable.promised) return context.ignore();
  const bool is_higher = stable.promised < prepare.ballot;
  if (is_higher) follow(prepare.ballot, context);
  arm_election_timeout(context);
  Promise promise{prepare.ballot, prepare.first, votes_between(prepare.first, last())};
  if (is_higher) return keep_and_answer(from, std::move(promise), context);
  context.send(from, std::move(promise));
}

void Core::on(const Promise& promise, NodeId from, Context& context) {
  const bool asks = role == Role::candidate || (role == Role::leader && !promises.empty());
  if (!asks || !(promise.ballot == ballot)) return context.ignore();
  promises[from] = promise;
  if (!is_promised(context)) return;
  if (role == Role::candidate) return lead(context);
  propose_open(context);
}

// P2c: the value accepted in the highest ballot among the promises of a majority. Where nobody
// voted anything may be proposed, and a no-op is what lets later slots be executed.
std::optional<Entry> Core::value_for(Slot slot, Context& context) const {
  const Adoption adopts = context.options<CoreOptions>().adopts;
  Vote best;
  for (const auto& [node, promise] : promises) {
    if (slot - promise.first >= promise.votes.size()) continue;
    const Vote& vote = promise.votes[slot - promise.first];
    const bool counts = adopts == Adoption::own           ? node == context.self()
                        : adopts == Adoption::first_found ? !best.ballot
                                                          : best.ballot < vote.ballot;
    if (vote.ballot && counts) best = vote;
  }
  if (!best.ballot && !context.options<CoreOptions>().fills_gaps) return std::nullopt;
  context.reached(best.ballot ? "value-adopted" : "gap-filled");
  return best.entry;
}

void Core::lead(Context& context) {
  context.reached("elected");
  role = Role::leader;
  context.indicate(consensus::Leads{epoch()});
  context.disarm(ElectionTimeout{});
  context.arm(HeartbeatTimeout{}, context.options<CoreOptions>().heartbeat_interval);
  go_on(context);
}

// Phase 2a for all slots that somebody has voted in and that are not known to be chosen, for those
// that are left before others decide, and for the first one that they decide; as far as it may
// propose now.
void Core::propose_open(Context& context) {
  const Slot horizon = this->horizon(context);
  Slot last = configurations.upper_bound(first) == configurations.end() ? committed : horizon;
  if (begin_of(first) > 1) last = std::max(last, begin_of(first));
  for (const auto& [node, promise] : promises)
    last = std::max<Slot>(last, promise.first + promise.votes.size() - 1);
  std::vector<Slot> open;
  Slot slot = std::max(committed, accepts.empty() ? 0 : accepts.rbegin()->first) + 1;
  for (; slot <= std::min(last, horizon); ++slot) {
    const std::optional<Entry> entry = value_for(slot, context);
    if (!entry) continue;
    propose_in(slot, *entry, context);
    open.push_back(slot);
  }
  if (last <= horizon) promises.clear();
  send_proposals(open, context);
}

}  // namespace stampede::models::multi_paxos
