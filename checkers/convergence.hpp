// `convergence`: once faults have stopped and clients have their answers, all replicas end up
// alike. What a replica holds behind the committed entries, and nobody leads with, is no promise: a
// vote in Paxos, or an entry in Raft, that lost.
#pragma once

#include <optional>
#include <string>

#include "engine/world/world.hpp"

namespace stampede::checkers {

/// What keeps the members from being alike (somebody leads and has committed its whole log; all are
/// operational in its epoch, with the same entries committed and executed, and equal states), or
/// nothing.
std::optional<std::string> not_converged(const engine::World& world);

}  // namespace stampede::checkers
