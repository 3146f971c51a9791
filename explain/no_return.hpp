// The point of no return of a violation: the decision behind which it comes whatever happens, and
// before which some continuation is still right.
//
// A continuation of a run from one of its steps takes everything that nodes, clients and faults
// still did up to the violation (timers, operations, crashes, restarts), in the same order at each
// node, and delivers every message in flight at last; what is open is the order of all that. What
// cannot happen any more, a timer that is no longer armed, is left out. Messages that the run lost
// may be lost or delivered. It is right if it ends without a violation of the property.
//
// What is judged at the end of a run in virtual time (liveness, convergence) is no matter of
// orders: there a continuation is the run under other draws from that step on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "explain/tape.hpp"

namespace stampede::explain {

struct NoReturnSettings {
  /// Worlds that the exact search may come to, over all steps it asks about; 0 = no exact search.
  std::uint64_t states_max = 20'000;
  /// Where the run is cut, and how often it is continued from each cut; 0 = no strip.
  std::uint32_t cuts = 16;
  std::uint32_t samples = 32;
  /// Decisions of all continuations together: behind them there are fewer cuts.
  std::uint64_t decisions_max = 1'000'000;
  /// What their draws are keyed by.
  std::uint64_t seed = 1;
  /// Asked now and then; true ends it with what there is. May be empty.
  std::function<bool()> interrupted{};
};

/// The run, continued again and again from behind one of its steps.
struct Cut {
  std::uint64_t step = 0;
  std::uint32_t samples = 0;
  std::uint32_t failed = 0;
};
STAMPEDE_VALUE(Cut, step, samples, failed);

struct NoReturn {
  /// Behind this decision every continuation breaks the property, and before it some does not; 0 =
  /// not known.
  std::uint64_t step = 0;
  /// Every continuation was looked at. Else none of the samples was right from there on.
  bool exact = false;
  /// Worlds that the exact search came to.
  std::uint64_t states = 0;
  /// The strip of bug probability: cuts in order of their steps.
  std::vector<Cut> strip;
};
STAMPEDE_VALUE(NoReturn, step, exact, states, strip);

/// Where the violation of the tape's run became certain. Of what is judged at the end of a run in
/// virtual time there are samples only; of a script's end nothing is known: `step` 0 and no strip.
NoReturn point_of_no_return(Tape& tape, const engine::Violation& violation,
                            const NoReturnSettings& settings = {});

}  // namespace stampede::explain
