// What stampede_bench measures. Each workload runs through the same Simulation and World as any
// protocol does, in one thread; only the run itself is timed, by the CPU time of the process.
#pragma once

#include <cstdint>
#include <string>

namespace stampede::bench {

struct Measured {
  /// How much was done: deliveries, decisions or events.
  std::uint64_t count = 0;
  double seconds = 0;
  /// Seconds that came after the run and are not part of it: judging the history.
  double judging_seconds = 0;
  std::uint64_t digest = 0;
};

/// CPU seconds of this process so far.
double cpu_seconds();

/// 5 nodes in a ring, 10 tokens in flight; each delivery sends one message; latency uniform over
/// 1,000 .. 10,000 ns.
Measured ring(std::uint64_t deliveries);
/// Client, primary, 4 backups: 10 deliveries per request, one request at a time; each prepare
/// re-arms its backup's timer.
Measured quorum_round(std::uint64_t deliveries);
/// tests/bench/viewstamped-steady-state.yaml with so many operations, with the checks that the file
/// leaves on: all.
Measured viewstamped(std::uint64_t operations);
/// The same run, each of its events written to a database in the temporary folder; simulating and
/// formatting included.
Measured events_to_sqlite(std::uint64_t operations);

}  // namespace stampede::bench
