// The definition of linearizability, run as it stands: all orders are tried. For histories of at
// most about 8 operations; what the real checker is compared with in tests, and what confirms the
// cores it reports.
#pragma once

#include "engine/world/history.hpp"

namespace stampede::checkers {

/// True if some order of all completed and some open operations agrees with real time and gives all
/// results. No partition, no memory, no pruning but by results. REQUIRES: at most 16 operations.
bool is_linearizable_by_brute_force(const engine::History& history,
                                    const engine::ServiceType& type);

}  // namespace stampede::checkers
