#pragma once

#include <vector>

#include "engine/world/collection.hpp"
#include "engine/world/model.hpp"

namespace stampede::models::multi_paxos {
const engine::Model& model();
/// What grows at its nodes, besides their logs.
std::vector<engine::Collection> collections();
}  // namespace stampede::models::multi_paxos
