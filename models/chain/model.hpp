#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::chain {

/// Chain replication, with masters that agree on the chain.
const engine::Model& model();

}  // namespace stampede::models::chain
