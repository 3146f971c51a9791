// What a sweep, or several merged ones, comes to: as text and as JSON.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/shrink_report.hpp"
#include "scenarios/running/load.hpp"
#include "scenarios/running/swept.hpp"

namespace stampede::cli {

/// `seconds`: how long it took; 0 if nobody knows, and nothing is said about it.
void print_sweep_json(const scenarios::Scenario& scenario, const scenarios::Swept& swept,
                      const scenarios::SweepJudgement& judged,
                      const std::optional<scenarios::Load>& load,
                      const std::vector<KeptShrunk>& shrunk, std::int64_t run_id, int status,
                      double seconds);
void print_sweep_text(const scenarios::Swept& swept, const scenarios::SweepJudgement& judged,
                      double seconds);

}  // namespace stampede::cli
