// models/viewstamped/defects.hpp: what is wrong with VRR as published, as it was implemented, and
// as it is misread, by the options that make it so. model.cpp lists them.
#pragma once

#include <vector>

#include "engine/world/model.hpp"

namespace stampede::models::viewstamped {

std::vector<engine::Defect> defects();

}  // namespace stampede::models::viewstamped
