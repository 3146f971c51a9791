// A shrunk run in words and JSON, and in the database: what `shrink`, and `--shrink` of run and
// sweep, have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

/// A shrunk run, and where it is kept.
struct KeptShrunk {
  explain::Shrunk shrunk;
  /// Of the run that it was made from.
  std::uint64_t seed = 0;
  /// Numbers of both in the database; 0 = not stored.
  std::int64_t parent = 0;
  std::int64_t run_id = 0;
};

/// Shrinks, with progress on stderr, until it is told to stop.
explain::Shrunk shrink_within(const scenarios::ScenarioFile& file, explain::Tape& tape,
                              const ShrinkLimits& limits, const CommonFlags& common);

/// Stores it with its events in this database, beside its parent.
void store_shrunk(const std::string& database, KeptShrunk& kept);

/// `status`, or exit_undecided for exit_ok where a shrinking was told to stop.
int exit_status(int status, const std::vector<KeptShrunk>& all);

/// `what`: of what it was made, `seed 7`.
void print_shrunk(const std::string& what, const KeptShrunk& kept, const std::string& database);
/// The members `run_id`, `parent`, `fingerprint`, `minimality` and so on of the object under way.
void write_shrunk(engine::JsonWriter& json, const KeptShrunk& kept);
/// `"shrunk":[..]`, each with its seed.
void write_all_shrunk(engine::JsonWriter& json, const std::vector<KeptShrunk>& all);

}  // namespace stampede::cli
