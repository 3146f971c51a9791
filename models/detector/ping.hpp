// models/detector/ping.hpp: a pull-style failure detector: the watcher asks, and every answer is a
// sign of life, unless one to a later question is there already: duplicates and stragglers do not
// keep a dead node alive.
#pragma once

#include "models/detector/detector.hpp"

namespace stampede::models::detector {

struct Ping {
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(Ping, round);
struct Ack {
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(Ack, round);
/// The next round of questions is due.
struct PingTimeout {};
STAMPEDE_VALUE(PingTimeout);

struct PingDetector {
  using Messages = engine::Messages<Ping, Ack>;
  using Timers = engine::Timers<PingTimeout, SilenceTimeout>;
  using Indicates = detector::Indicates;
  using Options = detector::Options;

  NodeSet watched{};
  NodeSet suspected{};
  std::uint64_t round = 0;
  /// The newest round that each node has answered.
  PerNode<std::uint64_t> answered{};

  void watch(const std::vector<NodeId>& nodes, Context context);
  /// Nothing to do: who is asked answers.
  void show(NodeId watcher, Context context);
  [[nodiscard]] bool suspects(NodeId node) const { return suspected.contains(node); }
  /// Questions are answered, and answers counted, whoever is suspected.
  [[nodiscard]] bool is_dead(const engine::Payload&, bool) const { return false; }

  void on(const Ping& ping, NodeId from, Context& context);
  void on(const Ack& ack, NodeId from, Context& context);
  void on(const PingTimeout& timeout, Context& context);
  void on(const SilenceTimeout& silence, Context& context);
};
STAMPEDE_VALUE(PingDetector, watched, suspected, round, answered);
static_assert(engine::Process<PingDetector>);

}  // namespace stampede::models::detector
