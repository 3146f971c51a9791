// A search for one failure, of all that break its property: by the kind of the step and the roles
// of the nodes, as fingerprints tell failures apart.
#pragma once

#include <string>
#include <vector>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/fingerprint.hpp"

namespace stampede::scenarios {

/// The property, of which no report counts that is another failure, nor any behind it: a run is
/// told by what broke first. What was delivered and whom it concerns is looked at; that something
/// else than a delivery broke it is told as it is, since a save may have completed that a delivery
/// asked for. `roles`: by node.
engine::Property only_as(engine::Property property, const Fingerprint& failure,
                         std::vector<std::string> roles);

/// As `explore`, until the failure is found: its counterexample is a shortest one if it has the
/// fingerprint, which steps other than deliveries need not have (`only_as`). Of `no-exception` all
/// failures count: no monitor judges it, and the first handler that fails ends the search.
/// InputError as there.
ExploreResult explore_failure(const Scenario& scenario, const Fingerprint& failure,
                              engine::SearchSettings settings);

}  // namespace stampede::scenarios
