// Every judge of the table, asked by runs and by searches: each catches a register that breaks what
// it judges, and lets pass one that keeps it.
#include "checkers/judges.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "engine/core/error.hpp"
#include "tests/scenarios/weak_register.hpp"
#include "tests/scenarios/weak_trial.hpp"

namespace stampede::tests {
namespace {

using checkers::HistoryJudge;
using scenarios::ScenarioFile;

/// All checks that judge reads and writes, as a scenario names them.
const char* const all_checks =
    "linearizability, sequential-consistency, causal, causal-convergence, causal-memory, "
    "read-your-writes, monotonic-reads, monotonic-writes, writes-follow-reads, session, "
    "{ k-atomic: 1 }, { staleness: 0 }, eventual";

ScenarioFile file(const std::string& checks) {
  return ScenarioFile::parse(
      "cluster: { model: single_copy, replicas: 1, clients: 3 }\n"
      "workload: { operations: 30, think_time: 1ms, mix: { read: 3, write: "
      "1 } }\n"
      "network: { latency: { uniform: [0.1ms, 2ms] } }\n"
      "checks: [" +
          checks +
          "]\n"
          "explore:\n"
          "  plan: { c0: [{ write: 1 }, read], c1: [read, read], c2: [{ "
          "write: 2 }] }\n",
      "weak.yaml", {});
}

WeakTrial trial(const std::string& checks, Weakness weakness) {
  return {file(checks), weak_register(), engine::Payload::of(WeakOptions{weakness})};
}

std::set<std::string> violated_in_runs(const std::string& checks, Weakness weakness) {
  return trial(checks, weakness).violated_in_runs(100);
}

std::set<std::string> violated_in_search(const std::string& checks, Weakness weakness) {
  return trial(checks, weakness).violated_in_search();
}

using Names = std::set<std::string>;

Names without(Names names, const Names& others) {
  for (const std::string& other : others) names.erase(other);
  return names;
}

const Names sessions = {"read-your-writes", "monotonic-reads", "monotonic-writes",
                        "writes-follow-reads", "session"};
const Names causal = {"causal", "causal-convergence", "causal-memory"};
const Names bounds = {"k-atomic", "staleness"};

}  // namespace

TEST_CASE("judges: every check of the table is asked here, and has a name of its own", "[unit]") {
  Names names;
  for (const HistoryJudge& judge : checkers::history_judges()) {
    CHECK(names.insert(judge.name).second);
    CHECK(checkers::find_history_judge(judge.name) == &judge);
    CHECK(checkers::find_judge_of(judge.property) == &judge);
    CHECK(!judge.about.empty());
    if (judge.needs == checkers::Needs::transactions) continue;
    CHECK(std::string(all_checks).find(judge.property) != std::string::npos);
  }
}

TEST_CASE("judges: a right register passes all of them, in runs and in a search", "[simulate]") {
  CHECK(violated_in_runs(all_checks, Weakness::none).empty());
  CHECK(violated_in_search(all_checks, Weakness::none).empty());
}

TEST_CASE("judges: each wrong register breaks what it must, and nothing that it keeps",
          "[simulate]") {
  struct Row {
    Weakness weakness;
    Names broken;
    Names kept;
  };
  Names all = sessions;
  all.insert(causal.begin(), causal.end());
  all.insert(bounds.begin(), bounds.end());
  all.insert({"linearizability", "sequential-consistency", "eventual"});
  const std::vector<Row> rows = {
      {Weakness::one_behind,
       {"linearizability", "sequential-consistency", "causal", "read-your-writes", "k-atomic",
        "staleness"},
       {"monotonic-reads", "eventual"}},
      {Weakness::prefixes,
       {"linearizability", "k-atomic", "staleness", "eventual"},
       without(all, {"linearizability", "k-atomic", "staleness", "eventual"})},
      {Weakness::late_own_writes,
       {"sequential-consistency", "causal", "read-your-writes"},
       {"monotonic-reads"}},
      {Weakness::any_version, {"monotonic-reads", "session"}, {}},
      {Weakness::apart, {"linearizability", "eventual"}, without(sessions, {})},
      {Weakness::garbage, without(all, {"eventual"}), {"eventual"}}};
  for (const Row& row : rows) {
    INFO(static_cast<int>(row.weakness));
    const Names in_runs = violated_in_runs(all_checks, row.weakness);
    for (const std::string& name : row.broken) {
      INFO(name);
      CHECK(in_runs.count(name) == 1);
    }
    for (const std::string& name : row.kept) {
      INFO(name);
      CHECK(in_runs.count(name) == 0);
    }
  }
}

TEST_CASE("judges: a search finds what each of them forbids", "[explore]") {
  const std::vector<std::pair<std::string, Weakness>> caught = {
      {"linearizability", Weakness::prefixes},
      {"sequential-consistency", Weakness::late_own_writes},
      {"causal", Weakness::late_own_writes},
      {"causal-convergence", Weakness::late_own_writes},
      {"causal-memory", Weakness::late_own_writes},
      {"read-your-writes", Weakness::late_own_writes},
      {"monotonic-reads", Weakness::any_version},
      {"monotonic-writes", Weakness::garbage},
      {"writes-follow-reads", Weakness::garbage},
      {"session", Weakness::any_version},
      {"{ k-atomic: 1 }", Weakness::prefixes},
      {"{ staleness: 0 }", Weakness::prefixes},
      {"eventual", Weakness::apart}};
  for (const auto& [check, weakness] : caught) {
    INFO(check);
    CHECK(violated_in_search(check, weakness).size() == 1);
  }
  CHECK(violated_in_search("sequential-consistency, causal, session", Weakness::prefixes).empty());
  CHECK(violated_in_search("{ k-atomic: 2 }, { staleness: 1 }", Weakness::one_behind).empty());
}

TEST_CASE("judges: bounds are kept exactly", "[simulate]") {
  CHECK(violated_in_runs("{ k-atomic: 2 }, { staleness: 1 }", Weakness::one_behind).empty());
  CHECK(violated_in_runs("{ k-atomic: 1 }, { staleness: 0 }", Weakness::one_behind) == bounds);
  CHECK(violated_in_runs("{ staleness: 10s }", Weakness::prefixes).empty());
  CHECK(violated_in_runs("{ staleness: 1ms }", Weakness::prefixes) == Names{"staleness"});
}

TEST_CASE("judges: a search says what it cannot tell", "[explore]") {
  // For how long something was so is a question of time, of which a search has none.
  const auto timed =
      scenarios::explore(trial("{ staleness: 1ms }", Weakness::prefixes).scenario(1), {});
  CHECK(timed.not_judged == std::vector<std::string>{"staleness"});
  // Values that are written twice do not tell who wrote what a read saw.
  ScenarioFile twice = ScenarioFile::parse(
      "cluster: { model: single_copy, replicas: 1, clients: 2 }\n"
      "checks: [causal]\n"
      "explore: { plan: { c0: [{ write: 1 }], c1: [{ write: 1 }, read] } }\n",
      "twice.yaml", {});
  const auto open = scenarios::explore(twice.resolve(0), {});
  CHECK(open.verdict == scenarios::Verdict::undecided);
  CHECK(open.undecided ==
        std::vector<std::string>{"causal: two operations write the same value to one key"});
}

TEST_CASE("judges: a scenario that a judge can tell nothing of is refused", "[input]") {
  const auto refusal = [](const std::string& rest) -> std::string {
    try {
      ScenarioFile::parse("cluster: { model: viewstamped, service: kv }\n" + rest, "f.yaml", {});
    } catch (const engine::InputError& error) {
      return error.what();
    }
    return "";
  };
  const auto has = [&](const std::string& rest, const std::string& message) {
    const std::string refused = refusal(rest);
    INFO(refused);
    CHECK(refused.find(message) != std::string::npos);
  };
  has("checks: [casual]\n", "unknown check 'casual'");
  has("checks: [k-atomic]\n", "check 'k-atomic' needs a bound");
  has("checks: [{ causal: 2 }]\n", "'causal'");
  has("checks: [{ k-atomic: 0 }]\n", "0");
  has("checks: [causal]\nworkload: { mix: { read: 1, append: 1 } }\n",
      "check 'causal' can tell nothing of 'append'");
  has("checks: [serializable]\n", "check 'serializable' can tell nothing of service");
  CHECK(refusal("checks: [causal]\nworkload: { mix: { read: 1, write: 1, append: 0 } }\n").empty());
  // A workload without a mix asks only for what can be judged.
  const ScenarioFile narrowed = ScenarioFile::parse(
      "cluster: { model: viewstamped, service: kv }\nchecks: [causal]\n", "f.yaml", {});
  std::vector<std::pair<std::string, std::uint32_t>> mix;
  const scenarios::Scenario scenario = narrowed.resolve(0);
  for (const models::client::Kind& kind : scenario.workload.phases.front().mix)
    mix.emplace_back(kind.name, kind.weight);
  CHECK(mix == std::vector<std::pair<std::string, std::uint32_t>>{{"read", 10}, {"write", 10}});
}

}  // namespace stampede::tests
