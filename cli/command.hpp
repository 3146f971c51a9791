// What all subcommands share: the program they are part of, flags, exit statuses, progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/main.hpp"
#include "scenarios/running/run.hpp"

// Its header costs seconds: only files that declare flags include it.
namespace CLI {
class App;
}

namespace stampede::cli {

/// Exit statuses, first that applies: internal error, bad input or an output that could not be
/// written, not as expected, undecided, as expected.
enum Exit : int {
  exit_ok = 0,
  exit_unexpected = 1,
  exit_input = 2,
  exit_internal = 3,
  exit_undecided = 4
};

int exit_status(scenarios::Outcome outcome);
/// Where `ok` is what is expected.
int exit_status(engine::Verdict verdict);

struct CommonFlags {
  const Program& program;
  bool quiet = false;
  bool json = false;
};

/// A subcommand: declares its flags on an App and is run if chosen.
using Run = std::function<int()>;
using AddCommand = Run (*)(CLI::App& app, CommonFlags& common);

Run add_run(CLI::App& app, CommonFlags& common);
Run add_sweep(CLI::App& app, CommonFlags& common);
Run add_explore(CLI::App& app, CommonFlags& common);
Run add_replay(CLI::App& app, CommonFlags& common);
Run add_diff(CLI::App& app, CommonFlags& common);
Run add_shrink(CLI::App& app, CommonFlags& common);
Run add_check(CLI::App& app, CommonFlags& common);
Run add_export(CLI::App& app, CommonFlags& common);
Run add_merge(CLI::App& app, CommonFlags& common);
Run add_bugs(CLI::App& app, CommonFlags& common);
Run add_list(CLI::App& app, CommonFlags& common);
Run add_schema(CLI::App& app, CommonFlags& common);
Run add_step(CLI::App& app, CommonFlags& common);
Run add_story(CLI::App& app, CommonFlags& common);
Run add_new(CLI::App& app, CommonFlags& common);
Run add_view(CLI::App& app, CommonFlags& common);

/// True once SIGINT or SIGTERM has come: every command ends with what it has. Another one, seconds
/// later, ends it at once.
bool interrupted();
/// The signal that has come, 0 = none, as if it had not: for what goes on all the same.
int take_interrupt();

/// Seconds of wall time since it was made: reported, never part of a result.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// `1,234,567`.
std::string grouped(std::uint64_t value);

/// A progress line on stderr: rewritten in place on a terminal, a plain line every 30 s elsewhere,
/// nothing when told to be quiet.
class Progress {
 public:
  Progress(bool enabled, std::string what, std::uint64_t total);
  ~Progress();
  void update(std::uint64_t done, const std::string& more);
  /// For work whose end is not known. `how_far` is asked where something is shown.
  void say(const std::function<std::string()>& how_far);

 private:
  [[nodiscard]] bool due();
  void print(const std::string& how_far);

  bool enabled_;
  bool terminal_;
  std::string what_;
  std::uint64_t total_;
  Stopwatch watch_;
  double last_ = 0;
  bool shown_ = false;
};

}  // namespace stampede::cli
