// models/multi_paxos/invariants.hpp: what Multi-Paxos promises, slot by slot.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::multi_paxos {

std::vector<engine::Property> invariants();

}  // namespace stampede::models::multi_paxos
