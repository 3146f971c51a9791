#pragma once

#include <vector>

#include "engine/world/collection.hpp"
#include "engine/world/model.hpp"

namespace stampede::models::primary_backup {

/// Primary and backup, named by a view service: the second protocol of docs/tutorial.md.
const engine::Model& model();
/// What grows at its nodes, besides their logs.
std::vector<engine::Collection> collections();

}  // namespace stampede::models::primary_backup
