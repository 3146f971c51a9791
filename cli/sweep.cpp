// stampede sweep: a scenario under many seeds, in worker processes.
#include "scenarios/running/sweep.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>
#include <tuple>

#include "cli/command.hpp"
#include "cli/coverage_report.hpp"
#include "cli/load_report.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/shrink_report.hpp"
#include "cli/sweep_report.hpp"
#include "scenarios/running/fingerprint.hpp"
#include "scenarios/running/history.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

using scenarios::SweepJudgement;
using scenarios::SweepSummary;

struct SweepFlags {
  std::string file;
  std::string seeds;
  std::optional<std::uint64_t> jobs;
  std::uint64_t stop_after = 0;
  std::optional<engine::Duration> seed_limit = engine::seconds(60);
  std::optional<std::uint64_t> max_memory = checkers::Limits{}.max_memory_bytes;
  std::vector<std::string> overrides;
  std::string database;
  std::string history;
  std::string summary;
  CoverageFlag coverage;
  bool stats = false;
  bool shrink = false;
};

std::pair<std::uint64_t, std::uint64_t> seed_range(const std::string& text) {
  const auto fail = [&] {
    throw engine::InputError("--seeds " + text + ": expected a range of seeds",
                             "write for example --seeds 1..10000");
  };
  const std::size_t dots = text.find("..");
  const auto number = [&](const std::string& digits) -> std::uint64_t {
    if (digits.empty() || digits.size() > 18 ||
        digits.find_first_not_of("0123456789") != std::string::npos)
      fail();
    return std::stoull(digits);
  };
  const std::uint64_t first = number(text.substr(0, std::min(dots, text.size())));
  const std::uint64_t last = dots == std::string::npos ? first : number(text.substr(dots + 2));
  if (last < first) fail();
  return {first, last};
}

scenarios::SweepSettings settings_of(const SweepFlags& flags) {
  scenarios::SweepSettings settings;
  std::tie(settings.workers.first, settings.workers.last) = seed_range(flags.seeds);
  settings.workers.jobs = static_cast<std::uint32_t>(
      flags.jobs.value_or(std::max(1U, std::thread::hardware_concurrency())));
  settings.workers.seed_limit = *flags.seed_limit;
  settings.max_memory_bytes = *flags.max_memory;
  settings.failing_max = flags.stop_after;
  settings.interrupted = [] { return interrupted(); };
  return settings;
}

/// The seed whose history is kept: the first telling one, else the first that was decided; nothing
/// if none was.
std::optional<std::uint64_t> seed_to_keep(const scenarios::Swept& swept) {
  const SweepSummary& summary = swept.summary;
  if (const auto telling = scenarios::telling_seeds(summary); !telling.empty()) return telling[0];
  const auto among = [](const std::vector<std::uint64_t>& seeds, std::uint64_t seed) {
    return std::binary_search(seeds.begin(), seeds.end(), seed);
  };
  for (const scenarios::SeedRange& range : swept.ran) {
    for (std::uint64_t seed = range.first; seed - range.first <= range.last - range.first; ++seed) {
      if (!among(summary.failing, seed) && !among(summary.undecided, seed)) return seed;
    }
  }
  return std::nullopt;
}

/// What a checker is fed with to look closer.
void keep_history(const scenarios::ScenarioFile& file, const scenarios::Swept& swept,
                  OutputFile& output) {
  const std::optional<std::uint64_t> seed = seed_to_keep(swept);
  if (!seed) return;
  const scenarios::Scenario scenario = file.resolve(*seed);
  scenarios::HistoryMarks marks;
  scenarios::RunSettings settings;
  settings.observer = &marks;
  settings.limits.stop = [] { return interrupted() ? "interrupted" : ""; };
  const scenarios::RunResult result = scenarios::run(scenario, settings);
  scenarios::write_history(output.stream(), scenario, result, marks);
  output.finish();
}

