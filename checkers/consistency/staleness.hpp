// How far behind reads are, of reads and writes whose values are all different.
//
// A history is k-atomic if some order that agrees with real time lets every read see one of the
// latest k writes of its key (Aiyer, Alvisi and Bazzi, DISC 2005); 1-atomic is linearizable. It is
// judged as linearizability of a store that remembers k values, where a read only asks whether its
// value is among them. Like linearizability it is local.
#pragma once

#include <cstdint>
#include <optional>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// How stale reads are, in real time.
struct Staleness {
  bool known = false;
  /// The greatest number of writes of its key that were over before a read began and began after
  /// the write it saw was over.
  std::uint64_t versions = 0;
  /// Position of that read.
  std::size_t read = 0;
  std::uint64_t stale_reads = 0;
  /// The greatest time from the end of the first such write to the beginning of the read, in the
  /// unit of the history; 0 if it has no times.
  std::int64_t time = 0;
  /// Position of the read of which that is true.
  std::size_t latest_read = 0;
};
/// Not known either where `limits.stop` ends it.
Staleness measure_staleness(const engine::History& history, const engine::ServiceType& type,
                            const Limits& limits = {});

/// What staleness is allowed: a read may be so many versions behind, and see what was replaced for
/// so long. Nothing: any.
struct StalenessBound {
  std::optional<std::uint64_t> versions{};
  std::optional<engine::Duration> time{};
};

/// Violated by a read that is further behind; its core is that read, the write that it saw, and
/// what had replaced it. Undecided where measure_staleness() knows nothing.
Finding check_staleness(const engine::History& history, const engine::ServiceType& type,
                        const StalenessBound& bound, const Limits& limits = {});

/// Finds the smallest k (`Finding::k`), or refutes all up to `k_max` (0: any k will do). The core
/// is what keeps it from being (k-1)-atomic, or from being k_max-atomic if violated.
Finding check_atomicity(const engine::History& history, const engine::ServiceType& type,
                        std::uint64_t k_max, const Limits& limits = {});

}  // namespace stampede::checkers
