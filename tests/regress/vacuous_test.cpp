// Runs, sweeps and searches in which nothing was acknowledged, nothing happened, or a script left
// steps out said `ok`: nobody reads that as "nothing was tested".
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/sweep.hpp"

namespace {

using namespace stampede;
using Catch::Contains;
using scenarios::Outcome;
using scenarios::ScenarioFile;
using scenarios::Verdict;

/// A script that does one thing, and one that cannot be done.
const std::string skips =
    "cluster: { model: ping_pong, replicas: 2 }\n"
    "script:\n"
    "- deliver: Ping p0->p1\n"
    "- deliver: Ping p0->p1 nth 7\n";
const std::string all_down =
    "cluster: { model: primary_backup }\n"
    "workload: { operations: 20 }\n"
    "faults: [ { crash: { nodes: all, at: 0s } } ]\n"
    "limits: { virtual_time: 2s }\n";

scenarios::Scenario scenario_of(const std::string& text,
                                const std::vector<std::string>& overrides = {}) {
  return ScenarioFile::parse(text, "s.yaml", overrides).resolve(1);
}

/// `ok`, or the verdict with its reasons: `vacuous: nothing reached any node`.
std::string told(const scenarios::RunResult& result) {
  std::string text = engine::word_of(result.verdict);
  for (const std::string& reason : result.vacuous) text += ": " + reason;
  return text;
}

std::string run_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return told(scenarios::run(scenario_of(text, overrides), {}));
}

std::string search_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto result = scenarios::explore(scenario_of(text, overrides), {});
  std::string told = engine::word_of(result.verdict);
  for (const std::string& reason : result.vacuous) told += ": " + reason;
  return told;
}

}  // namespace

TEST_CASE("regress: a run in which no operation is acknowledged is vacuous",
          "[regress][simulate]") {
  CHECK(run_of(all_down) ==
        "vacuous: no operation was acknowledged, of 20 asked for, and no node ever led");
  CHECK(run_of("cluster: { model: multi_paxos }\nnetwork: { loss: 100% }\n"
               "limits: { virtual_time: 2s }\n") ==
        "vacuous: no operation was acknowledged, of 100 asked for");
  // Somebody leads from the beginning, but cannot be reached.
  CHECK(run_of("cluster: { model: viewstamped }\nnetwork: { loss: 100% }\n"
               "limits: { virtual_time: 2s }\n") ==
        "vacuous: no operation was acknowledged, of 100 asked for");
  CHECK(run_of("cluster: { model: abd }\nnetwork: { loss: 100% }\n"
               "limits: { virtual_time: 2s }\n") ==
        "vacuous: no operation was acknowledged, of 100 asked for");
}

TEST_CASE("regress: a script says which answers come, and may leave all out", "[regress]") {
  const std::string asks =
      "cluster: { model: viewstamped }\nscript:\n"
      "- invoke: { client: c0, operation: { get: x } }\n"
      "- deliver: Request c0->r0\n";
  CHECK(run_of(asks) == "ok");
  CHECK(run_of(asks, {"checks=[linearizability]"}) ==
        "vacuous: there was nothing to look at for linearizability");
  CHECK(run_of("cluster: { model: viewstamped }\nskipped_steps: allowed\nscript:\n"
               "- crash: c0\n- invoke: { client: c0, operation: { get: x } }\n") ==
        "vacuous: nothing reached any node");
}

TEST_CASE("regress: a run whose checks look at nothing is vacuous", "[regress][simulate]") {
  const std::string idle =
      "cluster: { model: viewstamped }\nworkload: { operations: 0 }\n"
      "limits: { virtual_time: 1s }\n";
  CHECK(run_of(idle) == "ok");
  CHECK(run_of(idle, {"checks=[linearizability]"}) ==
        "vacuous: there was nothing to look at for linearizability");
  CHECK(run_of(idle, {"checks=[linearizability, agreement]"}) == "ok");
  CHECK(run_of("cluster: { model: ping_pong }\nscript: [ { crash: p1 } ]\n") ==
        "vacuous: nothing reached any node");
}

TEST_CASE("regress: script steps that could not be done make a run vacuous", "[regress]") {
  CHECK(run_of(skips) == "vacuous: 1 of 2 steps of the script could not be done");
  CHECK(run_of(skips + "skipped_steps: allowed\n") == "ok");
  CHECK_THROWS_WITH(scenario_of(skips + "skipped_steps: yes\n"),
                    Contains("is not one of: allowed"));
}

