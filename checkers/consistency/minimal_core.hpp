// Smaller histories that fail like a large one, for models that ignore real time.
//
// Sound moves only: deleting an operation that never changes the state by its result; of a register
// without failed cas deleting all operations on a value, together with the values that cas links to
// it; deleting all operations on a key. A history that fits any of the models still does after
// such a move, so a smaller one that fails proves that the whole one does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

struct MinimalCore {
  /// Operations that fail by themselves, where no one of the moves leaves fewer that do; more than
  /// that where `operations_max` operations had been judged before, or the wait was over.
  std::vector<std::size_t> positions;
  /// What ended it; empty if nothing did.
  std::string limit;
};

/// `fails` may throw Stopped.
MinimalCore find_minimal_core(const engine::History& history, const engine::ServiceType& type,
                              const std::function<bool(const engine::History&)>& fails,
                              Patience& patience, std::uint64_t operations_max = 20'000'000);

}  // namespace stampede::checkers
