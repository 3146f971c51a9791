// The one explicit list of all models (static libraries drop self-registration), and lists like it.
#pragma once

#include <string_view>
#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models {

/// The models that a program knows, as its author lists them.
using ModelList = std::vector<const engine::Model*>;

/// All models of this house, by name. A program outside of it lists its own, or these and its own.
const ModelList& all_models();
/// The one called `name`, or nullptr.
const engine::Model* find_model(const ModelList& models, std::string_view name);

}  // namespace stampede::models
