// models/paxos/multi_exploration.hpp: what makes exploring Multi-Paxos cheap.
#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::paxos::multi {

engine::Exploration exploration();

}  // namespace stampede::models::paxos::multi
