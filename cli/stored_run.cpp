#include "cli/stored_run.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/option_values.hpp"

namespace stampede::cli {

void add_stored_run(CLI::App& command, StoredRun& stored) {
  command
      .add_option("DB", stored.database, "Database written by run, sweep, explore, step or shrink")
      ->required();
  auto* run = add_number(command, "--run", stored.run,
                         "Number of the run (default: the newest violated one, else the newest)",
                         {1, INT64_MAX});
  add_number(command, "--seed", stored.seed, "The newest run with this seed")->excludes(run);
}

scenarios::RerunSettings rerun_settings(const CommonFlags& common) {
  scenarios::RerunSettings settings;
  settings.interrupted = interrupted;
  settings.models = common.program.models;
  return settings;
}

std::optional<explain::Tape> taped(const traces::RunRecord& record, const CommonFlags& common) {
  std::optional<explain::Tape> tape = explain::stored_tape(record, rerun_settings(common));
  if (!interrupted()) return tape;
  std::fprintf(stderr, "interrupted: run %lld was not done again\n",
               static_cast<long long>(record.id));
  return std::nullopt;
}

}  // namespace stampede::cli
