// A shrunk run in words and JSON, and in the database: what `shrink`, and `--shrink` of run and
// sweep, have in common.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "engine/core/json.hpp"
#include "explain/shrink.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {

/// How far to go.
struct ShrinkLimits {
  /// Empty = the property that is violated first.
  std::string property;
  std::optional<engine::Duration> max_time;
  std::optional<std::uint64_t> max_memory = checkers::Limits{}.max_memory_bytes;
};

/// Shrinks, with progress on stderr, until it is told to stop.
explain::Shrunk shrink_within(const scenarios::ScenarioFile& file, explain::Tape& tape,
                              const ShrinkLimits& limits, const CommonFlags& common);

/// Stores it with its events; `parent`: the run that it was made from, 0 = none.
std::int64_t store_shrunk(traces::Store& store, const explain::Shrunk& shrunk, std::int64_t parent);

/// exit_ok, or exit_undecided where it was told to stop.
int exit_status(const explain::Shrunk& shrunk);

void print_shrunk(const std::string& what, const explain::Shrunk& shrunk);
/// The members `fingerprint`, `minimality`, `before`, `after` and so on of the object under way.
void write_shrunk(engine::JsonWriter& json, const explain::Shrunk& shrunk);

}  // namespace stampede::cli
