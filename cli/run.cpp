// stampede run: one run of a scenario.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/history.hpp"
#include "cli/report.hpp"
#include "traces/recorder.hpp"
#include "traces/schedule.hpp"
#include "traces/store.hpp"

namespace stampede::cli {
namespace {

struct RunFlags {
  std::string file;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  std::string database;
  std::string record;
  std::string history;
  bool stop_on_first = false;
  bool check_determinism = false;
};

std::int64_t store(const RunFlags& flags, const scenarios::ScenarioFile& file,
                   const scenarios::RunResult& result) {
  // Events of failing runs, and on request; the run is done again for them.
  const std::string recorded = !flags.record.empty()                            ? flags.record
                               : result.verdict == scenarios::Verdict::violated ? "events"
                                                                                : "none";
  traces::Store database = traces::Store::create_or_open(flags.database);
  traces::RunWriter writer = database.begin_run();
  traces::RunRecord record = run_record(file, result, recorded);
  record.stop_on_first = flags.stop_on_first;
  if (recorded == "events") {
    traces::Recorder recorder(writer);
    scenarios::RunSettings settings;
    settings.observer = &recorder;
    settings.stop_on_first = flags.stop_on_first;
    scenarios::run(file.resolve(result.seed), settings);
  } else if (recorded == "schedule") {
    traces::ScheduleRecorder recorder(result.node_names());
    scenarios::RunSettings settings;
    settings.observer = &recorder;
    settings.stop_on_first = flags.stop_on_first;
    scenarios::run(file.resolve(result.seed), settings);
    record.schedule = recorder.take();
  }
  return writer.finish(record);
}

void print_json(const scenarios::Scenario& scenario, const scenarios::RunResult& result,
                bool expected, int status, std::int64_t run_id, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text(scenario.expect_run.ok() ? "ok" : scenario.expect_run.violation);
  json.key("as_expected").boolean(expected);
  write_violations(json, result.violations);
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  json.key("seed").unsigned_integer(result.seed);
  json.key("decisions").unsigned_integer(result.decisions);
  json.key("operations").unsigned_integer(result.operations);
  json.key("completed_operations").unsigned_integer(result.completed_operations);
  json.key("virtual_seconds").number(static_cast<double>(result.virtual_time.nanoseconds) / 1e9);
  json.key("digest").text(hexadecimal(result.digest));
  if (run_id != 0) {
    json.key("run_id").integer(run_id);
  } else {
    json.key("run_id").null();
  }
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
  json.key("probes");
  json.begin_object();
  for (const auto& probe : result.probes) json.key(probe.name).unsigned_integer(probe.count);
  json.end_object();
  json.key("faults_hit");
  json.begin_object();
  for (const auto& fault : result.faults) json.key(fault.name).unsigned_integer(fault.count);
  json.end_object();
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_text(const RunFlags& flags, const scenarios::ScenarioFile& file,
                const scenarios::Scenario& scenario, const scenarios::RunResult& result,
                bool expected, std::int64_t run_id, double seconds) {
  std::string by = result.scripted ? "by its script" : "seed " + std::to_string(result.seed);
  std::printf(
      "%s%s: %s, %u replicas, %s: %s decisions, %s operations (%s completed) in %s of virtual "
      "time, %.2f s\n",
      boost::describe::enum_to_string(result.verdict, "?"), expected ? "" : " (not as expected)",
      scenario.model->name.c_str(), scenario.cluster.replicas, by.c_str(),
      grouped(result.decisions).c_str(), grouped(result.operations).c_str(),
      grouped(result.completed_operations).c_str(), engine::to_string(result.virtual_time).c_str(),
      seconds);
  if (result.scripted) {
    std::string unused;
    for (const std::string& part : scenarios::unused_by_script(scenario))
      unused += (unused.empty() ? "" : ", ") + part;
    std::printf("a script drives this run: %s of the file are not used\n", unused.c_str());
  }
  for (const std::string& reason : result.undecided) std::printf("undecided: %s\n", reason.c_str());
  for (const scenarios::ScriptRemark& remark : result.skipped) {
    std::printf("skipped, not enabled: script step %llu: %s\n",
                static_cast<unsigned long long>(remark.script_step), remark.text.c_str());
  }
  for (const scenarios::ScriptRemark& remark : result.failed_expectations) {
    std::printf("expectation failed: script step %llu: %s\n",
                static_cast<unsigned long long>(remark.script_step), remark.text.c_str());
  }
  for (const auto& fault : result.faults) {
    if (fault.count == 0) std::printf("fault never hit: %s\n", fault.name.c_str());
  }
  if (!result.violations.empty()) print_violations(file, result);
  std::string again = "./stampede run " + flags.file + " --seed " + std::to_string(result.seed);
  for (const std::string& assignment : flags.overrides) again += " --set '" + assignment + "'";
  if (!result.violations.empty()) std::printf("again:  %s\n", again.c_str());
  if (run_id != 0) {
    std::printf("stored: run %lld in %s\nreplay: ./stampede replay %s --run %lld%s\n",
                static_cast<long long>(run_id), flags.database.c_str(), flags.database.c_str(),
                static_cast<long long>(run_id),
                result.violations.empty() || result.violations.front().violation.step == 0
                    ? ""
                    : (" --to " + std::to_string(result.violations.front().violation.step) +
                       " --show state")
                          .c_str());
  }
}

int execute(const RunFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const scenarios::ScenarioFile file = scenarios::ScenarioFile::load(flags.file, flags.overrides);
  const scenarios::Scenario scenario = file.resolve(flags.seed.value_or(file.seed()));
  scenarios::RunSettings settings;
  settings.stop_on_first = flags.stop_on_first;
  HistoryMarks marks;
  if (!flags.history.empty()) settings.observer = &marks;
  const scenarios::RunResult result = scenarios::run(scenario, settings);
  if (flags.check_determinism) {
    settings.observer = nullptr;
    const scenarios::RunResult again = scenarios::run(file.resolve(result.seed), settings);
    if (again.digest != result.digest || again.decisions != result.decisions) {
      std::size_t block = 0;
      while (block < again.block_digests.size() && block < result.block_digests.size() &&
             again.block_digests[block] == result.block_digests[block]) {
        ++block;
      }
      std::fprintf(
          stderr, "internal error: two runs of seed %llu differ within decisions %zu to %zu\n",
          static_cast<unsigned long long>(result.seed), block * 1024 + 1, (block + 1) * 1024);
      return exit_internal;
    }
  }
  const bool expected = scenarios::as_expected(scenario, result);
  const std::int64_t run_id = flags.database.empty() ? 0 : store(flags, file, result);
  if (!flags.history.empty()) write_history(flags.history, scenario, result, marks);
  int status = exit_ok;
  if (!expected && result.verdict == scenarios::Verdict::undecided &&
      result.failed_expectations.empty()) {
    status = exit_undecided;
  } else if (!expected) {
    status = exit_unexpected;
  }
  if (common.json) {
    print_json(scenario, result, expected, status, run_id, watch.seconds());
  } else if (!common.quiet) {
    print_text(flags, file, scenario, result, expected, run_id, watch.seconds());
  }
  return status;
}

}  // namespace

Run add_run(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "run", "Run a scenario once: by its script, or in virtual time under a seed");
  auto flags = std::make_shared<RunFlags>();
  command->add_option("FILE", flags->file, "Scenario (YAML)")->required();
  command->add_option("--seed", flags->seed, "Instead of the file's seed");
  command->add_option("--set", flags->overrides, "PATH=VALUE, for example cluster.replicas=5")
      ->take_all()
      ->expected(1);
  command->add_option("--db", flags->database, "Store the run in this database");
  command
      ->add_option(
          "--record", flags->record,
          "What to store with it: none, schedule or events (default: events of violated runs)")
      ->check(CLI::IsMember({"none", "schedule", "events"}));
  command->add_option("--history", flags->history,
                      "Write what clients saw, one JSON object a line");
  command->add_flag("--stop-on-first", flags->stop_on_first, "Stop at the first violation");
  command->add_flag("--check-determinism", flags->check_determinism, "Run twice and compare");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