traces::SweepRecord sweep_record(const SweepFlags& flags, const scenarios::Swept& swept,
                                 const SweepJudgement& judged) {
  traces::SweepRecord record;
  record.scenario_name = std::filesystem::path(swept.scenario_file).stem().string();
  record.scenario_file = swept.scenario_file;
  record.scenario_text = swept.scenario_text;
  record.overrides = swept.overrides;
  std::tie(record.first_seed, record.last_seed) = seed_range(flags.seeds);
  record.seeds = swept.summary.seeds;
  record.verdict = engine::word_of(judged.verdict);
  record.failing = swept.summary.failing_count;
  record.undecided = swept.summary.undecided_count;
  record.decisions = swept.summary.decisions;
  record.operations = swept.summary.operations;
  record.summary = engine::to_json(swept);
  record.build = swept.build;
  return record;
}

/// Stores what was covered, and the lowest failing seed of each property with its events; the first
/// run's number, or 0.
std::int64_t store(const SweepFlags& flags, const scenarios::ScenarioFile& file,
                   const scenarios::Swept& swept, const SweepJudgement& judged) {
  traces::Store database = traces::Store::create_or_open(flags.database);
  database.add_sweep(sweep_record(flags, swept, judged));
  std::int64_t first = 0;
  for (const std::uint64_t seed : scenarios::telling_seeds(swept.summary)) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    const std::int64_t id = scenarios::record(database, file, result, scenarios::Recording::events);
    if (first == 0) first = id;
  }
  return first;
}

/// With so many seeds it is tried which planted defects the sweep would have found.
constexpr std::uint64_t seeds_per_defect = 20;

/// What the sweep reached, if that was asked for.
struct Reached {
  scenarios::Coverage coverage;
  scenarios::DefectsCaught defects;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

void try_defects(const scenarios::ScenarioFile& file, const scenarios::SweepSettings& settings,
                 Reached& reached) {
  reached.first = settings.workers.first;
  reached.last = std::min(settings.workers.last, reached.first + seeds_per_defect - 1);
  reached.defects =
      scenarios::catch_defects(file, reached.first, reached.last, [] { return !interrupted(); });
}

/// The first failing seed of each fingerprint made small: told, and stored with the run that it is
/// made from.
std::vector<KeptShrunk> shrink_each_failure(const SweepFlags& flags, const CommonFlags& common,
                                            const scenarios::ScenarioFile& file,
                                            const SweepSummary& summary, Outputs& outputs) {
  std::vector<KeptShrunk> all;
  const auto go_on = [] { return !interrupted(); };
  for (const auto& [seed, fingerprint] :
       scenarios::first_of_each_fingerprint(file, summary.failing, go_on)) {
    if (!go_on()) break;
    explain::Tape tape(file.resolve(seed));
    const ShrinkLimits limits{fingerprint.property, flags.seed_limit, flags.max_memory};
    KeptShrunk& kept =
        all.emplace_back(KeptShrunk{shrink_within(file, tape, limits, common), tape.result().seed});
    if (!flags.database.empty()) {
      outputs.write([&] {
        {
          traces::Store database = traces::Store::create_or_open(flags.database);
          kept.parent =
              scenarios::record(database, file, tape.result(), scenarios::Recording::events);
        }
        store_shrunk(flags.database, kept);
      });
    }
    if (!common.json && !common.quiet)
      print_shrunk("seed " + std::to_string(kept.seed), kept, flags.database);
  }
  return all;
}

/// How to see one seed of what was found, and that it is what was expected.
void print_what_next(const Program& program, const scenarios::ScenarioFile& file,
                     const scenarios::Scenario& scenario, const SweepSummary& summary) {
  const std::optional<std::uint64_t> seed = scenarios::seed_to_show(scenario, summary);
  if (!seed) return;
  std::string command = command_to_run(program, file, *seed);
  const scenarios::Expectation& expected = scenario.expect_sweep;
  // A run is expected to do what it says of runs; one seed of a sweep that is to fail fails.
  if (!expected.ok() && scenario.expect_run.violation != expected.violation &&
      summary.violated.count(expected.violation) != 0)
    command += " --set " + quoted("expect.run={ violation: " + expected.violation + " }");
  std::printf("first:  %s --db out.db\n", command.c_str());
}

SweepSummary sweep(const scenarios::ScenarioFile& file, scenarios::SweepSettings settings,
                   const CommonFlags& common) {
  const bool shown = !common.quiet && !common.json;
  Progress progress(shown, "sweep", settings.workers.last - settings.workers.first + 1);
  settings.seen = [&](const SweepSummary& sofar) {
    const std::uint64_t failing = sofar.failing_count;
    progress.update(sofar.seeds, failing == 0 ? "" : ", failing " + std::to_string(failing));
  };
  return scenarios::sweep(file, settings);
}

int execute(const SweepFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::load(flags.file, flags.overrides, common.program.models);
  const scenarios::Scenario scenario = file.resolve(file.seed());
  scenarios::SweepSettings settings = settings_of(flags);
  Reached reached;
  if (flags.coverage.asked())
    settings.covered = [&](const scenarios::Coverage& one) { merge(reached.coverage, one); };
  std::optional<scenarios::Load> load;
  if (flags.stats)
    settings.measured = [&sum = load.emplace()](const scenarios::Load& one) { merge(sum, one); };
  Outputs outputs({flags.file});
  OutputFile covered(outputs, "--coverage", flags.coverage.file());
  OutputFile history(outputs, "--history", flags.history);
  OutputFile summary(outputs, "--summary", flags.summary);
  outputs.take_database("--db", flags.database);
  scenarios::Swept swept = scenarios::swept(file, settings.workers, sweep(file, settings, common));
  if (flags.coverage.asked()) swept.coverage = reached.coverage;
  const double seconds = watch.seconds();
  const SweepJudgement judged = scenarios::judge(scenario, swept.summary);
  std::int64_t run_id = 0;
  if (!flags.database.empty()) outputs.write([&] { run_id = store(flags, file, swept, judged); });
  if (history) keep_history(file, swept, history);
  if (summary) {
    summary.stream() << engine::to_json(swept) << '\n';
    summary.finish();
  }
  if (flags.coverage.asked()) try_defects(file, settings, reached);
  keep_coverage(covered, reached.coverage, reached.defects);
  if (!common.json && !common.quiet) {
    print_sweep_text(swept, judged, seconds);
    if (flags.coverage.asked()) {
      print_coverage(reached.coverage, reached.first);
      print_defects(reached.defects, reached.first, reached.last);
    }
    if (load) print_load(*load);
    print_what_next(common.program, file, scenario, swept.summary);
    if (run_id != 0)
      std::printf("stored: runs from %lld in %s\n", static_cast<long long>(run_id),
                  flags.database.c_str());
  }
  std::vector<KeptShrunk> shrunk;
  if (flags.shrink) shrunk = shrink_each_failure(flags, common, file, swept.summary, outputs);
  const int status = outputs.status(exit_status(exit_status(judged.outcome), shrunk));
  if (common.json) print_sweep_json(scenario, swept, judged, load, shrunk, run_id, status, seconds);
  outputs.tell();
  return status;
}

}  // namespace

