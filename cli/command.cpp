#include "cli/command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <new>
#include <sstream>

#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/shown_text.hpp"
#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "engine/core/version.hpp"

namespace stampede::cli {
namespace {

/// The signal; 0 = none.
std::atomic<int> interrupt_seen{0};

extern "C" void on_interrupt(int number) {
  static timespec first;
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  if (!interrupt_seen) {
    first = now;
    interrupt_seen = number;
    return;
  }
  // `timeout` sends its signal twice, to the program and to its group.
  if (now.tv_sec - first.tv_sec < 2) return;
  // Somebody is impatient.
  std::signal(number, SIG_DFL);
  std::raise(number);
}

using Runs = std::vector<std::pair<const CLI::App*, Run>>;

/// The subcommands, as children of `app`.
Runs add_commands(CLI::App& app, CommonFlags& common) {
  const AddCommand commands[] = {
      add_run,   add_sweep, add_explore, add_replay, add_shrink, add_story, add_diff,   add_check,
      add_merge, add_bugs,  add_export,  add_step,   add_view,   add_list,  add_schema, add_new};
  Runs runs;
  for (const AddCommand add : commands) {
    Run run = add(app, common);
    CLI::App* added = app.get_subcommands([](CLI::App*) { return true; }).back();
    refuse_empty_values(*added);
    added->add_flag("--quiet", common.quiet, "Print nothing but errors");
    added->add_flag("--json", common.json, "Print one JSON object on stdout");
    runs.emplace_back(added, std::move(run));
  }
  return runs;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> names_of_flags(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What to do about a wrong command line: the nearest command or flag, or where all are listed.
std::string hint_for(const CLI::App& app, const Program& program) {
  const std::string start = std::filesystem::path(program.name).filename().string();
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (chosen.empty()) {
    const std::vector<std::string> unknown = app.remaining();
    const std::vector<std::string> known = names_of_commands(app);
    const std::string near =
        unknown.empty() ? std::string() : engine::did_you_mean(unknown.front(), known);
    return near.empty() ? "commands: " + engine::comma_list(known) : near;
  }
  const CLI::App& command = *chosen.front();
  for (const std::string& unknown : app.remaining(true)) {
    const std::string flag = unknown.substr(0, unknown.find('='));
    const std::string near = engine::did_you_mean(flag, names_of_flags(command));
    if (flag.starts_with("-") && !near.empty()) return near;
  }
  return "'" + start + " " + command.get_name() + " --help' lists what it takes";
}

/// Help and version are printed; whatever else CLI11 complains of is told as other wrong input is.
int tell_about(const CLI::ParseError& error, const CLI::App& app, const Program& program) {
  std::ostringstream out;
  if (error.get_exit_code() == 0) {
    app.exit(error, out, out);
    std::fputs(out.str().c_str(), stdout);
    return exit_ok;
  }
  std::string message = error.what();
  const std::vector<std::string> unknown = app.remaining(true);
  const bool chosen = !app.get_subcommands().empty();
  const auto flag = std::find_if(unknown.begin(), unknown.end(),
                                 [](const std::string& one) { return one.starts_with("-"); });
  if (!chosen && !unknown.empty()) message = "unknown command '" + unknown.front() + "'";
  if (chosen && flag != unknown.end()) {
    message = "unknown flag '" + *flag + "' of " + app.get_subcommands().front()->get_name();
  }
  std::fprintf(stderr, "%s\n", engine::InputError(message, hint_for(app, program)).what());
  return exit_input;
}

int run_command_line(int argc, const char* const* argv, const Program& program) {
  CLI::App app("Stampede: a deterministic testbed for replication protocols.",
               std::filesystem::path(program.name).filename().string());
  app.set_version_flag("--version", engine::build_text(engine::build()));
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 as expected, 1 not as expected, 2 bad input or usage, or an output that "
      "could "
      "not be written, 3 internal error, 4 undecided or vacuous.");
  CommonFlags common{program};
  const Runs runs = add_commands(app, common);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tell_about(error, app, program);
  }
  try {
    for (const auto& [command, run] : runs) {
      if (command->parsed()) return run();
    }
  } catch (const engine::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_input;
  } catch (const std::bad_alloc&) {
    std::fputs("undecided: out of memory\n", stderr);
    return exit_undecided;
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

bool interrupted() { return interrupt_seen != 0; }
int take_interrupt() { return interrupt_seen.exchange(0); }

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
  if (shown_ && terminal_) write_raw("\r\033[K");
}

bool Progress::due() {
  const double now = watch_.seconds();
  if (!enabled_ || now - last_ < (terminal_ ? 0.1 : 30.0)) return false;
  last_ = now;
  return true;
}

void Progress::say(const std::function<std::string()>& how_far) {
  if (due()) print(how_far());
}

void Progress::print(const std::string& how_far) {
  const std::string line = shown(what_ + ": " + how_far);
  write_raw(terminal_ ? "\r\033[K" + line : line + "\n");
  shown_ = true;
}

void Progress::update(std::uint64_t done, const std::string& more) {
  if (!due()) return;
  const double now = last_;
  const double rate = static_cast<double>(done) / now;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  print(grouped(done) + " of " + grouped(total_) + ", " +
        grouped(static_cast<std::uint64_t>(rate)) + "/s, " +
        grouped(static_cast<std::uint64_t>(left + 0.5)) + " s left" + more);
}

}  // namespace stampede::cli

int stampede::main(int argc, const char* const* argv, const Program& program) {
  Program named = program;
  if (named.name.empty() && argc > 0) named.name = argv[0];
  cli::guard_standard_streams();
  std::signal(SIGINT, cli::on_interrupt);
  std::signal(SIGTERM, cli::on_interrupt);
  const cli::ShownOutput output;
  return cli::close_standard_output(cli::run_command_line(argc, argv, named));
}
