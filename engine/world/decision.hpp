// Decisions: the only things that advance a world. A schedule is a list of them; the same world and
// the same decisions give the same result everywhere. decision_text.hpp writes and reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/process/disk.hpp"
#include "engine/process/process.hpp"

namespace stampede::engine {

enum class DecisionKind {
  deliver,      // message
  drop,         // message, text = cause
  duplicate,    // message: the one that is copied
  corrupt,      // message: damaged on the way, its receiver discards it
  fire,         // timer
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

/// True for what happens to a message in flight.
constexpr bool is_about_message(DecisionKind kind) {
  return kind == DecisionKind::deliver || kind == DecisionKind::drop ||
         kind == DecisionKind::duplicate || kind == DecisionKind::corrupt;
}

/// Which instance of its part a message or timer belongs to; nothing for parts in no map, and for
/// names that leave it open.
using InstanceName = std::optional<InstancePath>;

inline InstanceName instance_name(const NamedType& type, const InstancePath& instance) {
  return type.keys.empty() ? std::nullopt : InstanceName(instance);
}

/// `instances[7].Prepare r0->r2 nth 3 copy 1`: the n-th message of its type on its link, and which
/// copy of it (0 = the original).
struct MessageName {
  /// The type's name without the instance: `instances[].Prepare`.
  std::string type{};
  InstanceName instance{};
  NodeId from{};
  NodeId to{};
  /// 0 = the oldest in flight.
  std::uint32_t nth = 0;
  std::uint32_t copy = 0;
};
STAMPEDE_VALUE(MessageName, type, instance, from, to, nth, copy);

/// `SilenceTimeout v0 {node: r1} nth 2`: an armed timer of a node.
struct TimerName {
  std::string type{};
  InstanceName instance{};
  NodeId node{};
  /// Which arming; 0 = whichever else fits, the earliest deadline first.
  std::uint32_t nth = 0;
  /// Its value; empty = any. At one node there is one armed timer of a type with one value.
  Payload value{};
  /// The members of the value that count; empty = all.
  std::vector<std::string> members{};
};
STAMPEDE_VALUE(TimerName, type, instance, node, nth, value, members);

struct Decision {
  DecisionKind kind = DecisionKind::deliver;
  /// True time of the decision; absent = 1 ms after the one before.
  std::optional<Time> at{};
  MessageName message{};
  TimerName timer{};
  NodeId node = no_node;
  std::string name{};
  BeginOperation operation{};
  DiskOutcome outcome{};
  Duration advance{};
  bool monotonic = false;
  std::string text{};
  /// Answers of `choose`, in order; missing ones are drawn from the world's seed.
  std::vector<std::uint32_t> choices{};
};
STAMPEDE_VALUE(Decision, kind, at, message, timer, node, name, operation, outcome, advance,
               monotonic, text, choices);

/// The node at which it happens: the receiver of a message; no_node for marks of faults.
inline NodeId place_of(const Decision& decision) {
  if (is_about_message(decision.kind)) return decision.message.to;
  return decision.kind == DecisionKind::fire ? decision.timer.node : decision.node;
}

}  // namespace stampede::engine
