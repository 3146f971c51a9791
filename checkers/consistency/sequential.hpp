// Sequential consistency: is there one order of all operations that agrees with the order inside
// each session (client), in which the service gives exactly the results that clients saw? (Lamport
// 1979.) Real time does not count, so it is not local: keys cannot be judged one by one.
//
// 1. Linearizable histories are sequentially consistent: that is tried first, because it is cheap.
// 2. Where reads tell which write they saw, what any order has to keep is saturated (polynomial): a
//    cycle refutes, and the search keeps the rest of it (gradual consistency checking, CAV 2019).
// 3. Else the search walks over fronts: how many operations of each session are done, and the
//    state. A front is exact, and one that failed is remembered.
// 4. The next operation of a session that never changes a state by its result, and fits, is done at
//    once.
// 5. Deciding is NP-complete even with different values (Gibbons and Korach 1997): the search has
//    caps, and `undecided` is an answer.
#pragma once

#include <string>
#include <vector>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

Finding check_sequential(const engine::History& history, const engine::ServiceType& type,
                         const Limits& limits = {});

/// The definition as it stands, for histories of at most about 8 operations.
bool is_sequential_by_brute_force(const engine::History& history, const engine::ServiceType& type);

/// Empty if the order agrees with all sessions and results, else what is wrong with it.
std::string refute_sequential_witness(const engine::History& history,
                                      const engine::ServiceType& type,
                                      const std::vector<std::size_t>& order);

}  // namespace stampede::checkers
