#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::chain {

/// What makes exploring this model cheaper; each rule is argued beside its code.
engine::Exploration exploration();

}  // namespace stampede::models::chain
