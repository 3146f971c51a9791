// models/multi_paxos/core_invariants.hpp: what Multi-Paxos promises, slot by slot.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::multi_paxos {

std::vector<engine::Property> core_invariants();

}  // namespace stampede::models::multi_paxos
