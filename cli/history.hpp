// Histories as files.
#pragma once

#include <string>

#include "scenarios/run.hpp"

namespace stampede::cli {

/// Writes the run's history as NDJSON: a header, then a line for each call and each response in
/// their order. InputError if the file cannot be written.
void write_history(const std::string& path, const scenarios::Scenario& scenario,
                   const scenarios::RunResult& result);

}  // namespace stampede::cli
