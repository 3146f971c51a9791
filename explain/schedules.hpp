// Schedules of runs on tape, as shrinking begins with them, and what they consist of.
#pragma once

#include <cstdint>
#include <vector>

#include "explain/lenient.hpp"
#include "explain/tape.hpp"

namespace stampede::explain {

/// What a run consists of.
struct RunSize {
  /// Boots are not counted.
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  /// Crashes, pauses, copies and losses of messages, moves of clocks; of a timed run, the entries
  /// under `faults`.
  std::uint64_t faults = 0;
  std::uint64_t timeouts = 0;
  /// Nodes that take part.
  std::uint64_t nodes = 0;
};
STAMPEDE_VALUE(RunSize, decisions, operations, faults, timeouts, nodes);

RunSize size_of(const Schedule& schedule);

/// Decisions that are known by their names alone.
Schedule by_names(const std::vector<engine::Decision>& decisions);

/// All behind the boots, up to the last one.
Schedule schedule_of(const Tape& tape, std::uint64_t last);

/// How the run fails there: a completion breaks what the step broke that asked for it. Winds the
/// tape. REQUIRES: the violation has a step behind the boots.
scenarios::Fingerprint fingerprint_of(Tape& tape, const engine::Violation& violation);

}  // namespace stampede::explain
