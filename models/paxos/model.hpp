#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::paxos {
const engine::Model& model();
}  // namespace stampede::models::paxos
