#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::single_copy {
const engine::Model& model();
}
