// What clients of a run saw, judged by the judges of histories that its scenario asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/limits.hpp"
#include "engine/world/world.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

struct HistoryVerdicts {
  std::vector<engine::Violation> violations;
  /// `causal: two operations write the same value to one key`.
  std::vector<std::string> undecided;
};

/// Judges all that clients saw so far, each check within `limits`. The property `known_to_hold` is
/// left out, if it is not empty.
HistoryVerdicts judge_history(const Scenario& scenario, const engine::History& history,
                              std::string_view known_to_hold, const checkers::Limits& limits = {});

}  // namespace stampede::scenarios
