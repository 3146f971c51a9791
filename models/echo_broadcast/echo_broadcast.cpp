#include "models/echo_broadcast/echo_broadcast.hpp"

#include <algorithm>

namespace stampede::models::echo_broadcast {
namespace {

NodeId broadcaster(const Context& context) { return context.members().front(); }

bool has_voted(const std::vector<Vote>& votes, NodeId from) {
  return std::any_of(votes.begin(), votes.end(),
                     [&](const Vote& vote) { return vote.from == from; });
}

void add(std::vector<Vote>& votes, const Vote& vote) {
  votes.insert(std::upper_bound(votes.begin(), votes.end(), vote), vote);
}

std::size_t count(const std::vector<Vote>& votes, Value value) {
  return static_cast<std::size_t>(std::count_if(
      votes.begin(), votes.end(), [&](const Vote& vote) { return vote.value == value; }));
}

std::size_t echoes_needed(const Context& context) {
  const engine::Group& group = context.group();
  return context.options<Options>().echoes_needed == EchoRule::quorum
             ? group.quorums().acknowledging
             : group.tolerated() + 1;
}

void arm_resend(Context& context) {
  const engine::Duration after = context.options<Options>().resend_after;
  if (after != engine::Duration{}) context.arm(Resend{}, after);
}

/// What was noted in `told` just before.
template <class Message>
void save_and_tell(const Message& message, Context& context) {
  const bool saves_first = context.options<Options>().saves_first;
  if (saves_first) context.persist();
  context.broadcast(message);
  if (!saves_first) context.persist();
}

Value other(Value value) { return value == 1 ? 2 : 1; }

}  // namespace

void Node::start(Context& context) {
  if (context.self() == broadcaster(context) && !told.sent)
    context.arm(Broadcast{}, context.options<Options>().broadcast_after);
  arm_resend(context);
}

// It has heard nothing yet but itself. Who broadcasts may have stopped between its two saves.
void Node::recover(Context& context) {
  start(context);
  if (told.sent && !told.echoed) return echo(*told.sent, context);
  if (told.echoed) hear_echo(*told.echoed, context.self(), context);
  if (told.readied) hear_ready(*told.readied, context.self(), context);
}

// Algorithm 3.16: upon event Broadcast | m, send [SEND, m] to all.
void Node::on(const Broadcast&, Context& context) {
  ASSERT(!told.sent);
  const Value value = 1 + context.choose("value", 2);
  told.sent = value;
  save_and_tell(Send{value}, context);
  echo(value, context);
}

// Upon [SEND, m] from the broadcaster, if nothing was echoed: send [ECHO, m] to all.
void Node::on(const Send& send, NodeId from, Context& context) {
  if (from != broadcaster(context)) return context.ignore();
  if (told.echoed && (context.options<Options>().echoes_once || *told.echoed == send.value))
    return context.ignore();
  echo(send.value, context);
}

void Node::echo(Value value, Context& context) {
  told.echoed = value;
  save_and_tell(Echo{value}, context);
  hear_echo(value, context.self(), context);
}

// Upon [ECHO, m] from p, if none of p was heard: it counts.
void Node::on(const Echo& echo, NodeId from, Context& context) {
  const Options& options = context.options<Options>();
  if (options.double_echo ? told.readied.has_value() : told.delivered.has_value())
    return context.ignore();
  if (options.counts_senders && has_voted(echoes, from)) return context.ignore();
  hear_echo(echo.value, from, context);
}

// Upon more than (n+f)/2 echoes of m: deliver it, or in 3.18 send [READY, m] to all.
void Node::hear_echo(Value value, NodeId from, Context& context) {
  add(echoes, {from, value});
  if (count(echoes, value) < echoes_needed(context)) return;
  if (context.options<Options>().double_echo) {
    if (!told.readied) become_ready(value, context);
  } else if (!told.delivered) {
    deliver(value, context);
  }
}

void Node::become_ready(Value value, Context& context) {
  told.readied = value;
  save_and_tell(Ready{value}, context);
  hear_ready(value, context.self(), context);
}

void Node::on(const Ready& ready, NodeId from, Context& context) {
  if (told.delivered || has_voted(readies, from)) return context.ignore();
  hear_ready(ready.value, from, context);
}

// 3.18: upon more than f [READY, m], be ready as well; upon more than 2f, deliver m.
void Node::hear_ready(Value value, NodeId from, Context& context) {
  add(readies, {from, value});
  const std::size_t tolerated = context.group().tolerated();
  if (count(readies, value) > tolerated && !told.readied) {
    context.reached("ready-by-others");
    become_ready(value, context);
  }
  if (count(readies, value) > 2 * tolerated && !told.delivered) deliver(value, context);
}

void Node::deliver(Value value, Context& context) {
  ASSERT(!told.delivered);
  told.delivered = value;
  context.persist();
  context.reached("delivered");
}

void Node::on(const Resend&, Context& context) {
  if (told.sent) context.broadcast(Send{*told.sent});
  if (told.echoed) context.broadcast(Echo{*told.echoed});
  if (told.readied) context.broadcast(Ready{*told.readied});
  arm_resend(context);
}

std::vector<Send> forge(const Send& send, const engine::Seal&) { return {{other(send.value)}}; }
std::vector<Echo> forge(const Echo& echo, const engine::Seal&) { return {{other(echo.value)}}; }
std::vector<Ready> forge(const Ready& ready, const engine::Seal&) { return {{other(ready.value)}}; }

void observe(const Node& node, NodeId self, const engine::Group& group,
             engine::Observation& observation) {
  observation.operational = true;
  observation.leading = self == group.members().front();
  observation.epoch = node.told.delivered.value_or(0);
}

}  // namespace stampede::models::echo_broadcast
