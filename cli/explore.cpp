// stampede explore: all schedules of a scenario within its budgets.
#include "scenarios/running/explore.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/coverage_report.hpp"
#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/story_report.hpp"
#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

struct ExploreFlags {
  std::string file;
  std::string strategy = "breadth-first";
  bool exact = false;
  bool check_reductions = false;
  bool leave_wrong_reductions = false;
  std::optional<std::uint64_t> max_states;
  std::optional<std::uint64_t> max_memory;
  std::optional<engine::Duration> max_time;
  std::uint64_t jobs = 1;
  std::uint64_t seed = 0;
  std::uint64_t walk_length = 100;
  bool all = false;
  std::vector<std::string> without;
  std::vector<std::string> overrides;
  std::string database;
  std::string script;
  std::string graph;
  CoverageFlag coverage;
};

bool lacks(const ExploreFlags& flags, std::string_view element) {
  return std::find(flags.without.begin(), flags.without.end(), element) != flags.without.end();
}

engine::SearchSettings settings_of(const ExploreFlags& flags, const scenarios::Scenario& scenario) {
  engine::SearchSettings settings;
  if (flags.strategy == "depth-first") settings.strategy = engine::Strategy::depth_first;
  if (flags.strategy == "random-walk") settings.strategy = engine::Strategy::random_walk;
  if (flags.strategy == "novelty") settings.strategy = engine::Strategy::novelty;
  settings.threads = static_cast<unsigned>(flags.jobs);
  settings.exact = flags.exact;
  settings.states_max = flags.max_states.value_or(settings.states_max);
  settings.memory_max = flags.max_memory.value_or(settings.memory_max);
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
  Watch(const CommonFlags& common, std::optional<engine::Duration> time_max)
      : quiet_(common.quiet || common.json),
        time_max_(time_max),
        progress_(!quiet_, "explore", 0) {}

  bool go_on(const engine::SearchFigures& figures) {
    const double seconds = watch_.seconds();
    progress_.say([&] {
      const double rate = static_cast<double>(figures.unique_states) / std::max(seconds, 0.001);
      return grouped(figures.unique_states) + " states, " +
             grouped(static_cast<std::uint64_t>(rate)) + "/s, depth " +
             std::to_string(figures.depth) + ", " + grouped(figures.queue) + " waiting, " +
             mebibytes(figures.memory_bytes) + ", " + grouped(figures.handler_runs) +
             " handler runs";
    });
    out_of_time_ = time_max_ && seconds >= static_cast<double>(time_max_->nanoseconds) / 1e9;
    return !out_of_time_ && !interrupted();
  }
  [[nodiscard]] double seconds() const { return watch_.seconds(); }
  [[nodiscard]] bool out_of_time() const { return out_of_time_; }

 private:
  bool quiet_;
  std::optional<engine::Duration> time_max_;
  bool out_of_time_ = false;
  Stopwatch watch_;
  Progress progress_;
};

std::string reason_text(const std::string& reason, bool out_of_time) {
  return reason == "interrupted" && out_of_time ? "time" : reason;
}

/// What an exploration writes, beside what it says.
struct ExploreOutputs {
  explicit ExploreOutputs(const ExploreFlags& flags)
      : all({flags.file}),
        script(all, "--script", flags.script),
        graph(all, "--graph", flags.graph),
        coverage(all, "--coverage", flags.coverage.file()) {
    all.take_database("--db", flags.database);
  }

  Outputs all;
  OutputFile script;
  OutputFile graph;
  OutputFile coverage;
};

/// What a search found, as a scenario of its own.
scenarios::ScenarioFile script_file(const scenarios::ScenarioFile& file,
                                    const scenarios::Scenario& scenario,
                                    const scenarios::Counterexample& counterexample) {
  return scenarios::ScenarioFile::parse(scenarios::script_scenario(file, scenario, counterexample),
                                        file.path(), {}, file.models());
}

/// Stores it as a run; its number.
std::int64_t store(const ExploreFlags& flags, const scenarios::ScenarioFile& script) {
  traces::Store database = traces::Store::create_or_open(flags.database);
  const scenarios::RunResult result = scenarios::run(script.resolve(script.seed()), {});
  return scenarios::record(database, script, result, scenarios::Recording::events);
}

