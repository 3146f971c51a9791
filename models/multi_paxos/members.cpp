// models/multi_paxos/members.cpp: members that change in a run, by commands that are decided as any
// other (Lamport, Paxos Made Simple, 2001, section 3).
//
// 1. A decided command that changes the members governs from alpha slots behind its own on. A
//    leader proposes in a slot only when the one that is alpha before it is decided: whoever
//    proposes in a slot knows who decides it.
// 2. Each slot is an instance of Paxos among those who decide it. In slots that others decide a
//    leader proposes nothing before all slots in front of them are decided, and it has done phase 1
//    with those others, in its own ballot. What is left in front of them it fills with no-ops, and
//    another one is the first that they decide.
// 3. An acceptor votes in a slot only when it knows what was chosen in all slots that were decided
//    by others before, and alpha slots before. So once their first slot is decided a quorum of the
//    others has the whole log: who was removed may be switched off.
// 4. Votes are on disk, so by 3 they say after a restart, too, which slots were chosen then.
#include <algorithm>

#include "models/consensus/requests.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {
namespace {

Slot alpha_of(const Context& context) {
  return std::clamp<Slot>(context.options<CoreOptions>().alpha, 1, 1000);
}

bool counts_removed(const Context& context) {
  return context.options<CoreOptions>().counts == Counted::removed_too;
}

}  // namespace

// ----- who decides -----

void Core::begin_with_members(const Context& context) {
  if (!context.group().may_change()) return;
  NodeSet& members = configurations[1];
  for (const NodeId member : context.members()) members.insert(member);
}

std::optional<NodeSet> Core::members_asked(Slot slot) const {
  const engine::Reconfigure* change = consensus::reconfiguration_of(value(slot));
  if (change == nullptr) return std::nullopt;
  for (Slot earlier = 1; earlier < slot; ++earlier) {
    if (consensus::repeats(value(slot), value(earlier))) return std::nullopt;
  }
  NodeSet members;
  for (const NodeId node : change->reconfigure) members.insert(node);
  return members;
}

void Core::note_members(Slot slot, const Context& context) {
  std::optional<NodeSet> members = members_asked(slot);
  if (!members || *members == configurations.rbegin()->second) return;
  const bool at_once = context.options<CoreOptions>().governs == Governs::at_once;
  configurations[slot + (at_once ? 1 : alpha_of(context))] = std::move(*members);
}

Slot Core::begin_of(Slot slot) const {
  const auto after = configurations.upper_bound(slot);
  return after == configurations.begin() ? 1 : std::prev(after)->first;
}

const NodeSet& Core::deciders(Slot slot) const { return configurations.at(begin_of(slot)); }

bool Core::takes_part(const Context& context) const {
  return configurations.empty() || counts_removed(context) ||
         deciders(committed + 1).contains(context.self());
}

std::size_t Core::counted(const NodeSet& nodes, const Context& context) const {
  if (counts_removed(context)) return nodes.size();
  const std::vector<NodeId> members = deciders(first).members();
  return static_cast<std::size_t>(std::count_if(
      members.begin(), members.end(), [&](NodeId member) { return nodes.contains(member); }));
}

bool Core::is_promised(const Context& context) const {
  if (configurations.empty()) return promises.size() >= quorums(context).taking_over;
  NodeSet nodes;
  for (const auto& [node, promise] : promises) nodes.insert(node);
  return counted(nodes, context) >= context.group().quorums(deciders(first).size()).taking_over;
}

bool Core::is_accepted(const NodeSet& nodes, const Context& context) const {
  if (configurations.empty()) return nodes.size() >= quorums(context).acknowledging;
  return counted(nodes, context) >= context.group().quorums(deciders(first).size()).acknowledging;
}

// ----- leading on -----

Slot Core::horizon(const Context& context) const {
  if (configurations.empty()) return UINT64_MAX;
  const Slot known = committed + alpha_of(context);
  const auto others = configurations.upper_bound(first);
  return others == configurations.end() ? known : std::min(known, others->first - 1);
}

void Core::go_on(Context& context) {
  if (role != Role::leader) return;
  if (begin_of(committed + 1) <= first) {
    if (promises.empty() || is_promised(context)) propose_open(context);
    return;
  }
  // Those who leave hear that they do: they would stand for election in vain.
  tell(Heartbeat{ballot, committed}, context);
  if (!takes_part(context)) return;
  context.reached("members-changed");
  ask_for_votes(context);
  if (is_promised(context)) propose_open(context);
}

void Core::resign(Context& context) {
  context.reached("leader-removed");
  role = Role::follower;
  promises.clear();
  accepts.clear();
  context.disarm(ResendTimeout{});
  arm_election_timeout(context);
}

// ----- acceptors and learners -----

bool Core::knows_before(Slot slot, const Context& context) const {
  return configurations.empty() ||
         (slot <= committed + alpha_of(context) && begin_of(slot) <= committed + 1);
}

void Core::learn_from_votes(Context& context) {
  if (configurations.empty()) return;
  const Slot voted = last();
  while (committed + alpha_of(context) < voted) commit_next(context);
  while (committed + 1 < begin_of(voted)) commit_next(context);
}

void Core::ask_for_chosen(Context& context) {
  context.reached("asks-for-chosen");
  for (const NodeId member : deciders(committed + 1).members())
    context.send(member, GetChosen{committed});
  arm_election_timeout(context);
}

}  // namespace stampede::models::multi_paxos
