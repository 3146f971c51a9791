// How far behind reads are, of reads and writes whose values are all different.
//
// A history is k-atomic if some order that agrees with real time lets every read see one of the
// latest k writes of its key (Aiyer, Alvisi and Bazzi, DISC 2005); 1-atomic is linearizable. It is
// judged as linearizability of a store that remembers k values, where a read only asks whether its
// value is among them. Like linearizability it is local.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"

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
                            const LinearizabilityLimits& limits = {});

struct AtomicityResult {
  Judgement verdict = Judgement::undecided;
  /// ok: the smallest k; violated: no k up to the limit does, and `lower_bound` is proven.
  std::uint64_t k = 0;
  std::uint64_t lower_bound = 1;
  /// ok: the order for that k, positions.
  std::vector<std::size_t> witness;
  /// What keeps it from being (k-1)-atomic, or from being `limit`-atomic if violated.
  std::vector<std::size_t> core;
  std::vector<std::size_t> core_open;
  std::string key;
  std::string reason;
  /// ok, violated: the cap that ended the search for a smaller core; empty if none did.
  std::string core_limit;
  /// undecided: the cap that was reached, or why the history cannot be judged.
  std::string limit;
};

/// Finds the smallest k, or refutes all up to `k_max` (0: any k will do).
AtomicityResult check_atomicity(const engine::History& history, const engine::ServiceType& type,
                                std::uint64_t k_max, const LinearizabilityLimits& limits = {});

}  // namespace stampede::checkers
