#pragma once

#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models::chain {

/// Named assignments of the options, by which the protocol is wrong.
std::vector<engine::Defect> defects();

}  // namespace stampede::models::chain
