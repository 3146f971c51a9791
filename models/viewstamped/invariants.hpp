// models/viewstamped/invariants.hpp: the properties of VRR that its proof rests on, by the names
// the tool shows.
#pragma once

#include <vector>

#include "engine/world/property.hpp"
#include "models/viewstamped/options.hpp"

namespace stampede::models::viewstamped {

/// In the order in which they are listed when one step breaks several. `promise-kept` is left out
/// under crash vectors, where forgetting a promise is harmless because everybody knows that it was
/// forgotten.
std::vector<engine::Property> invariants(const Options& options);

/// The one of them that each replica is asked about by itself (facts.cpp).
engine::Property replica_in_order(const Options& options);

}  // namespace stampede::models::viewstamped
