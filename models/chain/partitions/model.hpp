#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::chain::partitions {

/// Several chains over the same nodes, among which ranges of keys move.
const engine::Model& model();

}  // namespace stampede::models::chain::partitions
