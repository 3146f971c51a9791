// stampede sweep: a scenario under many seeds, in worker processes.
#include "scenarios/running/sweep.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>
#include <tuple>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "scenarios/running/history.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

using scenarios::SweepJudgement;
using scenarios::SweepSummary;

constexpr std::size_t printed_seeds = 10;
constexpr std::size_t stored_runs = 10;

struct SweepFlags {
  std::string file;
  std::string seeds;
  std::uint32_t jobs = 0;
  std::uint64_t stop_after = 0;
  std::string seed_limit = "60s";
  std::vector<std::string> overrides;
  std::string database;
  std::string history;
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
  settings.workers.jobs =
      flags.jobs != 0 ? flags.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto limit = engine::parse_duration(flags.seed_limit);
  if (!limit || limit->nanoseconds <= 0)
    throw engine::InputError("--seed-limit " + flags.seed_limit + ": expected a duration");
  settings.workers.seed_limit = *limit;
  settings.failing_max = flags.stop_after;
  settings.interrupted = [] { return interrupted(); };
  return settings;
}

/// The seeds that failed and can be run again here.
std::vector<std::uint64_t> to_look_at(const SweepSummary& summary) {
  // A seed whose worker died would take this process with it.
  return summary.crashed ? std::vector<std::uint64_t>{} : summary.failing;
}

/// The history of the first failing seed, else of the first: what a checker is fed with to look
/// closer.
void keep_history(const SweepFlags& flags, const scenarios::ScenarioFile& file,
                  const SweepSummary& summary, std::uint64_t first) {
  const std::vector<std::uint64_t> failing = to_look_at(summary);
  const scenarios::Scenario scenario = file.resolve(failing.empty() ? first : failing.front());
  scenarios::HistoryMarks marks;
  const scenarios::RunResult result = scenarios::run(scenario, {&marks});
  scenarios::write_history(flags.history, scenario, result, marks);
}

/// Stores the first failing seeds with their events; the first run's number, or 0.
std::int64_t store(const SweepFlags& flags, const scenarios::ScenarioFile& file,
                   const SweepSummary& summary) {
  traces::Store database = traces::Store::create_or_open(flags.database);
  std::int64_t first = 0;
  std::vector<std::uint64_t> failing = to_look_at(summary);
  failing.resize(std::min(failing.size(), stored_runs));
  for (const std::uint64_t seed : failing) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    const std::int64_t id = scenarios::record(database, file, result, scenarios::Recording::events);
    if (first == 0) first = id;
  }
  return first;
}

void write_counts(engine::JsonWriter& json, const char* key,
                  const std::map<std::string, std::uint64_t>& counts) {
  json.key(key);
  json.begin_object();
  for (const auto& [name, count] : counts) json.key(name).unsigned_integer(count);
  json.end_object();
}

void print_json(const scenarios::Scenario& scenario, const SweepSummary& summary,
                const SweepJudgement& judged, std::int64_t run_id, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, judged.verdict);
  json.key("expected").text(scenario.expect_sweep.text());
  json.key("as_expected").boolean(judged.as_expected);
  json.key("violations");
  json.begin_array();
  for (const auto& [property, violated] : summary.violated) {
    json.begin_object();
    json.key("property").text(property);
    json.key("seeds").unsigned_integer(violated.seeds);
    json.key("first_seed").unsigned_integer(violated.first_seed);
    json.end_object();
  }
  json.end_array();
  json.key("seeds").unsigned_integer(summary.seeds);
  json.key("failing_count").unsigned_integer(summary.failing_count);
  json.key("failing");
  engine::write(json, summary.failing);
  json.key("undecided_count").unsigned_integer(summary.undecided_count);
  json.key("undecided");
  engine::write(json, summary.undecided);
  json.key("vacuous_count").unsigned_integer(summary.vacuous_count);
  json.key("vacuous");
  engine::write(json, summary.vacuous);
  json.key("decisions").unsigned_integer(summary.decisions);
  json.key("operations").unsigned_integer(summary.operations);
  json.key("decisions_per_second").number(static_cast<double>(summary.decisions) / seconds);
  write_counts(json, "probes", summary.probes);
  json.key("unreached");
  engine::write(json, judged.unreached);
  write_counts(json, "faults_hit", summary.hits_by_kind);
  json.key("complete").boolean(!summary.interrupted);
  if (run_id != 0) json.key("run_id").integer(run_id);
  json.key("exit_status").integer(exit_status(judged.outcome));
  json.key("wall_seconds").number(seconds);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_seeds(const char* what, const std::vector<std::uint64_t>& seeds) {
  if (seeds.empty()) return;
  std::printf("%s seeds:", what);
  for (std::size_t i = 0; i < seeds.size() && i < printed_seeds; ++i)
    std::printf(" %llu", static_cast<unsigned long long>(seeds[i]));
  std::printf("%s\n", seeds.size() > printed_seeds ? " ..." : "");
}

