// What happened before what: the causal past and future of steps, where the latency of an operation
// went, and how a value came to a node.
//
// One step happened before another if a chain of causes leads from it there: the step before it at
// its node, or the one that sent its message, armed its timer, asked for its save. Each step has at
// most two such, so plain edges do what a graph library would.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explain/tape.hpp"

namespace stampede::explain {

/// Numbers of steps, ascending, none twice.
using Steps = std::vector<std::uint64_t>;

class HappenedBefore {
 public:
  /// O(steps); keeps 8 bytes a step, and looks at the tape no more.
  explicit HappenedBefore(const Tape& tape);

  [[nodiscard]] std::uint64_t size() const { return edges_.size() - 1; }
  /// The steps themselves and all that happened before them: their cone. REQUIRES: steps of the
  /// tape.
  [[nodiscard]] Steps past(const Steps& of) const;
  /// The steps themselves and all that they may have led to.
  [[nodiscard]] Steps future(const Steps& of) const;
  /// `early` is in the past of `late`, or the same.
  [[nodiscard]] bool leads_to(std::uint64_t early, std::uint64_t late) const;

 private:
  struct Edges {
    std::uint32_t cause = 0;
    std::uint32_t before = 0;
  };
  [[nodiscard]] std::vector<bool> marked(const Steps& of, std::uint64_t down_to) const;

  /// By number of the step; the first is that of no step.
  std::vector<Edges> edges_;
};

/// The cone of these steps, for who asks once.
Steps cone_of(const Tape& tape, const Steps& of);
/// What is in both.
Steps common(const Steps& one, const Steps& other);

/// What a step of a critical path waited for.
enum class Wait {
  message,  // its way through the network
  timer,    // its duration
  disk,     // a save or a disk request
  node,     // its node: to restart, to go on, to be asked
};
STAMPEDE_ENUM(Wait, message, timer, disk, node);

/// From one step to the next that could not be made before.
struct Leg {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  Wait wait = Wait::node;
  engine::Duration lasted{};
};
STAMPEDE_VALUE(Leg, from, to, wait, lasted);

/// Where the latency of an operation went: what was waited for, from its invocation to its
/// response.
struct CriticalPath {
  OperationId operation{};
  std::uint64_t invoked = 0;
  std::uint64_t responded = 0;
  /// In order, each begins where the one before ends.
  std::vector<Leg> legs;
  /// How many legs are messages.
  std::uint64_t message_delays = 0;
  engine::Duration latency{};
};
STAMPEDE_VALUE(CriticalPath, operation, invoked, responded, legs, message_delays, latency);

/// InputError if nobody invoked the operation, or it was not answered.
CriticalPath critical_path(const Tape& tape, OperationId operation);

/// One place on the way of a value: who had it, as which member, from this step on.
struct Knowing {
  std::uint64_t step = 0;
  NodeId node = no_node;
  /// `core.view_number`: of the process.
  std::string field;
  /// The message that brought it, as scripts name it; empty where it was made.
  std::string brought_by;
};
STAMPEDE_VALUE(Knowing, step, node, field, brought_by);

/// Why a node could know what it knew.
struct Provenance {
  /// In JSON.
  std::string value;
  /// From where the value was made to the node that was asked for; steps at which a node only kept
  /// or copied it are left out.
  std::vector<Knowing> way;
};
STAMPEDE_VALUE(Provenance, value, way);

/// Follows what `field` of the node holds behind the step back to where it was made. A message
/// brought a value if it holds it under the same name, or, if it is no number and no flag,
/// anywhere. InputError if the node has no such member, with those that it has.
Provenance provenance(Tape& tape, NodeId node, const std::string& field, std::uint64_t step);

}  // namespace stampede::explain
