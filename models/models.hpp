// The one explicit list of all models (static libraries drop self-registration).
#pragma once

#include <string_view>
#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models {

/// All models, by name.
const std::vector<const engine::Model*>& all_models();
/// The model called `name`, or nullptr.
const engine::Model* find_model(std::string_view name);

}  // namespace stampede::models
