// What tells one failure from another: the property, the kind of the step that broke it, and the
// roles of the nodes concerned. Runs with equal fingerprints most likely show the same fault.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/world/decision.hpp"
#include "engine/world/world.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

struct Fingerprint {
  std::string property{};
  /// `deliver NewState`, `fire SilenceTimeout`, `crash`; `end` for what is judged there. A save or
  /// a disk that completes counts as the step that asked for it: whether completions are decisions
  /// of their own is a matter of the scenario.
  std::string step{};
  /// Ascending, each once.
  std::vector<std::string> roles{};
};
STAMPEDE_VALUE(Fingerprint, property, step, roles);

/// `durability at deliver NewState (replica)`.
std::string to_text(const Fingerprint& fingerprint);

/// It is judged at the end of a run in virtual time, which no schedule has.
bool is_judged_at_end(const Scenario& scenario, const std::string& property);

/// The kind of a step by its decision: what it does, and of messages and timers the type. Of a
/// completion, give the decision that asked for it.
std::string kind_of_step(const engine::Decision& decision);

/// Of a violation in this world, broken by a step of this kind.
Fingerprint fingerprint_of(const engine::Violation& violation, std::string kind_of_step,
                           const engine::World& world);

/// Those of a run's violations, in their order. Does the run again if one of them is not of its
/// end.
std::vector<Fingerprint> fingerprints_of(const Scenario& scenario, const RunResult& done,
                                         bool stop_on_first = false);

/// The first of these seeds, ascending, whose first violation has a fingerprint, for each there is.
/// Ends early once `go_on` says false.
struct FailingSeed {
  std::uint64_t seed = 0;
  Fingerprint fingerprint{};
};
std::vector<FailingSeed> first_of_each_fingerprint(const ScenarioFile& file,
                                                   const std::vector<std::uint64_t>& seeds,
                                                   const std::function<bool()>& go_on);

}  // namespace stampede::scenarios
