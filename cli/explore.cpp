// stampede explore: all schedules of a scenario within its budgets.
#include "scenarios/running/explore.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

struct ExploreFlags {
  std::string file;
  std::string strategy = "breadth-first";
  bool exact = false;
  bool check_reductions = false;
  std::uint64_t max_states = 0;
  std::string max_memory;
  std::string max_time;
  unsigned jobs = 1;
  std::uint64_t seed = 0;
  std::uint64_t walk_length = 100;
  bool all = false;
  std::vector<std::string> without;
  std::vector<std::string> overrides;
  std::string database;
  std::string script;
  std::string graph;
};

/// `1GiB`, `512MiB`, or bytes.
std::uint64_t bytes_of(const std::string& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  const std::string unit = text.substr(end);
  const unsigned shift = unit.empty() ? 0U : unit == "KiB" ? 10U : unit == "MiB" ? 20U : 30U;
  const bool known = unit.empty() || unit == "KiB" || unit == "MiB" || unit == "GiB";
  if (end == 0 || end > 12 || !known)
    throw engine::InputError("--max-memory: '" + text + "' is not an amount of memory",
                             "for example 1GiB or 512MiB");
  return std::stoull(text.substr(0, end)) << shift;
}

bool lacks(const ExploreFlags& flags, std::string_view element) {
  return std::find(flags.without.begin(), flags.without.end(), element) != flags.without.end();
}

engine::SearchSettings settings_of(const ExploreFlags& flags, const scenarios::Scenario& scenario) {
  engine::SearchSettings settings;
  if (flags.strategy == "depth-first") settings.strategy = engine::Strategy::depth_first;
  if (flags.strategy == "random-walk") settings.strategy = engine::Strategy::random_walk;
  if (flags.strategy == "novelty") settings.strategy = engine::Strategy::novelty;
  settings.threads = flags.jobs;
  settings.exact = flags.exact;
  if (flags.max_states != 0) settings.states_max = flags.max_states;
  if (!flags.max_memory.empty()) settings.memory_max = bytes_of(flags.max_memory);
  settings.seed = flags.seed;
  settings.walk_length = flags.walk_length;
  settings.stop_at = scenario.expect_explore.violation;
  settings.stop_at_violation = !flags.all;
  settings.prefetch = !lacks(flags, "prefetch");
  return settings;
}

std::string mebibytes(std::uint64_t bytes) { return grouped(bytes >> 20) + " MiB"; }

/// Shown while it searches, and asked whether to go on.
class Watch {
 public:
  Watch(const CommonFlags& common, double seconds_max)
      : quiet_(common.quiet || common.json),
        seconds_max_(seconds_max),
        progress_(!quiet_, "explore", 0) {}

  bool go_on(const engine::SearchFigures& figures) {
    const double seconds = watch_.seconds();
    const double rate = static_cast<double>(figures.unique_states) / std::max(seconds, 0.001);
    progress_.say(grouped(figures.unique_states) + " states, " +
                  grouped(static_cast<std::uint64_t>(rate)) + "/s, depth " +
                  std::to_string(figures.depth) + ", " + grouped(figures.queue) + " waiting, " +
                  mebibytes(figures.memory_bytes) + ", " + grouped(figures.handler_runs) +
                  " handler runs");
    out_of_time_ = seconds_max_ > 0 && seconds >= seconds_max_;
    return !out_of_time_ && !interrupted();
  }
  [[nodiscard]] double seconds() const { return watch_.seconds(); }
  [[nodiscard]] bool out_of_time() const { return out_of_time_; }

 private:
  bool quiet_;
  double seconds_max_;
  bool out_of_time_ = false;
  Stopwatch watch_;
  Progress progress_;
};

std::string reason_text(const engine::SearchResult& search, bool out_of_time) {
  if (search.reason == "interrupted") return out_of_time ? "time" : "interrupted";
  return search.reason;
}

