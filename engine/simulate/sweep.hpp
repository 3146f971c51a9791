// Many seeds in worker processes. A worker that dies takes only its seed with it; one that does not
// come back is killed; both are replaced and the sweep goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

struct SweepSettings {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  /// Worker processes, at least 1. Fewer where the system does not give so many.
  std::uint32_t jobs = 1;
  /// Wall time after which a seed counts as a runaway.
  Duration seed_limit = seconds(60);
  /// What a worker is doing, `step 17, r1: on Prepare from r0`, written without an end mark: the
  /// number of characters, at most `size`. Asked in a signal handler when the worker crashes or is
  /// a runaway; may be nullptr.
  std::size_t (*describe)(char* text, std::size_t size) = nullptr;
};

/// What became of one seed.
struct SeedReport {
  enum class Fate {
    done,     // `result` is what the function returned
    refused,  // it threw an InputError: `refusal()`
    crashed,  // it threw something else, or the worker died; `result` says how and where
    runaway,  // killed after the limit; `result` says where
  };
  std::uint64_t seed = 0;
  Fate fate = Fate::done;
  std::string result;

  /// REQUIRES: refused.
  [[nodiscard]] InputError refusal() const;
};

/// Runs `run_seed` for every seed in worker processes and calls `report` in the parent, in
/// ascending order of seeds whatever the number of workers. `report` returns false to stop.
/// `interrupted` is polled between events. InputError if the system gives not one worker.
void sweep(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report,
           const std::function<bool()>& interrupted);

}  // namespace stampede::engine
