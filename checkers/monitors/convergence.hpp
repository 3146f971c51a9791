// `convergence`: once faults have stopped and clients have their answers, all replicas end up
// alike.
#pragma once

#include <optional>
#include <string>

#include "engine/world/world.hpp"

namespace stampede::checkers {

/// What keeps the group's members from being alike (somebody leads and has committed its whole log;
/// all are operational in its epoch, with the same entries committed and executed, and equal
/// states), or nothing. Logs must be equal to the end, unless entries that lost may stay behind the
/// committed ones: those are no promise.
std::optional<std::string> not_converged(const engine::World& world, const engine::Group& group,
                                         bool lost_entries_stay);

}  // namespace stampede::checkers
