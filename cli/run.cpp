// stampede run: one run of a scenario.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/coverage_report.hpp"
#include "cli/last_words.hpp"
#include "cli/load_report.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/shrink_report.hpp"
#include "cli/story_report.hpp"
#include "scenarios/running/history.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

struct RunFlags {
  std::string file;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  std::string database;
  std::string record;
  std::string history;
  CoverageFlag coverage;
  bool stats = false;
  bool stop_on_first = false;
  bool check_determinism = false;
  bool shrink = false;
  /// Of one run; as long as a seed of a sweep may take.
  std::optional<engine::Duration> max_time = engine::seconds(60);
  std::optional<std::uint64_t> max_memory = checkers::Limits{}.max_memory_bytes;
};

checkers::Limits limits_of(const RunFlags& flags) {
  checkers::Limits limits;
  limits.max_memory_bytes = *flags.max_memory;
  limits.stop = [since = Stopwatch(), allowed = *flags.max_time]() -> std::string {
    if (interrupted()) return "interrupted";
    const double seconds = static_cast<double>(allowed.nanoseconds) / 1e9;
    return since.seconds() >= seconds ? "max_time = " + engine::to_string(allowed) : std::string();
  };
  return limits;
}

std::int64_t store(const RunFlags& flags, const scenarios::ScenarioFile& file,
                   const scenarios::RunResult& result) {
  scenarios::Recording recording = scenarios::usual_recording(result);
  if (!flags.record.empty()) engine::read(engine::text_document(flags.record), recording);
  traces::Store database = traces::Store::create_or_open(flags.database);
  return scenarios::record(database, file, result, recording, flags.stop_on_first);
}

