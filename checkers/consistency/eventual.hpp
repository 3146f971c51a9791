// Eventual convergence of what clients saw: once nothing changes a key any more, the last look that
// each client takes at it shows all of them the same.
//
// A key is settled when its last change is over. What its clients read from there on, each for the
// last time, is compared. A change without a response may come at any time: then nothing is
// settled, and different last looks are `undecided`.
#pragma once

#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

struct ConvergenceResult {
  Judgement verdict = Judgement::undecided;
  std::string key;
  std::string reason;
  /// Two last looks that differ, and the last change.
  std::vector<std::size_t> core;
  /// Keys that at least two clients looked at once they were settled.
  std::uint64_t compared = 0;
  std::string limit;
};

/// Of the limits only `stop` matters: it takes no search, and little memory.
ConvergenceResult check_convergence(const engine::History& history, const engine::ServiceType& type,
                                    const LinearizabilityLimits& limits = {});

}  // namespace stampede::checkers
