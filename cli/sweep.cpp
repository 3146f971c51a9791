// stampede sweep: a scenario under many seeds, in worker processes.
#include "engine/simulate/sweep.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <thread>

#include "cli/command.hpp"
#include "cli/history.hpp"
#include "cli/report.hpp"
#include "traces/recorder.hpp"
#include "traces/store.hpp"

namespace stampede::cli {
namespace {

constexpr std::size_t listed_seeds = 100;
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

struct Counts {
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  std::vector<std::string> violated;
  bool undecided = false;
  std::vector<std::pair<std::string, std::uint64_t>> probes;
  std::vector<std::pair<std::string, std::uint64_t>> faults;
};
STAMPEDE_VALUE(Counts, decisions, operations, violated, undecided, probes, faults);

/// Everything about the seeds so far.
struct Summary {
  std::uint64_t seeds = 0;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  std::vector<std::uint64_t> failing;
  std::uint64_t failing_count = 0;
  std::vector<std::uint64_t> undecided;
  std::uint64_t undecided_count = 0;
  std::map<std::string, std::uint64_t> violated;        // property -> seeds
  std::map<std::string, std::uint64_t> first_violated;  // property -> first seed
  std::map<std::string, std::uint64_t> probes;          // name -> seeds
  std::map<std::string, std::uint64_t> faults_hit;      // kind -> hits
  std::map<std::string, std::uint64_t> fault_names;     // name -> hits
  bool crashed = false;
};

Counts run_seed(const scenarios::ScenarioFile& file, std::uint64_t seed) {
  const scenarios::Scenario scenario = file.resolve(seed);
  const scenarios::RunResult result = scenarios::run(scenario, {});
  Counts counts;
  counts.decisions = result.decisions;
  counts.operations = result.operations;
  for (const auto& found : result.violations) counts.violated.push_back(found.violation.property);
  if (!result.failed_expectations.empty()) counts.violated.emplace_back("expectation");
  counts.undecided = result.verdict == scenarios::Verdict::undecided;
  for (const auto& probe : result.probes) counts.probes.emplace_back(probe.name, probe.count);
  for (const auto& fault : result.faults)
    counts.faults.emplace_back(fault.kind + "\n" + fault.name, fault.count);
  return counts;
}

Counts read_counts(const std::string& json) {
  const engine::Document document = engine::parse_json(json, "a worker's result");
  Counts counts;
  engine::read(document.at("decisions"), counts.decisions);
  engine::read(document.at("operations"), counts.operations);
  engine::read(document.at("violated"), counts.violated);
  engine::read(document.at("undecided"), counts.undecided);
  const auto pairs = [&](const char* key, auto& list) {
    for (const engine::Document& item : document.at(key).items) {
      auto& pair = list.emplace_back();
      engine::read(item.items.at(0), pair.first);
      engine::read(item.items.at(1), pair.second);
    }
  };
  pairs("probes", counts.probes);
  pairs("faults", counts.faults);
  return counts;
}

void add(Summary& summary, const engine::SeedReport& report) {
  ++summary.seeds;
  const auto fail = [&](const std::string& property) {
    ++summary.violated[property];
    summary.first_violated.try_emplace(property, report.seed);
  };
  if (report.fate == engine::SeedReport::Fate::runaway) {
    ++summary.undecided_count;
    if (summary.undecided.size() < listed_seeds) summary.undecided.push_back(report.seed);
    return;
  }
  Counts counts;
  if (report.fate == engine::SeedReport::Fate::crashed) {
    summary.crashed = true;
    counts.violated.emplace_back("crashed");
  } else {
    counts = read_counts(report.result);
  }
  summary.decisions += counts.decisions;
  summary.operations += counts.operations;
  for (const std::string& property : counts.violated) fail(property);
  if (!counts.violated.empty()) {
    ++summary.failing_count;
    if (summary.failing.size() < listed_seeds) summary.failing.push_back(report.seed);
  } else if (counts.undecided) {
    ++summary.undecided_count;
    if (summary.undecided.size() < listed_seeds) summary.undecided.push_back(report.seed);
  }
  for (const auto& [name, count] : counts.probes) {
    if (count > 0) ++summary.probes[name];
  }
  for (const auto& [key, count] : counts.faults) {
    const std::size_t cut = key.find('\n');
    summary.faults_hit[key.substr(0, cut)] += count;
    summary.fault_names[key.substr(cut + 1)] += count;
  }
}

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

/// The history of the first failing seed, else of the first: what a checker is fed with to look
/// closer.
void keep_history(const SweepFlags& flags, const scenarios::ScenarioFile& file,
                  const Summary& summary, std::uint64_t first) {
  // A seed whose worker died would take this process with it.
  const bool failed = !summary.failing.empty() && !summary.crashed;
  const scenarios::Scenario scenario = file.resolve(failed ? summary.failing.front() : first);
  HistoryMarks marks;
  scenarios::RunSettings settings;
  settings.observer = &marks;
  const scenarios::RunResult result = scenarios::run(scenario, settings);
  write_history(flags.history, scenario, result, marks);
}

/// Stores the first failing seeds with their events; the first run's number, or 0.
std::int64_t store(const SweepFlags& flags, const scenarios::ScenarioFile& file,
                   const Summary& summary) {
  traces::Store database = traces::Store::create_or_open(flags.database);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < summary.failing.size() && i < stored_runs; ++i) {
    // A seed whose worker died would take this process with it.
    if (summary.crashed) break;
    const scenarios::Scenario scenario = file.resolve(summary.failing[i]);
    traces::RunWriter writer = database.begin_run();
    traces::Recorder recorder(writer);
    scenarios::RunSettings settings;
    settings.observer = &recorder;
    const scenarios::RunResult result = scenarios::run(scenario, settings);
    const std::int64_t id = writer.finish(run_record(file, result, "events"));
    if (first == 0) first = id;
  }
  return first;
}

int execute(const SweepFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const scenarios::ScenarioFile file = scenarios::ScenarioFile::load(flags.file, flags.overrides);
  const auto [first, last] = seed_range(flags.seeds);
  const auto limit = engine::parse_duration(flags.seed_limit);
  if (!limit || limit->nanoseconds <= 0)
    throw engine::InputError("--seed-limit " + flags.seed_limit + ": expected a duration");
  const scenarios::Scenario scenario = file.resolve(file.seed());
  engine::SweepSettings settings;
  settings.first = first;
  settings.last = last;
  settings.jobs = flags.jobs != 0 ? flags.jobs : std::max(1U, std::thread::hardware_concurrency());
  settings.seed_limit = *limit;
  Summary summary;
  bool stopped = false;
  {
    Progress progress(!common.quiet && !common.json, "sweep", last - first + 1);
    engine::sweep(
        settings, [&](std::uint64_t seed) { return engine::to_json(run_seed(file, seed)); },
        [&](const engine::SeedReport& report) {
          add(summary, report);
          progress.update(summary.seeds,
                          summary.failing_count == 0
                              ? ""
                              : ", failing " + std::to_string(summary.failing_count));
          stopped = flags.stop_after != 0 && summary.failing_count >= flags.stop_after;
          return !stopped;
        },
        [] { return interrupted(); });
  }
  const bool incomplete = interrupted() && !stopped && summary.seeds < last - first + 1;
  const double seconds = watch.seconds();
  std::vector<std::string> unreached;
  for (const std::string& probe : scenario.reach) {
    if (summary.probes.find(probe) == summary.probes.end()) unreached.push_back(probe);
  }
  bool expected = false;
  if (scenario.expect_sweep.ok()) {
    expected = summary.failing_count == 0 && summary.undecided_count == 0 && unreached.empty() &&
               !incomplete;
  } else {
    expected = summary.violated.find(scenario.expect_sweep.violation) != summary.violated.end();
  }
  int status = exit_ok;
  if (!expected) {
    const bool only_undecided = (summary.undecided_count != 0 || incomplete) &&
                                (!scenario.expect_sweep.ok() || summary.failing_count == 0);
    status = only_undecided && (unreached.empty() || incomplete) ? exit_undecided : exit_unexpected;
  }
  if (incomplete) status = exit_undecided;
  const std::int64_t run_id = flags.database.empty() ? 0 : store(flags, file, summary);
  if (!flags.history.empty() && summary.seeds != 0) keep_history(flags, file, summary, first);
  const char* verdict = summary.failing_count != 0                   ? "violated"
                        : summary.undecided_count != 0 || incomplete ? "undecided"
                                                                     : "ok";
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("verdict").text(verdict);
    json.key("expected").text(scenario.expect_sweep.ok() ? "ok" : scenario.expect_sweep.violation);
    json.key("as_expected").boolean(expected);
    json.key("violations");
    json.begin_array();
    for (const auto& [property, seeds] : summary.violated) {
      json.begin_object();
      json.key("property").text(property);
      json.key("seeds").unsigned_integer(seeds);
      json.key("first_seed").unsigned_integer(summary.first_violated.at(property));
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
    json.key("decisions").unsigned_integer(summary.decisions);
    json.key("operations").unsigned_integer(summary.operations);
    json.key("decisions_per_second").number(static_cast<double>(summary.decisions) / seconds);
    json.key("probes");
    json.begin_object();
    for (const auto& [name, seeds] : summary.probes) json.key(name).unsigned_integer(seeds);
    json.end_object();
    json.key("unreached");
    engine::write(json, unreached);
    json.key("faults_hit");
    json.begin_object();
    for (const auto& [kind, hits] : summary.faults_hit) json.key(kind).unsigned_integer(hits);
    json.end_object();
    json.key("complete").boolean(!incomplete);
    if (run_id != 0) json.key("run_id").integer(run_id);
    json.key("exit_status").integer(status);
    json.key("wall_seconds").number(seconds);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
    return status;
  }
  if (common.quiet) return status;
  std::printf(
      "%s%s: %s seeds, %s failing, %s undecided; %s decisions, %s operations in %.1f s (%s "
      "seeds/s, %s decisions/s)%s\n",
      verdict, expected ? "" : " (not as expected)", grouped(summary.seeds).c_str(),
      grouped(summary.failing_count).c_str(), grouped(summary.undecided_count).c_str(),
      grouped(summary.decisions).c_str(), grouped(summary.operations).c_str(), seconds,
      grouped(static_cast<std::uint64_t>(static_cast<double>(summary.seeds) / seconds)).c_str(),
      grouped(static_cast<std::uint64_t>(static_cast<double>(summary.decisions) / seconds)).c_str(),
      incomplete ? "; interrupted" : "");
  for (const auto& [property, seeds] : summary.violated) {
    std::printf("  %s: %s seeds, first %llu\n", property.c_str(), grouped(seeds).c_str(),
                static_cast<unsigned long long>(summary.first_violated.at(property)));
  }
  const auto list = [](const char* what, const std::vector<std::uint64_t>& seeds) {
    if (seeds.empty()) return;
    std::printf("%s seeds:", what);
    for (std::size_t i = 0; i < seeds.size() && i < 10; ++i)
      std::printf(" %llu", static_cast<unsigned long long>(seeds[i]));
    std::printf("%s\n", seeds.size() > 10 ? " ..." : "");
  };
  list("failing", summary.failing);
  list("undecided", summary.undecided);
  if (!summary.probes.empty()) {
    std::printf("probes reached (seeds):");
    for (const auto& [name, seeds] : summary.probes)
      std::printf(" %s %s;", name.c_str(), grouped(seeds).c_str());
    std::printf("\n");
  }
  for (const std::string& probe : unreached)
    std::printf("probe never reached: %s\n", probe.c_str());
  if (!summary.faults_hit.empty()) {
    std::printf("faults that hit:");
    for (const auto& [kind, hits] : summary.faults_hit)
      std::printf(" %s %s;", kind.c_str(), grouped(hits).c_str());
    std::printf("\n");
  }
  for (const auto& [name, hits] : summary.fault_names) {
    if (hits == 0) std::printf("fault never hit: %s\n", name.c_str());
  }
  if (!summary.failing.empty()) {
    std::string again =
        "./stampede run " + flags.file + " --seed " + std::to_string(summary.failing.front());
    for (const std::string& assignment : flags.overrides) again += " --set '" + assignment + "'";
    std::printf("first:  %s --db out.db\n", again.c_str());
  }
  if (run_id != 0)
    std::printf("stored: runs from %lld in %s\n", static_cast<long long>(run_id),
                flags.database.c_str());
  return status;
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
