// Many seeds in worker processes. A worker that dies takes only its seed with it; one that does not
// come back is killed; both are replaced and the sweep goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/core/time.hpp"

namespace stampede::engine {

struct SweepSettings {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  /// Worker processes, at least 1.
  std::uint32_t jobs = 1;
  /// Wall time after which a seed counts as a runaway.
  Duration seed_limit = seconds(60);
};

/// What became of one seed.
struct SeedReport {
  enum class Fate {
    done,     // `result` is what the function returned
    refused,  // it threw an InputError; `result` is its text
    crashed,  // it threw something else, or the worker died; `result` says how
    runaway,  // killed after the limit
  };
  std::uint64_t seed = 0;
  Fate fate = Fate::done;
  std::string result;
};

/// Runs `run_seed` for every seed in worker processes and calls `report` in the parent, in
/// ascending order of seeds whatever the number of workers. `report` returns false to stop.
/// `interrupted` is polled between events.
void sweep(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report,
           const std::function<bool()>& interrupted);

}  // namespace stampede::engine
