// models/paxos/multi_invariants.hpp: what Multi-Paxos promises, slot by slot.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::paxos::multi {

std::vector<engine::Property> invariants();

}  // namespace stampede::models::paxos::multi
