// models/viewstamped/epoch_facts.hpp: what must hold where members change (VRR 7).
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::viewstamped {

/// An epoch has one configuration, and nothing is committed in it behind its last operation.
engine::Property one_group_serves();

}  // namespace stampede::models::viewstamped
