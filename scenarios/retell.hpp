// A schedule of a search, told again in the value world: with names, and with what each decision
// changed. A schedule that does not do there what the search says is an internal error.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/explore.hpp"

namespace stampede::scenarios {

Counterexample retell(const Scenario& scenario, const engine::StateSpace& space,
                      const engine::FoundInSearch& found,
                      std::vector<std::unique_ptr<engine::Monitor>> monitors);

}  // namespace stampede::scenarios
