#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::primary_backup {

/// Primary and backup, named by a view service: the second protocol of docs/tutorial.md.
const engine::Model& model();

}  // namespace stampede::models::primary_backup
