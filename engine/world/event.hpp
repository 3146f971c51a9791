// What observers of a run see. A decision gives one decision event and any number of effect events,
// all with its step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

struct Decision;

enum class EventKind {
  // Decisions.
  deliver,    // message `type` from `from` to `node` was handled
  ignore,     // the same, but no rule for it was enabled
  drop,       // message lost; detail.cause says why
  duplicate,  // a copy of a message in flight was made
  corrupt,    // a message was damaged and discarded by its receiver
  fire,       // timer `type` of `node` fired
  complete,   // a disk operation or a save of `node` completed
  begin,      // client `node` was told to begin an operation
  crash,
  restart,
  pause,
  resume,
  begin_fault,  // `type` is the fault's name
  end_fault,
  clock,  // a clock of `node` was moved
  wipe,   // the disk of `node`, which is down, was emptied
  // Effects of the decision before.
  send,       // `node` sent message `type` to `to`
  invoke,     // `node` invoked an operation
  respond,    // `node` got the response of its operation
  observe,    // what `node` shows of itself changed: role, epoch, log and commit lengths
  state,      // the whole state of `node` after the step
  probe,      // `node` reached the rare situation called `type`
  note,       // free text of a handler
  violation,  // `type` is the property
};
STAMPEDE_ENUM(EventKind, deliver, ignore, drop, duplicate, corrupt, fire, complete, begin, crash,
              restart, pause, resume, begin_fault, end_fault, clock, wipe, send, invoke, respond,
              observe, state, probe, note, violation);

/// True for decisions, false for the effects that follow them.
constexpr bool is_decision(EventKind kind) { return kind <= EventKind::wipe; }
/// True for what happens to a message in flight: `peer` sent it, `node` is its receiver.
constexpr bool is_about_message(EventKind kind) { return kind <= EventKind::corrupt; }

struct Event {
  EventKind kind = EventKind::note;
  /// 1-based number of the decision.
  std::uint64_t step = 0;
  /// True virtual time.
  Time time{};
  /// Where it happened; no_node for faults and world-wide violations.
  NodeId node = no_node;
  /// The other end of a message (sender of a delivery, receiver of a send); else no_node.
  NodeId peer = no_node;
  /// Message, timer, probe, fault or property name; of messages and timers of a map of parts with
  /// the instance: `instances[3].Promise`.
  std::string_view type;
  /// Ordinal of the message on its link, or of the timer at its node; 0 = has none.
  std::uint32_t nth = 0;
  /// 0 for the original, n for the n-th duplicate.
  std::uint32_t copy = 0;
  /// Compact JSON: message body, operation and result, observation, cause...; nodes by name. May be
  /// empty.
  std::string_view detail;
  /// Digest of the decision (decision events only).
  std::uint64_t digest = 0;
  /// Of decisions: the step that sent the message, made the copy of it, armed the timer, asked for
  /// the save or the disk, crashed or paused whom it brings back, or began the fault that it ends.
  /// Of a response: the step of its invocation. 0 = none, or one that nobody observed.
  std::uint64_t cause = 0;
  /// Of decisions at a node, behind them: its starts so far, and the hash of its process; 0 where
  /// it has none.
  std::uint32_t incarnation = 0;
  std::uint64_t state = 0;
  /// Of decision events: the decision itself, complete, the choices that were taken included.
  /// nullptr where an event is read from a database.
  const Decision* decision = nullptr;
};

}  // namespace stampede::engine
