// Eventual convergence of what clients saw: once nothing changes a key any more, the last look that
// each client takes at it shows all of them the same.
//
// A key is settled when its last change is over. What its clients read from there on, each for the
// last time, is compared. A change without a response may come at any time: then nothing is
// settled, and different last looks are `undecided`. The core is two last looks that differ, and
// the last change.
#pragma once

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// Of the limits only `stop` matters: it takes no search, and little memory.
Finding check_convergence(const engine::History& history, const engine::ServiceType& type,
                          const Limits& limits = {});

}  // namespace stampede::checkers
