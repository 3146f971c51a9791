#include "cli/command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "engine/core/error.hpp"
#include "engine/core/version.hpp"

namespace stampede::cli {
namespace {

std::atomic<bool> interrupt_seen{false};

extern "C" void on_interrupt(int) {
  interrupt_seen = true;
  // A second one ends the program at once.
  std::signal(SIGINT, SIG_DFL);
}

using Runs = std::vector<std::pair<const CLI::App*, Run>>;

/// The subcommands, as children of `app`.
Runs add_commands(CLI::App& app, CommonFlags& common) {
  const AddCommand commands[] = {add_run,   add_sweep, add_explore, add_replay,
                                 add_check, add_list,  add_schema,  add_new};
  Runs runs;
  for (const AddCommand add : commands) {
    Run run = add(app, common);
    CLI::App* added = app.get_subcommands([](CLI::App*) { return true; }).back();
    added->add_flag("--quiet", common.quiet, "Print nothing but errors");
    added->add_flag("--json", common.json, "Print one JSON object on stdout");
    runs.emplace_back(added, std::move(run));
  }
  return runs;
}

int run_command_line(int argc, const char* const* argv, const Program& program) {
  CLI::App app("Stampede: a deterministic testbed for replication protocols.",
               std::filesystem::path(program.name).filename().string());
  app.set_version_flag("--version", std::string(engine::version()));
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 as expected, 1 not as expected, 2 bad input or usage, 3 internal error, 4 "
      "undecided or vacuous.");
  CommonFlags common{program};
  const Runs runs = add_commands(app, common);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? exit_ok : exit_input;
  }
  try {
    for (const auto& [command, run] : runs) {
      if (command->parsed()) return run();
    }
  } catch (const engine::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_input;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return exit_internal;
  }
  return exit_internal;
}

}  // namespace

int exit_status(scenarios::Outcome outcome) {
  switch (outcome) {
    case scenarios::Outcome::as_expected:
      return exit_ok;
    case scenarios::Outcome::undecided:
      return exit_undecided;
    case scenarios::Outcome::unexpected:
      break;
  }
  return exit_unexpected;
}

int exit_status(engine::Verdict verdict) {
  if (verdict == engine::Verdict::violated) return exit_unexpected;
  return verdict == engine::Verdict::ok ? exit_ok : exit_undecided;
}

bool interrupted() {
  static const bool installed = [] {
    std::signal(SIGINT, on_interrupt);
    return true;
  }();
  return installed && interrupt_seen;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t position = digits.size(); position > 3;) {
    position -= 3;
    digits.insert(position, ",");
  }
  return digits;
}

Progress::Progress(bool enabled, std::string what, std::uint64_t total)
    : enabled_(enabled), terminal_(::isatty(2) == 1), what_(std::move(what)), total_(total) {}

Progress::~Progress() {
  if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
}

bool Progress::due() {
  const double now = watch_.seconds();
  if (!enabled_ || now - last_ < (terminal_ ? 0.1 : 30.0)) return false;
  last_ = now;
  return true;
}

void Progress::say(const std::string& how_far) {
  if (!due()) return;
  std::fprintf(stderr, "%s%s: %s%s", terminal_ ? "\r\033[K" : "", what_.c_str(), how_far.c_str(),
               terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

void Progress::update(std::uint64_t done, const std::string& more) {
  if (!due()) return;
  const double now = last_;
  const double rate = static_cast<double>(done) / now;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  std::fprintf(stderr, "%s%s: %s of %s, %s/s, %.0f s left%s%s", terminal_ ? "\r\033[K" : "",
               what_.c_str(), grouped(done).c_str(), grouped(total_).c_str(),
               grouped(static_cast<std::uint64_t>(rate)).c_str(), left, more.c_str(),
               terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace stampede::cli

int stampede::main(int argc, const char* const* argv, const Program& program) {
  Program named = program;
  if (named.name.empty() && argc > 0) named.name = argv[0];
  return cli::run_command_line(argc, argv, named);
}
