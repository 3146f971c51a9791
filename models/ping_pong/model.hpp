#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::ping_pong {
const engine::Model& model();  // the protocol of docs/tutorial.md
}
