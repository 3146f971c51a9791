// `convergence`: once faults have stopped and clients have their answers, all replicas end up
// alike.
#pragma once

#include <optional>
#include <string>

#include "engine/world/world.hpp"

namespace stampede::checkers {

/// What keeps the members from being alike (all operational in one epoch, with equal logs,
/// everything committed and executed, and equal states), or nothing.
std::optional<std::string> not_converged(const engine::World& world);

}  // namespace stampede::checkers
