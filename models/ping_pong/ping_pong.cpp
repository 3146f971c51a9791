#include "models/ping_pong/ping_pong.hpp"

namespace stampede::models::ping_pong {

void Pinger::start(Context& context) {
  const Options& options = context.options<Options>();
  if (request_number.value == options.max) return context.reached("all-answered");
  ++request_number.value;
  context.send(peer, Ping{request_number});
  context.arm(RetryTimeout{}, options.retry_interval);
}

void Pinger::on(const Ping& ping, NodeId from, Context& context) {
  context.send(from, Pong{ping.request_number});
}

void Pinger::on(const Pong& pong, NodeId from, Context& context) {
  const bool late = pong.request_number != request_number;  // or duplicated: the network may
  if (late && context.options<Options>().checks_number) return context.ignore();
  ASSERT(from == peer);  // we ask nobody else
  context.disarm(RetryTimeout{});
  start(context);
}

// The Ping or its Pong may be lost. An answer to either copy will do.
void Pinger::on(const RetryTimeout&, Context& context) {
  context.reached("retry");
  context.send(peer, Ping{request_number});
  context.arm(RetryTimeout{}, context.options<Options>().retry_interval);
}

}  // namespace stampede::models::ping_pong
