// models/primary_backup/invariants.hpp: what the argument at the top of replica.hpp rests on.
#pragma once

#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models::primary_backup {

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec);

}  // namespace stampede::models::primary_backup
