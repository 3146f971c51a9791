// Which collections the nodes of each model keep, besides the logs that they show.
#pragma once

#include <vector>

#include "engine/world/collection.hpp"
#include "engine/world/model.hpp"

namespace stampede::models {

/// Empty for models that are not of this house: of their nodes nothing but logs is known.
std::vector<engine::Collection> collections_of(const engine::Model& model);

}  // namespace stampede::models