Run add_sweep(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("sweep", "Run a scenario under many seeds");
  auto flags = std::make_shared<SweepFlags>();
  command->add_option("FILE", flags->file, "Scenario (YAML)")->required();
  command->add_option("--seeds", flags->seeds, "A..B")->required();
  add_number(*command, "--jobs", flags->jobs, "Worker processes (default: one per core)",
             {1, 1024});
  add_number(*command, "--stop-after", flags->stop_after, "Stop after so many failing seeds");
  add_duration(*command, "--seed-limit", flags->seed_limit,
               "Wall time after which a seed is undecided (default 60s)");
  add_memory(*command, "--max-memory", flags->max_memory,
             "A seed is undecided before all workers together need more: 4GiB by default");
  add_repeated(*command, "--set", flags->overrides, "PATH=VALUE, for example cluster.replicas=5");
  command->add_option("--db", flags->database,
                      "Store in this database what was covered, and the lowest failing seed of "
                      "each property, with events");
  command->add_option(
      "--history", flags->history,
      "Write the history of the first failing seed (of the first, if none fails) as "
      "NDJSON");
  command->add_flag("--shrink", flags->shrink,
                    "Make the smallest run of the first failing seed of each fingerprint");
  command->add_option("--summary", flags->summary,
                      "Write what came of it as JSON, to be put together with that of other seeds "
                      "by merge");
  add_coverage(*command, flags->coverage);
  add_stats(*command, flags->stats);
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
