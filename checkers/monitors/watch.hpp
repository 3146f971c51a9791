// Watches one simulated run for the first operation that leaves its history without an explanation.
// What it finds is found again, and explained, by the check at the end; where it finds nothing
// wrong that check has nothing left to do.
#pragma once

#include "checkers/linearizability/incremental.hpp"
#include "engine/world/property.hpp"

namespace stampede::checkers {

/// The monitor of `linearizability` in a run; it feeds `judge`, which must outlive the world's last
/// step. Not for worlds that are copied.
std::unique_ptr<engine::Monitor> watch_linearizability(IncrementalLinearizability& judge);

}  // namespace stampede::checkers
