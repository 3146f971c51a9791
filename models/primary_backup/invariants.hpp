// models/primary_backup/invariants.hpp: what the argument at the top of replica.hpp rests on.
#pragma once

#include <vector>

#include "engine/world/property.hpp"

namespace stampede::models::primary_backup {

std::vector<engine::Property> invariants();

}  // namespace stampede::models::primary_backup
