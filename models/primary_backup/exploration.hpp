#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::primary_backup {

/// What makes exploring this model cheaper; each rule is argued beside its code.
engine::Exploration exploration();

}  // namespace stampede::models::primary_backup
