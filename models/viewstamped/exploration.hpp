#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::viewstamped {

/// What makes exploring this model cheaper; each rule is argued beside its code.
engine::Exploration exploration();

}  // namespace stampede::models::viewstamped
