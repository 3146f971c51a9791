#pragma once

#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models::chain::partitions {

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec);

}  // namespace stampede::models::chain::partitions
