// What a scenario wants to be judged: `checks:` and `expect:`, and a workload that its judges can
// tell something of.
#pragma once

#include <string>

#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// Reads the list under `checks:` (if null, all that apply, and that leaders stay where the file
/// says for how long all is quiet), and has the workload, which the file describes by `workload` if
/// it does, ask for nothing of which a wanted judge can tell nothing.
void read_checks(const engine::Document* checks, const engine::Document* workload,
                 Scenario& scenario);

/// Reads what is under `expect:`. Unless `checks:` were given, what is expected to be violated is
/// judged, promised or not; where they were, InputError for a violation of what they leave out.
void read_expect(const engine::Document* document, bool checks_given, Scenario& scenario);

/// InputError for a violation that the script expects of a check that there is not.
void require_known_properties(const Scenario& scenario);

/// InputError for `stable-leader` where no time is quiet.
void require_quiet(const engine::Document& document, const Scenario& scenario);

/// Reads what is under `bounds:`. They are judged, unless `checks:` were given; where these leave
/// them out, InputError.
void read_bounds(const engine::Document* bounds, bool checks_given, Scenario& scenario);

/// InputError for `memory-bound` where nothing is bounded.
void require_bounds(const engine::Document& document, const Scenario& scenario);

/// The check as a list under `checks:` has it: `causal`, `{ k-atomic: 2 }`.
std::string check_text(const Scenario& scenario, const std::string& check);

}  // namespace stampede::scenarios
