// The fault vocabulary: what a scenario can do to a run, as plain values. Scenarios reads them from
// YAML, Nemesis carries them out.
//
// Semantics that differ between tools are fixed here. A partition and a loss rate act at delivery:
// messages in flight die. `hold` keeps messages and releases them in the order in which they were
// due. A pause freezes a node: messages queue, timers come late. Corruption is noticed by the
// receiver's checksum: the message is discarded. `reorder` lets its share of messages wait an extra
// delay, past later ones.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/simulate/network.hpp"

namespace stampede::faults {

/// Which nodes; resolved when the fault begins.
struct NodeSelector {
  enum class Kind { names, primary, backups, minority, majority, all, clients, random };
  Kind kind = Kind::names;
  std::vector<NodeId> nodes;
  /// For random: how many.
  std::uint32_t count = 1;
  /// For all but names and clients: of which group, by its position; the main one by default.
  std::uint32_t group = 0;
};

/// Something in the run that starts or ends a fault.
struct Trigger {
  enum class Kind { sent, delivered, role_change, probe };
  Kind kind = Kind::sent;
  /// Message type or probe name.
  std::string name;
  /// Empty = any. `by` is the sender of a sent message and the receiver of a delivered one.
  std::vector<NodeId> by;
  std::vector<NodeId> to;
  std::vector<NodeId> from;
  /// Counted over the run, from 1.
  std::uint32_t nth = 1;
};

struct Crash {
  enum class Disk { lose, keep, tear, random };
  NodeSelector nodes;
  Disk disk = Disk::lose;
  /// All at one instant, restarted at one instant (power loss); else one by one.
  bool together = true;
  /// The disk is gone as well.
  bool wipe = false;
};
struct Pause {
  NodeSelector nodes;
};
/// Spare nodes start for the first time. Nothing ends it.
struct Boot {
  std::vector<NodeId> nodes;
};
struct Partition {
  enum class Shape { groups, isolate, one_way, bridge, ring };
  Shape shape = Shape::groups;
  /// groups: links between different groups are cut. isolate: the first against all others.
  /// one_way: from the first to the second.
  std::vector<NodeSelector> groups;
  /// groups and isolate: only messages from the first group are cut.
  bool outgoing_only = false;
  /// bridge and ring: of which group of the membership.
  std::uint32_t among = 0;
};
/// A network rule for some messages and links.
struct LinkFault {
  std::string type;
  std::optional<NodeSelector> from;
  std::optional<NodeSelector> to;
  std::optional<engine::Ppm> loss;
  std::optional<engine::Ppm> duplicate;
  std::optional<engine::Ppm> corrupt;
  std::optional<engine::Latency> delay;
  bool hold = false;
};
struct ClockFault {
  NodeSelector nodes;
  /// Steps the wall clock, once.
  std::optional<engine::Duration> jump;
  /// While it lasts both clocks run this much faster (or slower).
  std::optional<std::int32_t> drift_ppm;
  /// While it lasts the wall clock is off by this.
  std::optional<engine::Duration> offset;
};
struct Wait {};

struct Fault;
struct Sequence {
  std::vector<Fault> items;
};

struct Fault {
  using Action = std::variant<Crash, Pause, Boot, Partition, LinkFault, ClockFault, Wait, Sequence>;
  /// What users and randomness know it by: its name, else its content; unique within the scenario.
  std::string name;
  /// `crash`, `partition`...: for counting.
  std::string kind;
  Action action;
  // When it begins: exactly one of these, `at` 0 by default.
  std::optional<engine::Time> at;
  /// Mean time between beginnings (exponential).
  std::optional<engine::Duration> every;
  std::optional<Trigger> when;
  // When it ends: never, after a time, or by a trigger.
  std::optional<engine::Duration> lasts;
  std::optional<Trigger> until;
  /// At most so many beginnings; 0 = no limit.
  std::uint32_t times = 0;
  /// Each beginning happens with this rate.
  std::optional<engine::Ppm> chance;
};

}  // namespace stampede::faults
