#include "models/echo_broadcast/signed_echo.hpp"

#include <algorithm>

namespace stampede::models::signed_echo {
namespace {

using Statement = engine::Signed<Value>;

bool signer_before(const Statement& left, const Statement& right) {
  return left.signer() < right.signer();
}

NodeId who_broadcasts(const Context& context) { return context.members().front(); }

std::size_t proving(const Context& context) { return context.group().quorums().acknowledging; }

Value opposite(Value value) { return value == 1 ? 2 : 1; }

}  // namespace

bool is_proof(const Final& message, std::size_t quorum) {
  NodeSet signers;
  for (const Statement& echo : message.proof) {
    if (echo.value() == message.value) signers.insert(echo.signer());
  }
  return signers.size() >= quorum;
}

void SignedNode::start(Context& context) {
  const Options& options = context.options<Options>();
  if (context.self() != who_broadcasts(context)) return;
  if (!told.sent) context.arm(Broadcast{}, options.broadcast_after);
  if (options.resend_after != engine::Duration{}) context.arm(Resend{}, options.resend_after);
}

// The broadcaster has no echo left but its own, and asks for the others.
void SignedNode::recover(Context& context) {
  start(context);
  if (!told.sent) return;
  hear_echo(context.sign(*told.sent), context);
  context.broadcast(Send{*told.sent});
}

// Algorithm 3.17: upon event Broadcast | m, send [SEND, m] to all.
void SignedNode::on(const Broadcast&, Context& context) {
  ASSERT(!told.sent);
  const Value value = 1 + context.choose("value", 2);
  told.sent = value;
  told.echoed = value;
  context.persist();
  context.broadcast(Send{value});
  hear_echo(context.sign(value), context);
}

// Upon [SEND, m] from the broadcaster, if nothing was echoed: send it [ECHO, m], signed. Again to
// who asks again.
void SignedNode::on(const Send& send, NodeId from, Context& context) {
  if (from != who_broadcasts(context)) return context.ignore();
  if (told.echoed && *told.echoed != send.value) return context.ignore();
  if (!told.echoed) {
    told.echoed = send.value;
    context.persist();
  }
  context.send(from, Echo{context.sign(send.value)});
}

// Upon [ECHO, m] from p that p has signed, if none of p was heard: it counts.
void SignedNode::on(const Echo& echo, NodeId from, Context& context) {
  const Statement& statement = echo.statement;
  if (!told.sent || statement.signer() != from || statement.value() != *told.sent)
    return context.ignore();
  if (std::binary_search(echoes.begin(), echoes.end(), statement, &signer_before))
    return context.ignore();
  hear_echo(statement, context);
}

// Upon more than (n+f)/2 echoes of m: send [FINAL, m] with them to all.
void SignedNode::hear_echo(const Statement& statement, Context& context) {
  echoes.insert(std::upper_bound(echoes.begin(), echoes.end(), statement, &signer_before),
                statement);
  if (echoes.size() != proving(context)) return;
  tell_proof(context);
  if (!told.delivered) deliver(*told.sent, context);
}

void SignedNode::tell_proof(Context& context) const {
  context.broadcast(Final{*told.sent, echoes});
}

// Upon [FINAL, m] with more than (n+f)/2 echoes of m, each signed by another node: deliver m.
void SignedNode::on(const Final& message, NodeId, Context& context) {
  if (told.delivered) return context.ignore();
  const bool proves = context.options<Options>().checks_signatures
                          ? is_proof(message, proving(context))
                          : message.proof.size() >= proving(context);
  if (!proves) return context.ignore();
  deliver(message.value, context);
}

void SignedNode::deliver(Value value, Context& context) {
  ASSERT(!told.delivered);
  told.delivered = value;
  context.persist();
  context.reached("delivered");
}

void SignedNode::on(const Resend&, Context& context) {
  ASSERT(context.self() == who_broadcasts(context));
  if (told.sent) {
    if (echoes.size() < proving(context)) {
      context.broadcast(Send{*told.sent});
    } else {
      tell_proof(context);
    }
  }
  context.arm(Resend{}, context.options<Options>().resend_after);
}

std::vector<Send> forge(const Send& send, const engine::Seal&) { return {{opposite(send.value)}}; }

std::vector<Echo> forge(const Echo& echo, const engine::Seal& seal) {
  return {{seal.sign(opposite(echo.statement.value()))}};
}

std::vector<Final> forge(const Final& message, const engine::Seal& seal) {
  const Value value = opposite(message.value);
  const std::vector<Statement> own(message.proof.size(), seal.sign(value));
  return {{value, message.proof}, {value, own}};
}

void observe(const SignedNode& node, NodeId self, const engine::Group& group,
             engine::Observation& observation) {
  observation.operational = true;
  observation.leading = self == group.members().front();
  observation.epoch = node.told.delivered.value_or(0);
}

}  // namespace stampede::models::signed_echo
