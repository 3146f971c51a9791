// models/chain/invariants.hpp: what the argument at the top of replica.hpp rests on.
#pragma once

#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models::chain {

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec);

}  // namespace stampede::models::chain
