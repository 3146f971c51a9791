// Re-checks the answers of the linearizability checker, by other means than those that found them:
// a replay of the service.
#pragma once

#include <string>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// Empty if `order` (positions in history.operations()) is a linearization of the history: every
/// completed operation is in it exactly once, an open one at most once, real time is respected, and
/// the service gives every result that clients saw. Else one sentence saying what is wrong.
std::string refute_witness(const engine::History& history, const engine::ServiceType& type,
                           const std::vector<std::size_t>& order);

/// The history that consists of some operations of another one, those in `open` without their
/// responses.
engine::History sub_history(const engine::History& history,
                            const std::vector<std::size_t>& positions,
                            const std::vector<std::size_t>& open);
engine::History sub_history(const engine::History& history,
                            const std::vector<std::size_t>& positions,
                            const std::vector<std::size_t>& open, Patience& patience);

}  // namespace stampede::checkers