void print_counts(const char* what, const std::map<std::string, std::uint64_t>& counts) {
  if (counts.empty()) return;
  std::printf("%s:", what);
  for (const auto& [name, count] : counts)
    std::printf(" %s %s;", name.c_str(), grouped(count).c_str());
  std::printf("\n");
}

void print_text(const SweepSummary& summary, const SweepJudgement& judged, double seconds) {
  const auto per_second = [&](std::uint64_t count) {
    return grouped(static_cast<std::uint64_t>(static_cast<double>(count) / seconds));
  };
  const std::string vacuous =
      summary.vacuous_count == 0 ? "" : ", " + grouped(summary.vacuous_count) + " vacuous";
  std::printf(
      "%s%s: %s seeds, %s failing, %s undecided%s; %s decisions, %s operations in %.1f s (%s "
      "seeds/s, %s decisions/s)%s\n",
      engine::word_of(judged.verdict), judged.as_expected ? "" : " (not as expected)",
      grouped(summary.seeds).c_str(), grouped(summary.failing_count).c_str(),
      grouped(summary.undecided_count).c_str(), vacuous.c_str(), grouped(summary.decisions).c_str(),
      grouped(summary.operations).c_str(), seconds, per_second(summary.seeds).c_str(),
      per_second(summary.decisions).c_str(), summary.interrupted ? "; interrupted" : "");
  for (const auto& [property, violated] : summary.violated) {
    std::printf("  %s: %s seeds, first %llu\n", property.c_str(), grouped(violated.seeds).c_str(),
                static_cast<unsigned long long>(violated.first_seed));
  }
  print_seeds("failing", summary.failing);
  print_seeds("undecided", summary.undecided);
  print_seeds("vacuous", summary.vacuous);
  print_counts("probes reached (seeds)", summary.probes);
  for (const std::string& probe : judged.unreached)
    std::printf("probe never reached: %s\n", probe.c_str());
  print_counts("faults that hit", summary.hits_by_kind);
  for (const auto& [name, hits] : summary.hits_by_name) {
    if (hits == 0) std::printf("fault never hit: %s\n", name.c_str());
  }
}

int execute(const SweepFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::load(flags.file, flags.overrides, common.program.models);
  const scenarios::Scenario scenario = file.resolve(file.seed());
  scenarios::SweepSettings settings = settings_of(flags);
  const std::uint64_t first = settings.workers.first;
  SweepSummary summary;
  {
    Progress progress(!common.quiet && !common.json, "sweep", settings.workers.last - first + 1);
    settings.seen = [&](const SweepSummary& sofar) {
      const std::uint64_t failing = sofar.failing_count;
      progress.update(sofar.seeds, failing == 0 ? "" : ", failing " + std::to_string(failing));
    };
    summary = scenarios::sweep(file, settings);
  }
  const double seconds = watch.seconds();
  const SweepJudgement judged = scenarios::judge(scenario, summary);
  const std::int64_t run_id = flags.database.empty() ? 0 : store(flags, file, summary);
  if (!flags.history.empty() && summary.seeds != 0) keep_history(flags, file, summary, first);
  if (common.json) {
    print_json(scenario, summary, judged, run_id, seconds);
  } else if (!common.quiet) {
    print_text(summary, judged, seconds);
    if (!summary.failing.empty()) {
      std::printf("first:  %s --db out.db\n",
                  command_to_run(common.program, file, summary.failing.front()).c_str());
    }
    if (run_id != 0)
      std::printf("stored: runs from %lld in %s\n", static_cast<long long>(run_id),
                  flags.database.c_str());
  }
  return exit_status(judged.outcome);
}

}  // namespace

Run add_sweep(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("sweep", "Run a scenario under many seeds");
  auto flags = std::make_shared<SweepFlags>();
  command->add_option("FILE", flags->file, "Scenario (YAML)")->required();
  command->add_option("--seeds", flags->seeds, "A..B")->required();
  command->add_option("--jobs", flags->jobs, "Worker processes (default: one per core)");
  command->add_option("--stop-after", flags->stop_after, "Stop after so many failing seeds");
  command->add_option("--seed-limit", flags->seed_limit,
                      "Wall time after which a seed is undecided (default 60s)");
  command->add_option("--set", flags->overrides, "PATH=VALUE, for example cluster.replicas=5")
      ->take_all()
      ->expected(1);
  command->add_option("--db", flags->database,
                      "Store the first failing seeds in this database, with events");
  command->add_option(
      "--history", flags->history,
      "Write the history of the first failing seed (of the first, if none fails) as "
      "NDJSON");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
