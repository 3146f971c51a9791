// Scenarios that take away what a model's claims ask for.
#pragma once

#include "scenarios/reading/names.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// InputError at the first place of `document` that goes beyond the claims of the scenario's model.
/// A scenario that expects a violation, or says `assume: broken`, may.
/// REQUIRES: `scenario` was read from `document`.
void refuse_outside_claims(const engine::Document& document, const Scenario& scenario,
                           const Participants& nodes);

}  // namespace stampede::scenarios
