#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::multi_paxos {
const engine::Model& model();
}  // namespace stampede::models::multi_paxos
