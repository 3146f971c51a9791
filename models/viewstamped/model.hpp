#pragma once

#include <vector>

#include "engine/world/collection.hpp"
#include "engine/world/model.hpp"

namespace stampede::models::viewstamped {

/// Viewstamped Replication Revisited, with its published defects.
const engine::Model& model();
/// What grows at its nodes, besides their logs.
std::vector<engine::Collection> collections();

}  // namespace stampede::models::viewstamped
