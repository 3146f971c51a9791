// models/multi_paxos/core_exploration.hpp: which messages of the core can have no effect any more,
// and which of its fields nobody will read. The arguments rest on one fact, that promises and votes
// survive crashes: with the option keeps_votes off and a crash left, nothing is dead.
#pragma once

#include "engine/process/payload.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {

/// The member will ignore the message for ever.
bool is_dead(const Core& core, const CoreOptions& options, const engine::Payload& message,
             bool may_crash);
void normalise(Core& core);

}  // namespace stampede::models::multi_paxos
