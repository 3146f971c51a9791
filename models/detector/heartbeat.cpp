#include "models/detector/heartbeat.hpp"

namespace stampede::models::detector {

void HeartbeatDetector::watch(const std::vector<NodeId>& nodes, Context context) {
  for (const NodeId node : nodes) {
    watched.insert(node);
    context.arm(SilenceTimeout{node}, context.options<Options>().timeout);
  }
}

void HeartbeatDetector::show(NodeId watcher, Context context) {
  watchers.insert(watcher);
  on(HeartbeatTimeout{}, context);
}

void HeartbeatDetector::on(const HeartbeatTimeout&, Context& context) {
  for (const NodeId watcher : watchers.members()) context.send(watcher, Heartbeat{});
  context.arm(HeartbeatTimeout{}, context.options<Options>().interval);
}

void HeartbeatDetector::on(const Heartbeat&, NodeId from, Context& context) {
  if (!watched.contains(from)) return context.ignore();
  context.arm(SilenceTimeout{from}, context.options<Options>().timeout);
  if (!suspected.contains(from)) return;
  suspected.erase(from);
  context.indicate(Restore{from});
}

void HeartbeatDetector::on(const SilenceTimeout& silence, Context& context) {
  suspected.insert(silence.node);
  context.reached("suspect");
  context.indicate(Suspect{silence.node});
}

}  // namespace stampede::models::detector
