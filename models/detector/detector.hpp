// models/detector/detector.hpp: what all failure detectors of this folder share. A detector is a
// part: its owner embeds it as a member, on both sides under the same name, and hears Suspect and
// Restore.
//
// A detector D has
//   void watch(const std::vector<NodeId>&, Context)  tell the owner of these nodes from now on
//   void show(NodeId watcher, Context)               let `watcher` see from now on that this node
//                                                    is alive
//   bool suspects(NodeId)                            whether a node is suspected now
//   bool is_dead(const Payload&, bool may_suspect)   for searches: the message changes nothing any
//                                                    more; `may_suspect`: SilenceTimeout may fire
// and the first two calls are made with `context.inside(detector)`.
#pragma once

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"

namespace stampede::models::detector {

/// Nothing was heard of the node for so long that it is taken for crashed. It may be alive all the
/// same.
struct Suspect {
  NodeId node{};
};
STAMPEDE_VALUE(Suspect, node);

/// A suspected node was heard of again.
struct Restore {
  NodeId node{};
};
STAMPEDE_VALUE(Restore, node);

using Indicates = engine::Indications<Suspect, Restore>;

/// A watched node has been silent for `timeout`. One is armed for each.
struct SilenceTimeout {
  NodeId node{};
};
STAMPEDE_VALUE(SilenceTimeout, node);

struct Options {
  /// Between two signs of life.
  engine::Duration interval = engine::milliseconds(10);
  /// Silence for so long makes a node suspected. Several intervals, or one lost message is enough.
  engine::Duration timeout = engine::milliseconds(60);
};
STAMPEDE_VALUE(Options, interval, timeout);

}  // namespace stampede::models::detector