void print_json(const scenarios::Scenario& scenario, const scenarios::RunResult& result,
                const std::optional<scenarios::Load>& load, const std::vector<KeptShrunk>& shrunk,
                int status, std::int64_t run_id, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text(scenario.expect_run.text());
  json.key("as_expected").boolean(scenarios::as_expected(scenario, result));
  write_violations(json, result.violations);
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
  json.key("seed").unsigned_integer(result.seed);
  json.key("decisions").unsigned_integer(result.decisions);
  json.key("operations").unsigned_integer(result.operations);
  json.key("completed_operations").unsigned_integer(result.completed_operations);
  json.key("virtual_seconds").number(static_cast<double>(result.virtual_time.nanoseconds) / 1e9);
  json.key("digest").text(hexadecimal(result.digest));
  write_run_id(json, run_id);
  const auto remarks = [&](const char* key, const std::vector<scenarios::ScriptRemark>& list) {
    json.key(key);
    json.begin_array();
    for (const scenarios::ScriptRemark& remark : list) {
      json.begin_object();
      json.key("script_step").unsigned_integer(remark.script_step);
      json.key("text").text(remark.text);
      json.end_object();
    }
    json.end_array();
  };
  remarks("skipped_steps", result.skipped);
  remarks("failed_expectations", result.failed_expectations);
  json.key("undecided_because");
  engine::write(json, result.undecided);
  json.key("vacuous_because");
  engine::write(json, result.vacuous);
  json.key("probes");
  json.begin_object();
  for (const auto& probe : result.probes) json.key(probe.name).unsigned_integer(probe.count);
  json.end_object();
  json.key("faults_hit");
  json.begin_object();
  for (const auto& fault : result.faults) json.key(fault.name).unsigned_integer(fault.count);
  json.end_object();
  if (load) write_load(json, *load);
  if (!shrunk.empty()) write_all_shrunk(json, shrunk);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_remarks(const char* what, const std::vector<scenarios::ScriptRemark>& remarks) {
  for (const scenarios::ScriptRemark& remark : remarks) {
    std::printf("%s: script step %llu: %s\n", what,
                static_cast<unsigned long long>(remark.script_step), remark.text.c_str());
  }
}

void print_result(const scenarios::Scenario& scenario, const scenarios::RunResult& result,
                  double seconds) {
  const std::string by = result.scripted ? "by its script" : "seed " + std::to_string(result.seed);
  std::printf(
      "%s%s: %s, %u replicas, %s: %s decisions, %s operations (%s completed) in %s of virtual "
      "time, %.2f s\n",
      engine::word_of(result.verdict),
      scenarios::as_expected(scenario, result) ? "" : " (not as expected)",
      scenario.model->name.c_str(), scenario.cluster.replicas, by.c_str(),
      grouped(result.decisions).c_str(), grouped(result.operations).c_str(),
      grouped(result.completed_operations).c_str(), engine::to_string(result.virtual_time).c_str(),
      seconds);
  if (result.scripted) {
    std::printf("a script drives this run: %s of the file are not used\n",
                engine::comma_list(scenarios::unused_by_script(scenario)).c_str());
  }
  for (const std::string& reason : result.undecided) std::printf("undecided: %s\n", reason.c_str());
  for (const std::string& reason : result.vacuous) std::printf("vacuous: %s\n", reason.c_str());
  print_remarks("skipped, not enabled", result.skipped);
  print_remarks("expectation failed", result.failed_expectations);
  for (const auto& fault : result.faults) {
    if (fault.count == 0) std::printf("fault never hit: %s\n", fault.name.c_str());
  }
}

/// Longer ones are stored, and told by `story`.
constexpr std::uint64_t decisions_told_at_once = 200'000;

/// The run is done again for it, up to the violation.
void tell_how_it_came(const scenarios::ScenarioFile& file, const scenarios::RunResult& result) {
  if (result.decisions > decisions_told_at_once) {
    std::printf("a run of so many decisions is told by 'story', once it is stored (--db)\n");
    return;
  }
  scenarios::RunSettings settings;
  settings.decisions_max = scenarios::decisions_to_repeat(result);
  print_how_it_came(file.resolve(result.seed), settings);
}

/// How it came to it, and what to type next.
void print_what_next(const RunFlags& flags, const Program& program,
                     const scenarios::ScenarioFile& file, const scenarios::RunResult& result,
                     std::int64_t run_id) {
  if (!result.violations.empty()) {
    print_violations(result);
    tell_how_it_came(file, result);
    std::printf("again:  %s\n", command_to_run(program, file, result.seed).c_str());
  }
  if (run_id == 0) return;
  const std::uint64_t step =
      result.violations.empty() ? 0 : result.violations.front().violation.step;
  std::printf("stored: run %lld in %s\nreplay: %s%s\n", static_cast<long long>(run_id),
              flags.database.c_str(), command_to_replay(program, flags.database, run_id).c_str(),
              step == 0 ? "" : (" --to " + std::to_string(step) + " --show state").c_str());
}

/// The run made small, and stored beside it.
KeptShrunk shrink_too(const RunFlags& flags, const CommonFlags& common,
                      const scenarios::ScenarioFile& file, const scenarios::Scenario& scenario,
                      std::int64_t run_id, Outputs& outputs) {
  scenarios::RunSettings settings;
  settings.stop_on_first = flags.stop_on_first;
  explain::Tape tape(scenario, settings);
  KeptShrunk kept{shrink_within(file, tape, {"", flags.max_time, flags.max_memory}, common),
                  scenario.seed, run_id};
  if (run_id != 0) outputs.write([&] { store_shrunk(flags.database, kept); });
  return kept;
}

/// The time is that of this run; who does it again for what it prints or stores ends where it
/// ended.
scenarios::RunResult run_within_limits(const scenarios::Scenario& scenario,
                                       scenarios::RunSettings settings, const RunFlags& flags,
                                       const CommonFlags& common) {
  settings.limits = limits_of(flags);
  const LastWords last_words(Work::limited_run,
                             scenario.model->name + ", seed " + std::to_string(scenario.seed),
                             scenario.seed, common.json, common.quiet, flags.max_time);
  return scenarios::run(scenario, settings);
}

int execute(const RunFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::load(flags.file, flags.overrides, common.program.models);
  const scenarios::Scenario scenario = file.resolve(flags.seed.value_or(file.seed()));
  Outputs outputs({flags.file});
  OutputFile history(outputs, "--history", flags.history);
  OutputFile covered(outputs, "--coverage", flags.coverage.file());
  outputs.take_database("--db", flags.database);
  scenarios::RunSettings settings;
  settings.stop_on_first = flags.stop_on_first;
  settings.caps_memory = true;
  scenarios::HistoryMarks marks;
  if (history) settings.observer = &marks;
  const scenarios::RunResult result = run_within_limits(scenario, settings, flags, common);
  if (flags.check_determinism) {
    settings.observer = nullptr;
    const auto again = run_within_limits(scenario, settings, flags, common);
    const bool both_ended =
        result.end != engine::EndReason::told && again.end != engine::EndReason::told;
    const auto decisions = scenarios::difference_of(result, again);
    if (decisions && both_ended) {
      std::fprintf(stderr,
                   "internal error: two runs of seed %llu differ within decisions %llu to %llu\n",
                   static_cast<unsigned long long>(result.seed),
                   static_cast<unsigned long long>(decisions->first),
                   static_cast<unsigned long long>(decisions->second));
      return exit_internal;
    }
  }
  std::optional<scenarios::Coverage> coverage;
  if (flags.coverage.asked()) {
    coverage = scenarios::coverage_of(scenario, result, flags.stop_on_first);
    keep_coverage(covered, *coverage, {});
  }
  std::optional<scenarios::Load> load;
  if (flags.stats) {
    load = scenarios::load_of(scenario, result, flags.stop_on_first, limits_of(flags));
    if (!load) {
      std::fprintf(stderr, "--stats: the run again, for what it cost, %s: nothing is said of it\n",
                   interrupted() ? "was interrupted" : "had too little time or memory");
    }
  }
  std::int64_t run_id = 0;
  if (!flags.database.empty()) outputs.write([&] { run_id = store(flags, file, result); });
  if (history) {
    scenarios::write_history(history.stream(), scenario, result, marks);
    history.finish();
  }
  const bool is_told = !common.json && !common.quiet;
  if (is_told) {
    print_result(scenario, result, watch.seconds());
    if (coverage) print_coverage(*coverage, scenario.seed);
    if (load) print_load(*load);
    print_what_next(flags, common.program, file, result, run_id);
  }
  std::vector<KeptShrunk> shrunk;
  if (flags.shrink && !result.violations.empty())
    shrunk.push_back(shrink_too(flags, common, file, scenario, run_id, outputs));
  const int judged = exit_status(scenarios::outcome_of(scenario, result));
  const int status = outputs.status(exit_status(judged, shrunk));
  if (common.json) print_json(scenario, result, load, shrunk, status, run_id, watch.seconds());
  if (is_told && !shrunk.empty()) print_shrunk("shrunk", shrunk.front(), flags.database);
  outputs.tell();
  return status;
}

}  // namespace