/// Writes and stores it where that is asked for; the number of the stored run, or 0.
std::int64_t keep(const ExploreFlags& flags, const scenarios::ScenarioFile& script,
                  ExploreOutputs& outputs) {
  if (outputs.script) {
    outputs.script.stream() << script.text();
    outputs.script.finish();
  }
  std::int64_t run_id = 0;
  if (!flags.database.empty()) outputs.all.write([&] { run_id = store(flags, script); });
  return run_id;
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

void write_proofs(engine::JsonWriter& json, const scenarios::ExploreResult& result) {
  json.key("proofs");
  json.begin_array();
  for (const engine::ProofFigures& proof : result.search.proofs) {
    json.begin_object();
    json.key("reduction").text(proof.reduction);
    json.key("cases").unsigned_integer(proof.cases);
    json.key("one_of").unsigned_integer(proof.one_of);
    json.end_object();
  }
  json.end_array();
  if (!result.wrong) return;
  json.key("wrong_reduction");
  json.begin_object();
  json.key("reduction").text(result.wrong->reduction);
  json.key("text").text(result.wrong->text);
  json.key("node").text(result.wrong->node);
  json.key("state").text(result.wrong->state);
  json.key("other_node").text(result.wrong->other_node);
  json.key("other_state").text(result.wrong->other_state);
  json.end_object();
}

void print_json(const scenarios::Scenario& scenario, const scenarios::ExploreResult& result,
                const std::string& reason, std::int64_t run_id, int status, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text(scenario.expect_explore.text());
  json.key("as_expected").boolean(scenarios::as_expected(scenario, result));
  write_counterexamples(json, result.counterexamples);
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
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
  write_proofs(json, result);
  json.key("judged");
  engine::write(json, result.judged);
  json.key("not_seen");
  engine::write(json, result.not_seen);
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

/// How far what the search rests on is proven; empty where it rests on nothing.
std::string proof_text(const engine::SearchResult& search) {
  std::uint64_t one_of = 0;
  for (const engine::ProofFigures& proof : search.proofs) one_of = std::max(one_of, proof.one_of);
  if (!search.complete || one_of == 0) return {};
  return one_of == 1 ? "reductions proven, " : "reductions sampled 1 of " + grouped(one_of) + ", ";
}

void print_proofs(const engine::SearchResult& search) {
  if (!search.complete) return;
  for (const engine::ProofFigures& proof : search.proofs) {
    std::printf("; %s %s in %s cases", proof.reduction.c_str(),
                proof.one_of == 1 ? "proven" : "sampled", grouped(proof.cases).c_str());
    if (proof.one_of != 1) std::printf(", 1 of %s", grouped(proof.one_of).c_str());
  }
}

void print_reductions(const scenarios::ExploreResult& result) {
  const std::vector<scenarios::ReductionUse>& reductions = result.reductions;
  std::vector<std::string> used;
  for (const scenarios::ReductionUse& one : reductions) {
    if (one.why_not.empty()) used.push_back(one.name);
  }
  std::printf("reductions: %s", used.empty() ? "none" : engine::comma_list(used).c_str());
  for (const scenarios::ReductionUse& one : reductions) {
    if (!one.why_not.empty())
      std::printf("; %s is not used: %s", one.name.c_str(), one.why_not.c_str());
  }
  print_proofs(result.search);
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
  const std::string not_seen =
      result.not_seen.empty() ? "" : "; not seen: " + engine::comma_list(result.not_seen);
  std::printf(", %s, %s%.2f s, %s%s\n",
              search.complete ? "complete"
                              : (reason == "interrupted" ? reason : "stopped by " + reason).c_str(),
              proof_text(search).c_str(), seconds, mebibytes(figures.memory_bytes).c_str(),
              not_seen.c_str());
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
  print_reductions(result);
  std::printf("judged: %s\n", engine::comma_list(result.judged).c_str());
  for (const auto& [property, length] : result.reached)
    std::printf("reached: %s after %s decisions\n", property.c_str(), grouped(length).c_str());
  for (const std::string& open : result.undecided) std::printf("undecided: %s\n", open.c_str());
  for (const std::string& reason : result.vacuous) std::printf("vacuous: %s\n", reason.c_str());
  if (!result.not_judged.empty())
    std::printf("not judged by a search: %s\n", engine::comma_list(result.not_judged).c_str());
  for (const scenarios::Counterexample& one : result.counterexamples) {
    const std::string when =
        one.script.empty() ? "" : " after " + grouped(one.length) + " decisions";
    std::printf("  %s%s: %s\n", one.violation.property.c_str(), when.c_str(),
                one.violation.message.c_str());
  }
  if (result.wrong) {
    std::printf("  %s: %s\n  %s: %s\n", result.wrong->node.c_str(), result.wrong->state.c_str(),
                result.wrong->other_node.c_str(), result.wrong->other_state.c_str());
    std::printf(
        "What the model declares is not true of this protocol, so nothing was shown of it. Search "
        "without: --leave-wrong-reductions\n");
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

engine::GraphFormat graph_format(const std::string& path) {
  const bool dot = path.size() > 4 && path.substr(path.size() - 4) == ".dot";
  const bool graphml = path.size() > 8 && path.substr(path.size() - 8) == ".graphml";
  if (!dot && !graphml)
    throw engine::InputError("--graph: the format of '" + path + "' is not known",
                             "name it F.dot or F.graphml");
  return dot ? engine::GraphFormat::dot : engine::GraphFormat::graphml;
}

/// False, and said, where a limit left it unwritten.
bool write_graph(const std::string& path, const scenarios::Scenario& scenario,
                 const engine::SearchSettings& settings, const Watch& watch, OutputFile& output) {
  const std::string limit =
      scenarios::write_state_graph(scenario, graph_format(path), settings, output.stream());
  if (limit.empty()) {
    output.finish();
    return true;
  }
  std::fprintf(stderr, "undecided: stopped by %s: the graph is not written\n",
               reason_text(limit, watch.out_of_time()).c_str());
  return false;
}

void print_checks_json(const std::vector<scenarios::ReductionCheck>& checks, int status,
                       double seconds) {
  const engine::Verdict verdict = scenarios::verdict_of(checks);
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, verdict);
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
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
          const CommonFlags& common, const Outputs& outputs, const Watch& watch) {
  const std::vector<scenarios::ReductionCheck> checks =
      scenarios::check_reductions(scenario, std::move(settings));
  const int status = outputs.status(exit_status(scenarios::verdict_of(checks)));
  if (common.json) {
    print_checks_json(checks, status, watch.seconds());
  } else if (!common.quiet) {
    print_checks(checks, watch.seconds());
  }
  outputs.tell();
  return status;
}

int execute(const ExploreFlags& flags, const CommonFlags& common) {
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::load(flags.file, flags.overrides, common.program.models);
  scenarios::Scenario scenario = file.resolve(file.seed());
  scenario.explore.cached_transitions = !lacks(flags, "cached-transitions");
  scenario.explore.incremental_hash = !lacks(flags, "incremental-hash");
  scenario.explore.proofs = !lacks(flags, "proofs");
  scenario.explore.leaves_wrong_reductions = flags.leave_wrong_reductions;
  const LastWords last_words(Work::other, scenario.model->name + ", explore", scenario.seed,
                             common.json, common.quiet, flags.max_time);
  Watch watch(common, flags.max_time);
  engine::SearchSettings settings = settings_of(flags, scenario);
  settings.go_on = [&](const engine::SearchFigures& figures) { return watch.go_on(figures); };
  if (!flags.graph.empty()) static_cast<void>(graph_format(flags.graph));
  ExploreOutputs outputs(flags);
  const bool drawn =
      !outputs.graph || write_graph(flags.graph, scenario, settings, watch, outputs.graph);
  if (flags.check_reductions) return check(scenario, settings, common, outputs.all, watch);
  const scenarios::ExploreResult result =
      scenarios::explore(scenario, settings, flags.coverage.asked());
  const double seconds = watch.seconds();
  const std::string reason = reason_text(result.search.reason, watch.out_of_time());
  const scenarios::Counterexample* told = scenarios::told_counterexample(scenario, result);
  std::optional<scenarios::ScenarioFile> script;
  if (told != nullptr && !told->script.empty()) script = script_file(file, scenario, *told);
  const std::int64_t run_id = script ? keep(flags, *script, outputs) : 0;
  keep_search_coverage(outputs.coverage, result);
  int status = outputs.all.status(exit_status(scenarios::outcome_of(scenario, result)));
  if (status == exit_ok && !drawn) status = exit_undecided;
  if (common.json) {
    print_json(scenario, result, reason, run_id, status, seconds);
  } else if (!common.quiet) {
    print_search(flags, scenario, result, reason, seconds);
    print_judged(scenario, result);
    if (flags.coverage.asked()) print_search_coverage(result);
    if (script) print_how_it_came(script->resolve(script->seed()));
    print_what_next(flags, common.program, result, run_id);
  }
  outputs.all.tell();
  return status;
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
  command->add_flag("--leave-wrong-reductions", flags->leave_wrong_reductions,
                    "Search again without a reduction that the search has found declared wrongly");
  add_number(*command, "--max-states", flags->max_states,
             "Stop, undecided, at so many states; of walks, states that they come to");
  add_memory(*command, "--max-memory", flags->max_memory,
             "Stop, undecided, before the program needs more, for example 8GiB");
  add_duration(*command, "--max-time", flags->max_time, "Stop, undecided, after this long: 60s");
  add_number(*command, "--jobs", flags->jobs, "Threads", {1, 64});
  add_number(*command, "--seed", flags->seed, "What random walks draw from");
  add_number(*command, "--walk-length", flags->walk_length, "Decisions of each random walk",
             {1, UINT32_MAX});
  command->add_flag("--all", flags->all,
                    "Go on after a violation: the first of each property, in the whole space");
  command
      ->add_option("--without", flags->without,
                   "Switch a part of the engine off, to measure what it is worth: "
                   "cached-transitions, incremental-hash, prefetch or proofs")
      ->take_all()
      ->check(CLI::IsMember({"cached-transitions", "incremental-hash", "prefetch", "proofs"}));
  add_repeated(*command, "--set", flags->overrides, "PATH=VALUE, for example cluster.clients=3");
  command->add_option("--db", flags->database, "Store the counterexample as a run");
  command->add_option("--graph", flags->graph,
                      "Write all states and decisions of a small space: F.dot or F.graphml");
  command->add_option("--script", flags->script, "Write the counterexample as a scenario");
  add_coverage(*command, flags->coverage);
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
