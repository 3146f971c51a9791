// models/detector/heartbeat.hpp: a push-style failure detector (Chandra, Toueg 1996, section 10.1):
// who is watched sends heartbeats.
#pragma once

#include "models/detector/detector.hpp"

namespace stampede::models::detector {

struct Heartbeat {};
STAMPEDE_VALUE(Heartbeat);
/// The next heartbeat is due.
struct HeartbeatTimeout {};
STAMPEDE_VALUE(HeartbeatTimeout);

struct HeartbeatDetector {
  using Messages = engine::Messages<Heartbeat>;
  using Timers = engine::Timers<HeartbeatTimeout, SilenceTimeout>;
  using Indicates = detector::Indicates;
  using Options = detector::Options;

  NodeSet watched{};
  NodeSet suspected{};
  /// Who gets this node's heartbeats.
  NodeSet watchers{};

  void watch(const std::vector<NodeId>& nodes, Context context);
  void show(NodeId watcher, Context context);
  [[nodiscard]] bool suspects(NodeId node) const { return suspected.contains(node); }
  [[nodiscard]] bool is_dead(const engine::Payload& message, bool may_suspect) const {
    return message.get<Heartbeat>() != nullptr && !may_suspect && suspected.empty();
  }

  void on(const Heartbeat& heartbeat, NodeId from, Context& context);
  void on(const HeartbeatTimeout& timeout, Context& context);
  void on(const SilenceTimeout& silence, Context& context);
};
STAMPEDE_VALUE(HeartbeatDetector, watched, suspected, watchers);
static_assert(engine::Process<HeartbeatDetector>);

}  // namespace stampede::models::detector
