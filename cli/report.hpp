// How results are put into words and JSON.
#pragma once

#include <string>
#include <vector>

#include "engine/core/json.hpp"
#include "scenarios/running/run.hpp"
#include "traces/run_record.hpp"

namespace stampede::cli {

/// One violation: `durability at step 20 (script step 15): operation c0.1 ...`.
std::string violation_text(const scenarios::FoundViolation& found);

/// The violated properties, why, and what led to the first of them.
void print_violations(const scenarios::ScenarioFile& file, const scenarios::RunResult& result);

/// `violations`: [{property, step, script_step?, message, nodes}].
void write_violations(engine::JsonWriter& writer,
                      const std::vector<scenarios::FoundViolation>& violations);

std::string hexadecimal(std::uint64_t value);

/// The run as the trace store keeps it, but for its number.
traces::RunRecord run_record(const scenarios::ScenarioFile& file,
                             const scenarios::RunResult& result, const std::string& recorded);

}  // namespace stampede::cli
