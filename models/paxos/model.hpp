#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::paxos {
/// Single-decree.
const engine::Model& model();
const engine::Model& multi_model();
}  // namespace stampede::models::paxos
