// models/ping_pong/counting.hpp: ping-pong without a timer, in which both ends count. It never
// ends: whoever explores it caps the counters (`caps: { epoch: 5 }`). As in Stateright's ping_pong.
#pragma once

#include "models/ping_pong/ping_pong.hpp"

namespace stampede::models::ping_pong {

struct Counter {
  using Messages = engine::Messages<Ping, Pong>;
  using Timers = engine::Timers<>;

  /// Exchanges that this end has seen through.
  RequestNumber count{};

  void start(Context& context);
  void on(const Ping& ping, NodeId from, Context& context);
  void on(const Pong& pong, NodeId from, Context& context);
};
STAMPEDE_VALUE(Counter, count);
static_assert(engine::Process<Counter>);

void observe(const Counter& counter, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::ping_pong
