#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::ping_pong {
const engine::Model& model();           // the protocol of docs/tutorial.md
const engine::Model& counting_model();  // both ends count: counting.hpp
}  // namespace stampede::models::ping_pong
