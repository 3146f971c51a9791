#include "models/detector/ping.hpp"

namespace stampede::models::detector {

void PingDetector::watch(const std::vector<NodeId>& nodes, Context context) {
  for (const NodeId node : nodes) {
    watched.insert(node);
    context.arm(SilenceTimeout{node}, context.options<Options>().timeout);
  }
  on(PingTimeout{}, context);
}

void PingDetector::show(NodeId, Context) {}

void PingDetector::on(const PingTimeout&, Context& context) {
  ++round;
  for (const NodeId node : watched.members()) context.send(node, Ping{round});
  context.arm(PingTimeout{}, context.options<Options>().interval);
}

void PingDetector::on(const Ping& ping, NodeId from, Context& context) {
  context.send(from, Ack{ping.round});
}

void PingDetector::on(const Ack& ack, NodeId from, Context& context) {
  if (!watched.contains(from)) return context.ignore();
  const std::uint64_t* newest = answered.find(from);
  if (newest != nullptr && ack.round <= *newest) return context.ignore();
  answered[from] = ack.round;
  context.arm(SilenceTimeout{from}, context.options<Options>().timeout);
  if (!suspected.contains(from)) return;
  suspected.erase(from);
  context.indicate(Restore{from});
}

void PingDetector::on(const SilenceTimeout& silence, Context& context) {
  suspected.insert(silence.node);
  context.reached("suspect");
  context.indicate(Suspect{silence.node});
}

}  // namespace stampede::models::detector
