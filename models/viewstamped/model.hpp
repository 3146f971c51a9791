#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::viewstamped {

/// Viewstamped Replication Revisited, with its published defects.
const engine::Model& model();

}  // namespace stampede::models::viewstamped
