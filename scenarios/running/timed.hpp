// What runs a scenario in virtual time: the same for whole runs and for those made step by step.
#pragma once

#include "engine/simulate/simulation.hpp"
#include "faults/nemesis.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

engine::SimulationSettings simulation_settings(const Scenario& scenario, bool stop_on_first);

/// What carries out its faults.
faults::Nemesis nemesis_of(const Scenario& scenario);

}  // namespace stampede::scenarios
