// Decisions: the only things that advance a world. A schedule is a list of them; the same world and
// the same decisions give the same result everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/process/disk.hpp"
#include "engine/process/process.hpp"

namespace stampede::engine {

enum class DecisionKind {
  deliver,      // message
  drop,         // message, text = cause
  duplicate,    // message
  corrupt,      // message: damaged on the way, its receiver discards it
  fire,         // node, name = timer type, nth
  complete,     // node, name = file, or `durable` for the save under way
  begin,        // node = client, operation
  crash,        // node, outcome
  restart,      // node
  pause,        // node
  resume,       // node
  begin_fault,  // name, text = description
  end_fault,    // name
  clock,        // node, advance, monotonic: moves the node's wall clock, or both clocks
  wipe,         // node: the disk of a node that is down is gone
};
STAMPEDE_ENUM(DecisionKind, deliver, drop, duplicate, corrupt, fire, complete, begin, crash,
              restart, pause, resume, begin_fault, end_fault, clock, wipe);

/// `Prepare r0->r2 nth 3 copy 1`: the n-th message of its type on its link, and which copy of it (0
/// = the original).
struct MessageName {
  std::string type{};
  NodeId from{};
  NodeId to{};
  /// 0 = the oldest in flight.
  std::uint32_t nth = 0;
  std::uint32_t copy = 0;
};
STAMPEDE_VALUE(MessageName, type, from, to, nth, copy);

struct Decision {
  DecisionKind kind = DecisionKind::deliver;
  /// True time of the decision; absent = 1 ms after the one before.
  std::optional<Time> at{};
  MessageName message{};
  NodeId node = no_node;
  std::string name{};
  /// For timers: which arming (0 = the armed one with the earliest deadline of that type).
  std::uint32_t nth = 0;
  BeginOperation operation{};
  DiskOutcome outcome{};
  Duration advance{};
  bool monotonic = false;
  std::string text{};
  /// Answers of `choose`, in order; missing ones are drawn from the world's seed.
  std::vector<std::uint32_t> choices{};
};
STAMPEDE_VALUE(Decision, kind, at, message, node, name, nth, operation, outcome, advance, monotonic,
               text, choices);

}  // namespace stampede::engine