TEST_CASE("regress: whoever means a vacuous result says so, and ok stays as expected",
          "[regress][input]") {
  const auto outcome = [](const std::string& text) {
    const scenarios::Scenario scenario = scenario_of(text);
    return outcome_of(scenario, scenarios::run(scenario, {}));
  };
  CHECK(outcome(skips) == Outcome::undecided);
  // A file that says how it ends means the steps that a right protocol leaves out.
  CHECK(outcome(skips + "expect: ok\n") == Outcome::as_expected);
  CHECK(outcome(skips + "expect: { run: ok }\n") == Outcome::as_expected);
  CHECK(outcome(skips + "expect: { sweep: ok }\n") == Outcome::undecided);
  CHECK(outcome(skips + "expect: { vacuous: ok }\n") == Outcome::as_expected);
  CHECK(outcome(skips + "expect: { run: { vacuous: ok } }\n") == Outcome::as_expected);
  CHECK(outcome(skips + "expect: { sweep: { vacuous: ok } }\n") == Outcome::undecided);
  CHECK(outcome("cluster: { model: ping_pong }\nexpect: { vacuous: ok }\n") ==
        Outcome::as_expected);
  // What was expected to be violated was not.
  CHECK(outcome(skips + "expect: { violation: ping-pong/one-at-a-time }\n") == Outcome::unexpected);
  CHECK_THROWS_WITH(scenario_of(skips + "expect: { vacuous: ok, run: ok }\n"),
                    "s.yaml:5:9: error: 'vacuous' stands alone\nhint: or say it of 'run', 'sweep' "
                    "and 'explore', each by itself");
  CHECK_THROWS_WITH(scenario_of(skips + "expect: { run: { vacuous: ok, violation: liveness } }\n"),
                    Contains("expected one of 'violation' and 'vacuous'"));
  CHECK_THROWS_WITH(scenario_of(skips + "expect: { vacuous: violated }\n"),
                    Contains("'violated' is not one of: ok"));
}

TEST_CASE("regress: violated and undecided come before vacuous", "[regress][simulate]") {
  CHECK(run_of(all_down, {"limits.decisions=5"}).substr(0, 9) == "undecided");
  const std::string broken =
      "cluster: { model: ping_pong, replicas: 2, defects: [ping-pong-forgets-to-check] }\n"
      "script:\n"
      "- deliver: Ping p0->p1\n"
      "- duplicate: Pong p1->p0\n"
      "- deliver: Pong p1->p0\n"
      "- deliver: Pong p1->p0 nth 1 copy 1\n"
      "- deliver: Pong p1->p0 nth 1 copy 7\n";
  CHECK(run_of(broken) == "violated: 1 of 5 steps of the script could not be done");
}

TEST_CASE("regress: a search that answers nothing, or goes nowhere, is vacuous",
          "[regress][explore]") {
  // A backup does not answer, and nobody is to take over.
  const std::string asks_backup =
      "cluster: { model: viewstamped }\n"
      "explore: { plan: { c0: [ { operation: { get: x }, to: r1 } ] } }\n";
  const std::string unanswered = "vacuous: no operation was acknowledged, of 1 asked for";
  const std::string nowhere = "no decision leads anywhere: there are no budgets to spend";
  CHECK(search_of(asks_backup) == unanswered + ": " + nowhere);
  CHECK(search_of(asks_backup, {"explore.crashes=1", "explore.restarts=0"}) == unanswered);
  CHECK(search_of(asks_backup, {"explore.timers={ ViewChangeTimeout: 1 }"}) == "ok");
  CHECK(search_of("cluster: { model: viewstamped }\nexplore: { operations: 1 }\n") == "ok");

  const std::string idle = "cluster: { model: viewstamped }\nexplore: { operations: 0 }\n";
  CHECK(search_of(idle) == "vacuous: " + nowhere);
  CHECK(search_of(idle, {"explore.timers={ ViewChangeTimeout: 1 }"}) == "ok");
  const scenarios::Scenario scenario = scenario_of(idle + "expect: { vacuous: ok }\n");
  CHECK(outcome_of(scenario, scenarios::explore(scenario, {})) == Outcome::as_expected);
}

TEST_CASE("regress: a sweep counts its vacuous runs, and is vacuous when all are",
          "[regress][simulate]") {
  const auto swept = [](const ScenarioFile& file, std::uint64_t last) {
    scenarios::SweepSettings settings;
    settings.workers.first = 1;
    settings.workers.last = last;
    settings.workers.jobs = 1;
    return scenarios::sweep(file, settings);
  };
  const ScenarioFile none = ScenarioFile::parse(all_down, "s.yaml", {});
  const scenarios::SweepSummary all = swept(none, 4);
  CHECK(all.vacuous == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK(judge(none.resolve(1), all).verdict == Verdict::vacuous);
  CHECK(judge(none.resolve(1), all).outcome == Outcome::undecided);
  CHECK(judge(scenario_of(all_down + "expect: { vacuous: ok }\n"), all).outcome ==
        Outcome::as_expected);
  // No seed at all is nothing judged.
  CHECK(judge(none.resolve(1), {}).verdict == Verdict::vacuous);

  const ScenarioFile some = ScenarioFile::parse(
      "cluster: { model: viewstamped }\nnetwork: { loss: { one_of: [0%, 100%] } }\n"
      "limits: { virtual_time: 1s }\n",
      "s.yaml", {});
  const scenarios::SweepSummary mixed = swept(some, 8);
  CHECK(mixed.vacuous_count > 0);
  CHECK(mixed.vacuous_count < 8);
  CHECK(judge(some.resolve(1), mixed).verdict == Verdict::ok);
}

TEST_CASE("regress: a bare file of every model judges something", "[regress][simulate]") {
  for (const engine::Model* model : models::all_models()) {
    INFO(model->name);
    CHECK(run_of("cluster: { model: " + model->name + " }\n") == "ok");
  }
}
