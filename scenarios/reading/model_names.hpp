// The names that a model uses of itself: what its defects assign, and what they break.
#pragma once

#include "engine/world/model.hpp"

namespace stampede::scenarios {

/// InputError, with the model's name and the defect's, for an option, a value or a check that the
/// model does not have. What handlers send, arm and reach is known when they do it: then a name
/// that is not declared is a violation of `no-exception`.
void require_known_names(const engine::Model& model);

}  // namespace stampede::scenarios
