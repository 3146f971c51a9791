#pragma once

#include <vector>

#include "engine/world/collection.hpp"
#include "engine/world/model.hpp"

namespace stampede::models::chain {

/// Chain replication, with masters that agree on the chain.
const engine::Model& model();
/// What grows at its nodes, besides their logs.
std::vector<engine::Collection> collections();

}  // namespace stampede::models::chain
