// The decisions that led to a violation, in a few lines that a person can follow.
#pragma once

#include <string>
#include <vector>

#include "scenarios/running/run.hpp"

namespace stampede::cli {

/// The last decisions up to the violation that touch one of its nodes (any, if it names none), each
/// with what it changed there. The run is done again for them.
std::vector<std::string> last_decisions(const scenarios::ScenarioFile& file,
                                        const scenarios::RunResult& result,
                                        const scenarios::FoundViolation& violation);

}  // namespace stampede::cli
