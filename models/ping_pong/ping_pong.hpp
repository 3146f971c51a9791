// models/ping_pong/ping_pong.hpp: keeps one Ping outstanding; its Pong lets the next one go out.
#pragma once

#include "engine/process/process.hpp"

namespace stampede::models::ping_pong {

struct Ping {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Ping, request_number);
struct Pong {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Pong, request_number);
struct RetryTimeout {};  // a timer is a value too
STAMPEDE_VALUE(RetryTimeout);

struct Options {
  std::uint64_t max = 10;  // Pings of each node
  engine::Duration retry_interval = engine::milliseconds(20);
  /// A Pong counts only for the Ping that is outstanding.
  bool checks_number = true;
};
STAMPEDE_VALUE(Options, max, retry_interval, checks_number);

struct Pinger {
  using Messages = engine::Messages<Ping, Pong>;
  using Timers = engine::Timers<RetryTimeout>;
  NodeId peer{};
  RequestNumber request_number{};

  void start(Context& context);
  void on(const Ping& ping, NodeId from, Context& context);
  void on(const Pong& pong, NodeId from, Context& context);
  void on(const RetryTimeout& timeout, Context& context);
};
STAMPEDE_VALUE(Pinger, peer, request_number);
static_assert(engine::Process<Pinger>);  // a value, and a handler for every message and timer

}  // namespace stampede::models::ping_pong
