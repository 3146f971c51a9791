// stampede: the command line. Exit status 0 as expected, 1 not as expected, 2 bad input, 3 internal
// error, 4 undecided.
#include <cstdio>
#include <exception>

#include "cli/command.hpp"
#include "engine/core/error.hpp"

int main(int argc, char** argv) {
  using namespace stampede;
  CLI::App app("Stampede: a deterministic testbed for replication protocols.", "stampede");
  app.set_version_flag("--version", STAMPEDE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 as expected, 1 not as expected, 2 bad input or usage, 3 internal error, 4 "
      "undecided.");
  cli::CommonFlags common;
  const cli::AddCommand commands[] = {cli::add_run,    cli::add_sweep, cli::add_explore,
                                      cli::add_replay, cli::add_check, cli::add_list,
                                      cli::add_schema};
  std::vector<std::pair<const CLI::App*, cli::Run>> runs;
  for (const cli::AddCommand add : commands) {
    cli::Run run = add(app, common);
    const CLI::App* added = app.get_subcommands([](CLI::App*) { return true; }).back();
    runs.emplace_back(added, std::move(run));
  }
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->add_flag("--quiet", common.quiet, "Print nothing but errors");
    command->add_flag("--json", common.json, "Print one JSON object on stdout");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? cli::exit_ok : cli::exit_input;
  }
  try {
    for (const auto& [command, run] : runs) {
      if (command->parsed()) return run();
    }
  } catch (const engine::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return cli::exit_input;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return cli::exit_internal;
  }
  return cli::exit_internal;
}
