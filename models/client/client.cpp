#include "models/client/client.hpp"

#include <algorithm>

#include "models/client/session.hpp"

namespace stampede::models::client {

void Client::recover(Context& context) {
  believed_primary.reset();
  if (context.options<Options>().recovery_quorum == 0) return;
  // VRR 4.5: a restarted client fetches its newest request number from the replicas.
  nonce = context.unique();
  answered.clear();
  for (const NodeId member : context.members()) context.send(member, NewestRequest{client, nonce});
  context.arm(RequestTimeout{}, context.options<Options>().timeout);
}

void Client::on(const engine::BeginOperation& begin, Context& context) {
  context.invoke(begin.id, begin.operation);
  if (begin.to) believed_primary = *begin.to;
  if (begin.id.client != client) {
    // A new identity: whatever the old one waited for stays open, and its numbers do not matter any
    // more.
    client = begin.id.client;
    request_number = {};
    outstanding.reset();
    waiting.clear();
    nonce = 0;
    in_session = false;
  }
  const bool is_opening = outstanding && outstanding->id.number == 0;
  if (nonce != 0 || is_opening || (outstanding && context.options<Options>().queue)) {
    if (!context.options<Options>().queue) waiting.clear();
    waiting.push_back(begin);
    return;
  }
  issue(begin, context);
}

void Client::issue(const engine::BeginOperation& begin, Context& context) {
  if (in_session || !context.options<Options>().sessions)
    return ask(begin.id, begin.operation, context);
  waiting.insert(waiting.begin(), begin);
  ask({client, 0}, Operation::of(OpenSession{}), context);
}

void Client::ask(OperationId id, const Operation& operation, Context& context) {
  ++request_number.value;
  outstanding = Outstanding{id, operation, request_number};
  answers.clear();
  if (context.options<Options>().answers == Answers::first) {
    const NodeId target = believed_primary.value_or(context.members().front());
    context.send(target, Request{outstanding->operation, id, request_number});
  } else {
    ask_all(context);
  }
  context.arm(RequestTimeout{}, context.options<Options>().timeout);
}

void Client::next(Context& context) {
  if (outstanding || waiting.empty()) return;
  const engine::BeginOperation begin = waiting.front();
  waiting.erase(waiting.begin());
  issue(begin, context);
}

void Client::on(const Reply& reply, NodeId from, Context& context) {
  if (!outstanding || reply.request_number != outstanding->request_number ||
      reply.id != outstanding->id) {
    return context.ignore();  // late or duplicated
  }
  if (!believes(reply, from, context)) return;
  believed_primary = from;
  context.disarm(RequestTimeout{});
  take(reply, context);
  outstanding.reset();
  answers.clear();
  next(context);
}

void Client::take(const Reply& reply, Context& context) {
  if (reply.id.number == 0) {
    in_session = true;
    request_number = reply.result.as<SessionOpened>().after;
  } else if (in_session && reply.result.get<SessionEnded>() != nullptr) {
    // In another session it could be executed a second time: it stays open.
    in_session = false;
    context.reached("session-ended");
  } else {
    context.respond(reply.id, reply.result);
  }
}

bool Client::believes(const Reply& reply, NodeId from, Context& context) {
  const Answers policy = context.options<Options>().answers;
  if (policy == Answers::first) return true;
  answers[from] = reply.result;
  const auto equal = std::count_if(answers.begin(), answers.end(),
                                   [&](const auto& one) { return one.second == reply.result; });
  const engine::Group& group = context.group();
  const std::size_t needed =
      policy == Answers::quorum ? group.quorums().acknowledging : group.tolerated() + 1;
  return static_cast<std::size_t>(equal) >= needed;
}

void Client::ask_all(Context& context) const {
  for (const NodeId member : context.group().everybody()) {
    context.send(member,
                 Request{outstanding->operation, outstanding->id, outstanding->request_number});
  }
}

void Client::on(const NewestRequestIs& newest, NodeId from, Context& context) {
  if (nonce == 0 || newest.nonce != nonce || !answered.insert(from)) return context.ignore();
  request_number = std::max(request_number, newest.request_number);
  if (answered.size() < context.options<Options>().recovery_quorum) return;
  // Differs from the paper, which adds 2: that leaves room for one request on its way at the crash.
  // What one replica alone has told, and the client has built upon, another quorum may not know: a
  // client that comes back again would give away a number below. So its third life, and each later
  // one, has numbers of its own, above all before.
  const std::uint64_t incarnation = life_of(nonce);
  ASSERT(incarnation >= 2);
  // Who has been forgotten is told nothing, and an earlier life may still open a session.
  const std::uint64_t own = context.options<Options>().sessions ? before_life(incarnation).value
                                                                : (incarnation - 2) << 20;
  request_number.value = std::max(request_number.value + 4, own);
  nonce = 0;
  context.disarm(RequestTimeout{});
  context.reached("client-recovery");
  next(context);
}

void Client::on(const RequestTimeout&, Context& context) {
  if (nonce != 0) {
    for (const NodeId member : context.members())
      context.send(member, NewestRequest{client, nonce});
  } else if (outstanding) {
    // VRR 4.1: a client that gets no answer re-sends the request to all replicas. Spare ones may be
    // members by now.
    context.reached("client-retry");
    ask_all(context);
  } else {
    return;
  }
  context.arm(RequestTimeout{}, context.options<Options>().timeout);
}

}  // namespace stampede::models::client
