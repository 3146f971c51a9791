// The stored run that a command is about: DB, --run and --seed.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "explain/tape.hpp"
#include "scenarios/running/rerun.hpp"
#include "traces/store.hpp"

namespace stampede::cli {

struct StoredRun {
  std::string database;
  std::optional<std::uint64_t> run;
  std::optional<std::uint64_t> seed;

  /// Nobody said which run.
  [[nodiscard]] bool is_left_open() const { return !run && !seed; }
  /// Its number: by default that of the newest violated run, else of the newest. InputError if
  /// there is none.
  [[nodiscard]] std::int64_t chosen(const traces::Store& store) const {
    return store.choose_run(run, seed);
  }
  /// InputError if it is not there.
  [[nodiscard]] traces::RunRecord load(const traces::Store& store) const {
    return store.load_run(chosen(store));
  }
};

void add_stored_run(CLI::App& command, StoredRun& stored);

/// How it is done again: until a signal comes, with the models of this program.
scenarios::RerunSettings rerun_settings(const CommonFlags& common);

/// The run on tape; nothing, which is said on stderr, if a signal came before its end.
std::optional<explain::Tape> taped(const traces::RunRecord& record, const CommonFlags& common);

}  // namespace stampede::cli