/// The counterexample as a scenario of its own, written and stored where that is asked for; the
/// number of the stored run, or 0.
std::int64_t keep(const ExploreFlags& flags, const scenarios::ScenarioFile& file,
                  const scenarios::Scenario& scenario,
                  const scenarios::Counterexample& counterexample) {
  const std::string script = scenarios::script_scenario(file, scenario, counterexample);
  if (!flags.script.empty()) {
    std::ofstream out(flags.script);
    if (!out) throw engine::InputError("cannot write the script to " + flags.script);
    out << script;
  }
  if (flags.database.empty()) return 0;
  const auto told = scenarios::ScenarioFile::parse(script, file.path(), {}, file.models());
  traces::Store database = traces::Store::create_or_open(flags.database);
  const scenarios::RunResult result = scenarios::run(told.resolve(told.seed()), {});
  return scenarios::record(database, told, result, scenarios::Recording::events);
}

void write_counterexamples(engine::JsonWriter& json,
                           const std::vector<scenarios::Counterexample>& counterexamples) {
  json.key("violations");
  json.begin_array();
  for (const scenarios::Counterexample& one : counterexamples) {
    json.begin_object();
    json.key("property").text(one.violation.property);
    json.key("step").unsigned_integer(one.violation.step);
    json.key("message").text(one.violation.message);
    json.key("length").unsigned_integer(one.length);
    json.key("schedule");
    engine::write(json, one.script);
    json.end_object();
  }
  json.end_array();
}

void write_figures(engine::JsonWriter& json, const scenarios::ExploreResult& result,
                   const std::string& reason, double seconds) {
  const engine::SearchFigures& figures = result.search.figures;
  json.key("unique_states").unsigned_integer(figures.unique_states);
  json.key("generated_states").unsigned_integer(figures.generated_states);
  json.key("depth").unsigned_integer(figures.depth);
  json.key("complete").boolean(result.search.complete);
  json.key("reason").text(reason);
  json.key("states_per_second")
      .number(static_cast<double>(figures.unique_states) / std::max(seconds, 1e-6));
  json.key("peak_memory_bytes").unsigned_integer(figures.memory_bytes);
  json.key("counterexample_length");
  if (result.counterexamples.empty()) {
    json.null();
  } else {
    json.unsigned_integer(result.counterexamples.front().length);
  }
  json.key("handler_runs").unsigned_integer(figures.handler_runs);
  json.key("local_states").unsigned_integer(result.search.local_states);
  json.key("messages").unsigned_integer(result.search.messages);
  json.key("monitor_states").unsigned_integer(result.search.knowledge);
  json.key("walks").unsigned_integer(figures.walks);
}

/// By the kind of a decision: how often it was enabled, and how many worlds were new behind it.
void write_decisions(engine::JsonWriter& json, const engine::SearchResult& search) {
  json.key("decisions");
  json.begin_object();
  for (std::size_t kind = 0; kind < engine::Candidate::kind_count; ++kind) {
    if (search.offered[kind] == 0) continue;
    json.key(engine::kind_name(static_cast<engine::Candidate::Kind>(kind)));
    json.begin_object();
    json.key("enabled").unsigned_integer(search.offered[kind]);
    json.key("new").unsigned_integer(search.fresh[kind]);
    json.end_object();
  }
  json.end_object();
}

