// Linearizability: is there one order of all operations, agreeing with real time, in which the
// service gives exactly the results that clients saw? (Herlihy and Wing 1990.)
//
// 1. An operation without a response takes effect at some time after its invocation, or never.
// 2. Only the order of events counts, never their times.
// 3. `ok` comes with a witness order (checkers/witness.hpp re-checks it), `violated` with a core
//    that fails by itself; a cap that was reached is `undecided`, never success.
#pragma once

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "checkers/linearizability/part_search.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// Judges a history of the service. `method` is how parts are judged, for comparisons.
Finding check_linearizability(const engine::History& history, const engine::ServiceType& type,
                              const Limits& limits = {}, Method method = Method::fastest);

}  // namespace stampede::checkers
