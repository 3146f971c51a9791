// stampede bugs: the catalogue of defects, tried in all ways.
#include "scenarios/running/bugs.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <thread>

#include "cli/bugs_report.hpp"
#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"

namespace stampede::cli {
namespace {

struct BugsFlags {
  std::vector<std::string> defects;
  std::optional<std::uint64_t> jobs;
  std::optional<std::uint64_t> max_memory;
  std::optional<engine::Duration> max_time;
  bool record = false;
  bool markdown = false;
};

scenarios::TrialSettings settings_of(const BugsFlags& flags, const Program& program,
                                     const std::string& known_path) {
  scenarios::TrialSettings settings;
  settings.models = program.models;
  settings.folder = program.scenarios + "/catalogue/bugs";
  settings.known = scenarios::read_known_bugs(known_path);
  settings.defects = flags.defects;
  settings.jobs = static_cast<std::uint32_t>(
      flags.jobs.value_or(std::max(1U, std::thread::hardware_concurrency())));
  settings.memory_max = flags.max_memory.value_or(settings.memory_max);
  settings.time_max = flags.max_time.value_or(settings.time_max);
  settings.interrupted = [] { return interrupted(); };
  return settings;
}

int execute(const BugsFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const Program& program = common.program;
  if (program.scenarios.empty())
    throw engine::InputError("this program has no catalogue",
                             "name the folder of its scenarios (Program::scenarios)");
  const std::string known_path = program.scenarios + "/known-bugs.json";
  scenarios::TrialSettings settings = settings_of(flags, program, known_path);
  if (flags.markdown) {
    std::fputs(bugs_page(program.models, settings.known).c_str(), stdout);
    return exit_ok;
  }
  Outputs outputs({});
  OutputFile record(outputs, "--record", flags.record ? known_path : "");
  const bool shown = !common.quiet && !common.json;
  settings.seen = [&](const scenarios::TriedBug& tried) {
    if (!shown) return;
    std::printf("%s\n", trial_line(tried).c_str());
    for (const std::string& line : complaints(tried, settings.known))
      std::printf("  %s\n", line.c_str());
    std::fflush(stdout);
  };
  const scenarios::Trial trial = scenarios::try_bugs(settings);
  if (record) {
    record.stream() << to_text(scenarios::recorded(settings.known, trial));
    record.finish();
  }
  const scenarios::Outcome outcome = scenarios::outcome_of(trial);
  const int status = outputs.status(exit_status(outcome));
  if (common.json) {
    std::printf("%s\n", trial_json(trial, status, watch.seconds()).c_str());
  } else if (shown) {
    const char* words = outcome == scenarios::Outcome::as_expected ? "as known"
                        : outcome == scenarios::Outcome::undecided ? "undecided"
                                                                   : "not as known";
    std::printf("%s: %zu defects%s, %.1f s\n", words, trial.bugs.size(),
                trial.interrupted ? ", interrupted" : "", watch.seconds());
  }
  outputs.tell();
  return status;
}

}  // namespace

Run add_bugs(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("bugs", "Find the defects of the catalogue again, in every way known");
  auto flags = std::make_shared<BugsFlags>();
  command->add_option("ID", flags->defects, "Defects (list defects); all by default");
  add_number(*command, "--jobs", flags->jobs, "Worker processes (default: one per core)",
             {1, 1024});
  add_memory(*command, "--max-memory", flags->max_memory,
             "A search is undecided before all workers together need more: 4GiB by default");
  add_duration(*command, "--max-time", flags->max_time,
               "Wall time after which a defect is undecided (default 300s)");
  command->add_flag("--record", flags->record,
                    "Write down where they are found, in known-bugs.json beside the catalogue");
  command->add_flag("--markdown", flags->markdown, "Print the page of what is known; try nothing");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