void print_json(const scenarios::Scenario& scenario, const scenarios::ExploreResult& result,
                const std::string& reason, std::int64_t run_id, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text(scenario.expect_explore.text());
  json.key("as_expected").boolean(scenarios::as_expected(scenario, result));
  write_counterexamples(json, result.counterexamples);
  json.key("exit_status").integer(exit_status(scenarios::outcome_of(scenario, result)));
  json.key("wall_seconds").number(seconds);
  write_figures(json, result, reason, seconds);
  json.key("reached");
  json.begin_object();
  for (const auto& [property, length] : result.reached) json.key(property).unsigned_integer(length);
  json.end_object();
  json.key("reductions");
  json.begin_object();
  for (const scenarios::ReductionUse& one : result.reductions)
    json.key(one.name).text(one.why_not.empty() ? "used" : one.why_not);
  json.end_object();
  json.key("judged");
  engine::write(json, result.judged);
  json.key("vacuous_because");
  engine::write(json, result.vacuous);
  write_decisions(json, result.search);
  write_run_id(json, run_id);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_counterexample(const scenarios::Counterexample& one) {
  for (std::size_t i = 0; i < one.script.size(); ++i) {
    if (i == one.cycle_from) std::printf("       from here on, again and again:\n");
    std::string line = one.script[i].substr(0, one.script[i].find('\n'));
    if (!one.changes[i].empty()) {
      line.resize(std::max<std::size_t>(line.size() + 2, 48), ' ');
      line += one.changes[i];
    }
    if (line.size() > 140) line = line.substr(0, 137) + "...";
    const std::uint64_t before = i == 0 ? 0 : one.decisions[i - 1];
    const bool counts = one.decisions[i] != before;
    std::printf("%5s  %s\n", counts ? std::to_string(one.decisions[i]).c_str() : "", line.c_str());
  }
}

void print_reductions(const std::vector<scenarios::ReductionUse>& reductions) {
  std::vector<std::string> used;
  for (const scenarios::ReductionUse& one : reductions) {
    if (one.why_not.empty()) used.push_back(one.name);
  }
  std::printf("reductions: %s", used.empty() ? "none" : engine::comma_list(used).c_str());
  for (const scenarios::ReductionUse& one : reductions) {
    if (!one.why_not.empty())
      std::printf("; %s is not used: %s", one.name.c_str(), one.why_not.c_str());
  }
  std::printf("\n");
}

void print_search(const ExploreFlags& flags, const scenarios::Scenario& scenario,
                  const scenarios::ExploreResult& result, const std::string& reason,
                  double seconds) {
  const engine::SearchResult& search = result.search;
  const engine::SearchFigures& figures = search.figures;
  std::printf("%s%s: %s, %u replicas, %u clients, %s: ", engine::word_of(result.verdict),
              scenarios::as_expected(scenario, result) ? "" : " (not as expected)",
              scenario.model->name.c_str(), scenario.cluster.replicas, scenario.cluster.clients,
              flags.strategy.c_str());
  if (figures.walks != 0) {
    std::printf("%s walks, %s decisions", grouped(figures.walks).c_str(),
                grouped(figures.generated_states).c_str());
  } else {
    std::printf("%s states, %s generated, depth %s", grouped(figures.unique_states).c_str(),
                grouped(figures.generated_states).c_str(), grouped(figures.depth).c_str());
  }
  std::printf(", %s, %.2f s, %s\n",
              search.complete ? "complete"
                              : (reason == "interrupted" ? reason : "stopped by " + reason).c_str(),
              seconds, mebibytes(figures.memory_bytes).c_str());
  std::printf("%s local states, %s messages, %s handler runs, %s monitor states; by decision:",
              grouped(search.local_states).c_str(), grouped(search.messages).c_str(),
              grouped(figures.handler_runs).c_str(), grouped(search.knowledge).c_str());
  for (std::size_t kind = 0; kind < engine::Candidate::kind_count; ++kind) {
    if (search.offered[kind] == 0) continue;
    std::printf(" %s %s (%s new)", engine::kind_name(static_cast<engine::Candidate::Kind>(kind)),
                grouped(search.offered[kind]).c_str(), grouped(search.fresh[kind]).c_str());
  }
  std::printf("\n");
}

void print_judged(const scenarios::Scenario& scenario, const scenarios::ExploreResult& result) {
  print_reductions(result.reductions);
  std::printf("judged: %s\n", engine::comma_list(result.judged).c_str());
  for (const auto& [property, length] : result.reached)
    std::printf("reached: %s after %s decisions\n", property.c_str(), grouped(length).c_str());
  for (const std::string& open : result.undecided) std::printf("undecided: %s\n", open.c_str());
  for (const std::string& reason : result.vacuous) std::printf("vacuous: %s\n", reason.c_str());
  if (!result.not_judged.empty())
    std::printf("not judged by a search: %s\n", engine::comma_list(result.not_judged).c_str());
  for (const scenarios::Counterexample& one : result.counterexamples) {
    std::printf("  %s after %s decisions: %s\n", one.violation.property.c_str(),
                grouped(one.length).c_str(), one.violation.message.c_str());
  }
  const scenarios::Counterexample* told = scenarios::told_counterexample(scenario, result);
  if (told == nullptr || told->script.empty()) return;
  std::printf("%s, decision by decision:\n", told->violation.property.c_str());
  print_counterexample(*told);
}

void print_what_next(const ExploreFlags& flags, const Program& program,
                     const scenarios::ExploreResult& result, std::int64_t run_id) {
  if (!flags.script.empty() && !result.counterexamples.empty())
    std::printf("script: %s run %s\n", program.name.c_str(), flags.script.c_str());
  if (run_id != 0)
    std::printf("stored: run %lld in %s\nreplay: %s\n", static_cast<long long>(run_id),
                flags.database.c_str(), command_to_replay(program, flags.database, run_id).c_str());
}

double seconds_of(const std::string& text) {
  engine::Document document;
  document.kind = engine::Document::Kind::scalar;
  document.text = text;
  return static_cast<double>(engine::read_duration(document).nanoseconds) / 1e9;
}

void write_graph(const std::string& path, const scenarios::Scenario& scenario) {
  const bool dot = path.size() > 4 && path.substr(path.size() - 4) == ".dot";
  const bool graphml = path.size() > 8 && path.substr(path.size() - 8) == ".graphml";
  if (!dot && !graphml)
    throw engine::InputError("--graph: the format of '" + path + "' is not known",
                             "name it F.dot or F.graphml");
  std::ofstream out(path);
  if (!out) throw engine::InputError("cannot write the graph to " + path);
  scenarios::write_state_graph(scenario,
                               dot ? engine::GraphFormat::dot : engine::GraphFormat::graphml, out);
}

void print_checks_json(const std::vector<scenarios::ReductionCheck>& checks, double seconds) {
  const engine::Verdict verdict = scenarios::verdict_of(checks);
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, verdict);
  json.key("exit_status").integer(exit_status(verdict));
  json.key("wall_seconds").number(seconds);
  json.key("reductions");
  json.begin_array();
  for (const scenarios::ReductionCheck& one : checks) {
    json.begin_object();
    json.key("name").text(one.name);
    json.key("states_raw").unsigned_integer(one.states_raw);
    json.key("states_reduced").unsigned_integer(one.states_reduced);
    json.key("tuples").unsigned_integer(one.tuples);
    json.key("steps_tested").unsigned_integer(one.steps_tested);
    json.key("complete").boolean(one.complete);
    json.key("wrong");
    engine::write(json, one.wrong);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_checks(const std::vector<scenarios::ReductionCheck>& checks, double seconds) {
  std::printf("%s: the reductions of this scenario, %.2f s\n",
              engine::word_of(scenarios::verdict_of(checks)), seconds);
  for (const scenarios::ReductionCheck& one : checks) {
    std::printf("%-14s %s -> %s states, %s tuples of nodes and monitors, %s steps tested%s\n",
                one.name.c_str(), grouped(one.states_raw).c_str(),
                grouped(one.states_reduced).c_str(), grouped(one.tuples).c_str(),
                grouped(one.steps_tested).c_str(), one.complete ? "" : ", not complete");
    for (const std::string& what : one.wrong) std::printf("  WRONG: %s\n", what.c_str());
  }
}

int check(const scenarios::Scenario& scenario, engine::SearchSettings settings,
          const CommonFlags& common, const Watch& watch) {
  const std::vector<scenarios::ReductionCheck> checks =
      scenarios::check_reductions(scenario, std::move(settings));
  if (common.json) {
    print_checks_json(checks, watch.seconds());
  } else if (!common.quiet) {
    print_checks(checks, watch.seconds());
  }
  return exit_status(scenarios::verdict_of(checks));
}

int execute(const ExploreFlags& flags, const CommonFlags& common) {
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::load(flags.file, flags.overrides, common.program.models);
  scenarios::Scenario scenario = file.resolve(file.seed());
  scenario.explore.cached_transitions = !lacks(flags, "cached-transitions");
  scenario.explore.incremental_hash = !lacks(flags, "incremental-hash");
  Watch watch(common, flags.max_time.empty() ? 0 : seconds_of(flags.max_time));
  engine::SearchSettings settings = settings_of(flags, scenario);
  settings.go_on = [&](const engine::SearchFigures& figures) { return watch.go_on(figures); };
  if (!flags.graph.empty()) write_graph(flags.graph, scenario);
  if (flags.check_reductions) return check(scenario, settings, common, watch);
  const scenarios::ExploreResult result = scenarios::explore(scenario, settings);
  const double seconds = watch.seconds();
  const std::string reason = reason_text(result.search, watch.out_of_time());
  const scenarios::Counterexample* told = scenarios::told_counterexample(scenario, result);
  const bool is_told = told != nullptr && !told->script.empty();
  const std::int64_t run_id = is_told ? keep(flags, file, scenario, *told) : 0;
  if (common.json) {
    print_json(scenario, result, reason, run_id, seconds);
  } else if (!common.quiet) {
    print_search(flags, scenario, result, reason, seconds);
    print_judged(scenario, result);
    print_what_next(flags, common.program, result, run_id);
  }
  return exit_status(scenarios::outcome_of(scenario, result));
}

}  // namespace

Run add_explore(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("explore", "Search all schedules of a scenario within its budgets");
  auto flags = std::make_shared<ExploreFlags>();
  command->add_option("FILE", flags->file, "Scenario (YAML)")->required();
  command
      ->add_option(
          "--strategy", flags->strategy,
          "breadth-first (shortest counterexamples), depth-first, random-walk, or novelty: "
          "walks that prefer node states they have seen least")
      ->check(CLI::IsMember({"breadth-first", "depth-first", "random-walk", "novelty"}));
  command->add_flag("--exact", flags->exact, "Keep whole states, not 64-bit fingerprints");
  command->add_flag("--check-reductions", flags->check_reductions,
                    "Compare the reduced search with the raw one, and test what models declare");
  command->add_option("--max-states", flags->max_states, "Stop, undecided, at so many states");
  command->add_option("--max-memory", flags->max_memory,
                      "Stop, undecided, before the program needs more, for example 8GiB");
  command->add_option("--max-time", flags->max_time, "Stop, undecided, after this long: 60s");
  command->add_option("--jobs", flags->jobs, "Threads")->check(CLI::Range(1, 64));
  command->add_option("--seed", flags->seed, "What random walks draw from");
  command->add_option("--walk-length", flags->walk_length, "Decisions of each random walk");
  command->add_flag("--all", flags->all,
                    "Go on after a violation: the first of each property, in the whole space");
  command
      ->add_option("--without", flags->without,
                   "Switch a part of the engine off, to measure what it is worth: "
                   "cached-transitions, incremental-hash or prefetch")
      ->take_all()
      ->check(CLI::IsMember({"cached-transitions", "incremental-hash", "prefetch"}));
  command->add_option("--set", flags->overrides, "PATH=VALUE, for example cluster.clients=3")
      ->take_all()
      ->expected(1);
  command->add_option("--db", flags->database, "Store the counterexample as a run");
  command->add_option("--graph", flags->graph,
                      "Write all states and decisions of a small space: F.dot or F.graphml");
  command->add_option("--script", flags->script, "Write the counterexample as a scenario");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
