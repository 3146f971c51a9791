// models/multi_paxos/exploration.hpp: what makes exploring Multi-Paxos cheap.
#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::multi_paxos {

engine::Exploration exploration();

}  // namespace stampede::models::multi_paxos
