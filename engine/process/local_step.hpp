// The one local step: (local state, input, choices) -> (local state', effects). Simulation runs it
// in place, exploration on a copy; there is no other way in which a process runs.
#pragma once

#include "engine/process/process.hpp"

namespace stampede::engine {

/// What can happen to one node.
struct Input {
  enum class Kind {
    start,
    recover,
    message,
    timer,
    save_completed,
    disk_completed,
    begin,
    crash,
    clock
  };
  // Made for every step: small, so that making one is a few stores.
  Kind kind = Kind::start;
  // message
  NodeId from = no_node;
  const NamedType* type = nullptr;
  const Payload* payload = nullptr;
  InstancePath instance{};
  // timer
  std::uint32_t slot = 0;
  // disk_completed
  const std::string* file = nullptr;
  // begin
  const BeginOperation* begin = nullptr;
  // crash
  const DiskOutcome* outcome = nullptr;
  // clock
  Duration clock_advance{};
  /// Of both clocks: time passes for this node.
  bool monotonic = false;
};
STAMPEDE_ENUM(Input::Kind, start, recover, message, timer, save_completed, disk_completed, begin,
              crash, clock);

/// Runs one input to its end, all indications of parts included. Whatever a handler throws ends up
/// in `effects.exception`; the local state is then not to be used further. `boot` is the node's
/// boot value (start and recover begin from it). A message the process type does not handle is
/// ignored.
void local_step(LocalState& local, const ProcessValue& boot, const Input& input,
                const Environment& environment, Effects& effects);

/// What a node shows of one group: the part observed, while down what it would come back with,
/// before its first boot and without that part nothing.
Observation observe_local(const LocalState& local, const ProcessValue& boot, NodeId self,
                          const Facet& facet);
/// The same into `shown`, which holds what this node showed at some time before: a log that has not
/// changed since is not assigned again. So a model's `observe` shows a log always or never.
void observe_local(const LocalState& local, const ProcessValue& boot, NodeId self,
                   const Facet& facet, Observation& shown);

}  // namespace stampede::engine
