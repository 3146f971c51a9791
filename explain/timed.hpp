// Timed runs made small that stay timed: what is judged at the end of a run, as liveness and
// convergence are, is no matter of a schedule. What the scenario asks for is taken away piece by
// piece; because what is random goes by names, what is left happens as it did.
#pragma once

#include <functional>
#include <string>

#include "scenarios/running/fingerprint.hpp"

namespace stampede::explain {

/// A scenario and what came of it.
struct TimedRun {
  scenarios::ScenarioFile file;
  scenarios::RunResult result;
  std::uint64_t candidates = 0;
};

/// Leaves out faults, operations, clients and what the network and clocks do besides, and makes
/// faults shorter, as long as the run of this seed violates the same at its end. `go_on` is asked
/// before each run, with the smallest one so far and the number of those tried.
TimedRun reduce_timed(const scenarios::ScenarioFile& file, const scenarios::RunResult& run,
                      const scenarios::Fingerprint& fingerprint,
                      const std::function<bool(const std::string& what, std::uint64_t decisions,
                                               std::uint64_t candidates)>& go_on);

/// How many faults the file asks for.
std::uint64_t faults_in(const scenarios::ScenarioFile& file);

}  // namespace stampede::explain
