// models/chain/fence.cpp: how a link knows that it may answer queries.
//
// A link that is taken for crashed, and is not, does not know that the others go on without it.
// 1. Whoever answers queries in an epoch asks all other links of it whether they are in that epoch
//    still, and the joining node: it may be the only link of a later epoch. The tail need not ask
//    that before it has met it. A node that has adopted a later epoch says nothing.
// 2. What becomes stable in a later epoch passes all its links. Links of the first epoch without
//    this one are among those who were asked; links of epochs after that have met one that had
//    adopted an epoch without this one.
// 3. So, when all have confirmed, nothing had become stable without this link when it asked: it may
//    answer what came before it asked (confirm).
// 4. Whoever confirms promises not to send on, or decide, anything in an epoch without this link
//    for a time (lease). A new link makes the same promise to all links of the chain that it
//    joined, for those who met it might have; and so does a link that has crashed and forgotten.
//    Until the promise runs out the other may answer at once.
// 5. A link that still keeps such a promise has not executed all that may have been answered: it
//    answers nothing. Nor does a tail that has not executed all it has: the joining node that it
//    has met may be the tail by now, and have decided the rest; or it has itself, before it
//    crashed.
#include <algorithm>
#include <utility>

#include "models/chain/replica.hpp"

namespace stampede::models::chain {

std::vector<NodeId> Replica::others() const {
  std::vector<NodeId> others;
  for (const Link& link : stable.chain.links) {
    if (link != stable.self) others.push_back(link.node);
  }
  const std::optional<Link>& joining = stable.chain.joining;
  if (joining && joining != stable.self && (stable.met || !is_tail()))
    others.push_back(joining->node);
  return others;
}

void Replica::ask_others(Context& context) {
  const Options& options = context.options<Options>();
  confirmation.round = context.unique();  // no answer to another life counts
  confirmation.confirmed.clear();
  confirmation.open = true;
  if (options.fence == Fence::lease) confirmation.asked = context.now();
  confirmation.asking.insert(confirmation.asking.end(), confirmation.waiting.begin(),
                             confirmation.waiting.end());
  confirmation.waiting.clear();
  if (others().empty()) return conclude(context);
  for (const NodeId other : others())
    context.send(other, Confirm{stable.chain.epoch, confirmation.round});
  context.arm(RenewTimeout{}, options.resend_interval);
}

void Replica::on(const Confirm& confirm, NodeId from, Context& context) {
  if (confirm.epoch != stable.chain.epoch || !(is_linked() || is_joining()))
    return context.ignore();
  promise(from, context);
  context.send(from, Confirmed{confirm.epoch, confirm.round});
}

void Replica::on(const Confirmed& confirmed, NodeId from, Context& context) {
  if (confirmed.epoch != stable.chain.epoch || confirmed.round != confirmation.round ||
      !confirmation.open || !confirmation.confirmed.insert(from))
    return context.ignore();
  if (confirmation.confirmed.size() == others().size()) conclude(context);
}

void Replica::conclude(Context& context) {
  const Options& options = context.options<Options>();
  confirmation.open = false;
  confirmation.leased = confirmation.asked + options.lease - options.lease_margin;
  if (must_wait(context)) return context.arm(RenewTimeout{}, options.resend_interval);
  for (const Query& query : std::exchange(confirmation.asking, {})) answer(query, context);
  if (options.fence == Fence::lease) context.arm(RenewTimeout{}, options.lease / 2);
  if (!confirmation.waiting.empty()) ask_others(context);
}

// Who has not confirmed is asked again; a lease is renewed before it ends.
void Replica::on(const RenewTimeout&, Context& context) {
  if (!confirmation.open) return ask_others(context);
  for (const NodeId other : others()) {
    if (!confirmation.confirmed.contains(other))
      context.send(other, Confirm{stable.chain.epoch, confirmation.round});
  }
  context.arm(RenewTimeout{}, context.options<Options>().resend_interval);
}

// ----- promises -----

bool Replica::is_held(const Context& context) const {
  return context.options<Options>().fence == Fence::lease && context.now() < held_until;
}

void Replica::promise(NodeId to, Context& context) {
  const Options& options = context.options<Options>();
  if (options.fence == Fence::lease) promises[to] = context.now() + options.lease;
}

void Replica::promise_all(Context& context) {
  for (const NodeId other : others()) promise(other, context);
}

// Rounding may fire a timer a little early: a moment more, or it would fire again at once.
void Replica::arm_hold(Context& context) const {
  context.arm(HoldTimeout{}, held_until - context.now() + engine::microseconds(1));
}

void Replica::keep_promises(const Chain& next, Context& context) {
  if (context.options<Options>().fence != Fence::lease) return;
  for (const auto& [node, until] : promises) {
    if (!next.has(node)) held_until = std::max(held_until, until);
  }
  if (!is_held(context)) return;
  context.reached("promise-kept");
  arm_hold(context);
}

void Replica::on(const HoldTimeout&, Context& context) {
  if (is_held(context)) return arm_hold(context);
  if (!is_linked()) return;
  decide(context);
  if (const std::optional<Sequence> next_has = acknowledged())
    send_on(*next_has, stable.log.size(), context);
  if (answers_queries(context) && !confirmation.open) ask_others(context);
}

}  // namespace stampede::models::chain