Run add_run(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "run", "Run a scenario once: by its script, or in virtual time under a seed");
  auto flags = std::make_shared<RunFlags>();
  command->add_option("FILE", flags->file, "Scenario (YAML)")->required();
  add_number(*command, "--seed", flags->seed, "Instead of the file's seed");
  add_repeated(*command, "--set", flags->overrides, "PATH=VALUE, for example cluster.replicas=5");
  command->add_option("--db", flags->database, "Store the run in this database");
  command
      ->add_option(
          "--record", flags->record,
          "What to store with it: none, schedule or events (default: events of violated runs)")
      ->check(CLI::IsMember({"none", "schedule", "events"}));
  command->add_option("--history", flags->history,
                      "Write what clients saw, one JSON object a line");
  command->add_flag("--stop-on-first", flags->stop_on_first, "Stop at the first violation");
  command->add_flag("--shrink", flags->shrink,
                    "If it fails, make the smallest run of it that fails alike");
  add_duration(*command, "--max-time", flags->max_time,
               "End, undecided, after this long: 60s by default");
  add_memory(*command, "--max-memory", flags->max_memory,
             "End, undecided, before the program needs more: 4GiB by default");
  command->add_flag("--check-determinism", flags->check_determinism, "Run twice and compare");
  add_coverage(*command, flags->coverage);
  add_stats(*command, flags->stats);
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
