// A schedule of a search, told again in the value world: with names, and with what each decision
// changed. A schedule that does not do there what the search says is an internal error.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/explore.hpp"

namespace stampede::scenarios {

/// `cycle_from`: the decision of the path from which on it repeats for ever; its size if it does
/// not.
Counterexample retell(const Scenario& scenario, const engine::StateSpace& space,
                      const engine::FoundInSearch& found, std::size_t cycle_from,
                      std::vector<std::unique_ptr<engine::Monitor>> monitors);

}  // namespace stampede::scenarios
