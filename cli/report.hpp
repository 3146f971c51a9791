// How results are put into words and JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "engine/core/json.hpp"

namespace stampede::cli {

/// One violation: `durability at step 20 (script step 15): operation c0.1 ...`.
std::string violation_text(const scenarios::FoundViolation& found);

/// The violated properties, and why.
void print_violations(const scenarios::RunResult& result);

/// `violations`: [{property, step, script_step?, message, nodes}].
void write_violations(engine::JsonWriter& writer,
                      const std::vector<scenarios::FoundViolation>& violations);

/// `build`: {version, commit, compiler}.
void write_build(engine::JsonWriter& writer);

std::string hexadecimal(std::uint64_t value);

/// `run_id`: null unless a run was stored.
void write_run_id(engine::JsonWriter& writer, std::int64_t run_id);

/// What to type for the run of a seed: `./stampede run F --seed 7 --set 'cluster.replicas=5'`.
std::string command_to_run(const Program& program, const scenarios::ScenarioFile& file,
                           std::uint64_t seed);
/// A text as a shell reads it: as it is where nothing in it means something to a shell.
std::string quoted(const std::string& text);
/// The same for a stored run: `./stampede replay out.db --run 3`.
std::string command_to_replay(const Program& program, const std::string& database,
                              std::int64_t run_id);

}  // namespace stampede::cli
