// Whether there was anything to judge: a run or a search without it is `vacuous`, and never `ok`.
//
// What a check looks at follows from what it is. A judge of histories looks at operations that were
// completed, and so does a monitor that hears of clients only; all others look at handlers that
// ran for something that reached a node.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/explore/search.hpp"
#include "engine/world/world.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// Why this run judged nothing, at its end; empty if it judged something. `skipped`: steps of its
/// script that could not be done.
std::vector<std::string> judged_nothing(const Scenario& scenario, const engine::World& world,
                                        std::size_t skipped);

/// The same for a search that is complete and found nothing.
std::vector<std::string> judged_nothing(const Scenario& scenario,
                                        const engine::SearchResult& search);

}  // namespace stampede::scenarios
