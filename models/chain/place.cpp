// models/chain/place.cpp: a replica's place in the chain, and how it changes.
#include <algorithm>

#include "models/chain/replica.hpp"

namespace stampede::models::chain {
namespace {

template <class M>
void tell_masters(const M& message, Context& context) {
  for (const NodeId master : context.members("masters")) context.send(master, message);
}

}  // namespace

void Replica::start(Context& context) {
  for (const NodeId master : context.members("masters"))
    detector.show(master, context.inside(detector));
  save(context);
  take_place(context);
  on(JoinTimeout{}, context);
}

// With its history it goes on where it was, if nobody has noticed.
void Replica::recover(Context& context) {
  if (!context.options<Options>().keeps_history ||
      context.cell_state() != engine::CellState::saved) {
    stable = Stable{{context.self(), context.unique()}, {}, {}, 0, false};
    return start(context);
  }
  const bool forgets = context.options<Options>().restart_forgets_stable;
  const Sequence known = forgets ? stable.executed : stable.log.size();
  stable.executed = 0;
  execute_to(known, context);
  promise_all(context);
  start(context);
}

std::optional<NodeId> Replica::predecessor() const {
  if (is_joining()) return stable.chain.tail();
  const auto own = std::find(stable.chain.links.begin(), stable.chain.links.end(), stable.self);
  if (own == stable.chain.links.end() || own == stable.chain.links.begin()) return std::nullopt;
  return std::prev(own)->node;
}

std::optional<NodeId> Replica::next_in_line() const {
  const auto own = std::find(stable.chain.links.begin(), stable.chain.links.end(), stable.self);
  if (own == stable.chain.links.end()) return std::nullopt;
  if (std::next(own) != stable.chain.links.end()) return std::next(own)->node;
  if (stable.chain.joining) return stable.chain.joining->node;
  return std::nullopt;
}

void Replica::on(const NewChain& message, NodeId, Context& context) {
  if (message.chain.epoch <= stable.chain.epoch) return context.ignore();
  adopt(message.chain, context);
}

// A link that is out of the chain may have updates that only it has seen.
void Replica::adopt(const Chain& next, Context& context) {
  const bool was_linked = is_linked();
  const bool was_tail = is_tail();
  const bool links = !was_linked && next.has(stable.self);
  if (links) promise_all(context);
  keep_promises(next, context);
  stable.chain = next;
  stable.met = false;
  joining_has.reset();
  confirmation = {};
  asked_tail.clear();
  context.disarm(ResendTimeout{});
  context.disarm(RenewTimeout{});
  if (was_linked && !is_linked()) {
    context.reached("unlinked");
    if (context.options<Options>().truncates) stable.log.truncate(stable.executed);
  }
  if (links) context.reached("joined");
  if (was_linked && !was_tail && is_tail()) context.reached("tail-taken-over");
  save(context);
  take_place(context);
}

// VRS 3.3: the successor says what it has got, and gets what it lacks before any new update.
void Replica::take_place(Context& context) {
  if (const std::optional<NodeId> before = predecessor())
    context.send(*before, Received{stable.chain.epoch, stable.log.size()});
  if (!is_linked()) return;
  if (context.options<Options>().new_tail_decides) decide(context);
  if (acknowledged().value_or(stable.log.size()) < stable.log.size())
    context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  if (answers_queries(context) && context.options<Options>().fence == Fence::lease)
    ask_others(context);
}

void Replica::on(const JoinTimeout&, Context& context) {
  if (is_joining()) {
    context.send(stable.chain.tail(), Received{stable.chain.epoch, stable.log.size()});
  } else if (!is_linked()) {
    tell_masters(Join{stable.self.incarnation}, context);
  }
  context.arm(JoinTimeout{}, context.options<Options>().announce_interval);
}

void Replica::on(const Received& received, NodeId from, Context& context) {
  if (received.epoch != stable.chain.epoch || next_in_line() != from) return context.ignore();
  ASSERT(received.sequence <= stable.log.size());
  if (!is_tail()) {
    context.reached("suffix-sent");
    return send_on(received.sequence, stable.log.size(), context);
  }
  on_joining_has(received.sequence, context);
  if (stable.met) tell_masters(Met{stable.chain.epoch}, context);
  send_on(*joining_has, stable.log.size(), context);
}

void Replica::on_joining_has(Sequence has, Context& context) {
  joining_has = std::max(joining_has.value_or(0), has);
  const bool level = *joining_has == stable.log.size();
  if (!level) context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  if (stable.met) return execute_to(*joining_has, context);
  if (level && stable.executed == stable.log.size()) meet(context);
}

// The lease, if there is one, was not confirmed by the joining node.
void Replica::meet(Context& context) {
  ASSERT(stable.executed == stable.log.size());
  context.reached("met");
  stable.met = true;
  save(context);
  tell_masters(Met{stable.chain.epoch}, context);
  if (context.options<Options>().fence == Fence::none) return;
  confirmation.leased = {};
  if (confirmation.open || context.options<Options>().fence == Fence::lease) ask_others(context);
}

}  // namespace stampede::models::chain
