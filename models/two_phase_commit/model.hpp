#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::two_phase_commit {
const engine::Model& model();
}
