#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::abd {
const engine::Model& model();
}
