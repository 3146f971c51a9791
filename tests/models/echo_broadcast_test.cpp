// Authenticated echo broadcast, and signed echo broadcast: fewer than a third of the nodes may lie,
// and a third may not.
#include <algorithm>
#include <catch2/catch.hpp>

#include "models/models.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;
using scenarios::Verdict;

const std::string catalogue = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";
const std::string consistency = "echo-broadcast/consistency";
const std::string signed_consistency = "signed-echo-broadcast/consistency";

scenarios::Scenario scenario_of(const std::string& file,
                                const std::vector<std::string>& overrides) {
  const ScenarioFile loaded = ScenarioFile::load(catalogue + file + ".yaml", overrides);
  return loaded.resolve(loaded.seed());
}

scenarios::ExploreResult explored(const std::string& file,
                                  const std::vector<std::string>& overrides = {}) {
  const scenarios::Scenario scenario = scenario_of(file, overrides);
  engine::SearchSettings settings;
  settings.stop_at = scenario.expect_explore.violation;
  return scenarios::explore(scenario, settings);
}

/// How many of the seeds break consistency, and nothing else is broken by any.
std::uint64_t inconsistent_of(const std::string& file, const std::vector<std::string>& overrides,
                              std::uint64_t seeds, const std::string& property = consistency) {
  const ScenarioFile loaded = ScenarioFile::load(catalogue + file + ".yaml", overrides);
  std::uint64_t count = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::RunResult result = scenarios::run(loaded.resolve(seed), {});
    for (const auto& found : result.violations) {
      INFO("seed " << seed << ": " << found.violation.message);
      CHECK(found.violation.property == property);
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("echo broadcast: four nodes hold against one that lies, in every schedule", "[explore]") {
  const auto result = explored("echo_broadcast/four-nodes");
  CHECK(result.verdict == Verdict::ok);
  CHECK(result.search.complete);
  CHECK(result.search.figures.unique_states == 1'697'011);
}

TEST_CASE("echo broadcast: four nodes hold against one that runs twice", "[explore]") {
  const auto result = explored("echo_broadcast/four-nodes-and-a-twin");
  CHECK(result.verdict == Verdict::ok);
  CHECK(result.search.complete);
  CHECK(result.search.figures.unique_states == 3'475'517);
}

TEST_CASE("echo broadcast: three nodes do not, and the search finds how", "[explore]") {
  for (const char* file : {"echo_broadcast/three-nodes", "echo_broadcast/three-nodes-and-a-twin"}) {
    INFO(file);
    const auto result = explored(file);
    CHECK(result.verdict == Verdict::violated);
    REQUIRE(result.counterexamples.size() == 1);
    CHECK(result.counterexamples.front().violation.property == consistency);
  }
  CHECK(explored("echo_broadcast/three-nodes").counterexamples.front().length == 5);
}

TEST_CASE("echo broadcast: seeds say the same of four nodes and of three", "[simulate]") {
  CHECK(inconsistent_of("echo_broadcast/four-nodes", {}, 1'000) == 0);
  CHECK(inconsistent_of("echo_broadcast/four-nodes",
                        {"cluster.replicas=3", "expect={violation: " + consistency + "}"},
                        1'000) > 10);
}

TEST_CASE("echo broadcast: each defect is found by a search", "[explore]") {
  for (const char* defect : {"small-quorum", "counts-messages"}) {
    INFO(defect);
    const auto result = explored(std::string("bugs/echo-broadcast-") + defect);
    REQUIRE(result.counterexamples.size() == 1);
    CHECK(result.counterexamples.front().violation.property == consistency);
  }
}

TEST_CASE("echo broadcast: what one correct node delivers all do, in every schedule", "[explore]") {
  const std::string text =
      "cluster: { model: echo_broadcast, replicas: 4, options: { resend_after: 0ms%s }, faulty: { "
      "r3: silent } }\n"
      "explore: { timers: { Broadcast: unlimited, Resend: unlimited } }\n";
  for (const std::string option : {"", ", double_echo: true"}) {
    std::string filled = text;
    filled.replace(filled.find("%s"), 2, option);
    const auto file = ScenarioFile::parse(filled, "end.yaml", {});
    const auto result = scenarios::explore(file.resolve(0), {});
    INFO(option);
    CHECK(result.search.complete);
    CHECK(result.undecided.empty());
    CHECK(result.verdict == Verdict::ok);
  }
}

TEST_CASE("echo broadcast: a quorum that waits for the silent ones never delivers",
          "[explore][simulate]") {
  // Two of four are silent: no quorum of three is left.
  const std::string text =
      "cluster: { model: echo_broadcast, replicas: 4, options: { resend_after: 0ms }, faulty: { "
      "r2: "
      "silent, r3: silent } }\n"
      "liveness: { faults_stop: 100ms, within: 1s }\n"
      "checks: [echo-broadcast/validity]\n"
      "explore: { timers: { Broadcast: unlimited, Resend: unlimited } }\n"
      "expect: { violation: echo-broadcast/validity }\n";
  const auto file = ScenarioFile::parse(text, "silence.yaml", {});
  const scenarios::Scenario scenario = file.resolve(0);
  CHECK(scenarios::as_expected(scenario, scenarios::run(scenario, {})));
  CHECK(scenarios::as_expected(scenario, scenarios::explore(scenario, {})));
}

TEST_CASE("echo broadcast: liars of every kind and a bad network, 200 seeds", "[simulate]") {
  for (const char* name :
       {"echo_broadcast/liars", "echo_broadcast/correct-broadcaster", "signed_echo_broadcast/liars",
        "signed_echo_broadcast/correct-broadcaster"}) {
    const ScenarioFile file = ScenarioFile::load(catalogue + name + ".yaml", {});
    std::map<std::string, std::uint64_t> reached;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
      INFO(name << ", seed " << seed);
      for (const auto& found : result.violations) INFO(found.violation.message);
      CHECK(result.verdict == Verdict::ok);
      for (const auto& probe : result.probes) reached[probe.name] += probe.count;
    }
    for (const std::string& probe : file.resolve(0).reach) CHECK(reached[probe] > 0);
  }
}

TEST_CASE("echo broadcast: a counterexample with a liar in it is a script that runs", "[explore]") {
  const ScenarioFile file =
      ScenarioFile::load(catalogue + "bugs/echo-broadcast-small-quorum.yaml", {});
  const scenarios::Scenario scenario = file.resolve(0);
  engine::SearchSettings settings;
  settings.stop_at = consistency;
  const auto result = scenarios::explore(scenario, settings);
  REQUIRE(result.counterexamples.size() == 1);
  const std::string script =
      scenarios::script_scenario(file, scenario, result.counterexamples.front());
  const ScenarioFile told = ScenarioFile::parse(script, "found.yaml", {});
  const scenarios::Scenario again = told.resolve(0);
  const scenarios::RunResult run = scenarios::run(again, {});
  CHECK(run.skipped.empty());
  CHECK(scenarios::as_expected(again, run));
}

TEST_CASE("signed echo broadcast: four nodes hold against one that lies or runs twice",
          "[explore]") {
  for (const auto& [file, states] :
       {std::pair{"signed_echo_broadcast/four-nodes", 4'793ULL},
        std::pair{"signed_echo_broadcast/four-nodes-and-a-twin", 77'569ULL}}) {
    INFO(file);
    const auto result = explored(file);
    CHECK(result.verdict == Verdict::ok);
    CHECK(result.search.complete);
    CHECK(result.search.figures.unique_states == states);
  }
}

TEST_CASE("signed echo broadcast: three nodes do not hold, nor do four that look at no signature",
          "[explore]") {
  for (const char* file : {"signed_echo_broadcast/three-nodes-and-a-twin",
                           "bugs/signed-echo-broadcast-believes-proofs"}) {
    INFO(file);
    const auto result = explored(file);
    REQUIRE(result.counterexamples.size() == 1);
    CHECK(result.counterexamples.front().violation.property == signed_consistency);
  }
}

TEST_CASE("signed echo broadcast: seeds say the same of who looks and who does not", "[simulate]") {
  CHECK(inconsistent_of("signed_echo_broadcast/four-nodes", {}, 1'000, signed_consistency) == 0);
  CHECK(inconsistent_of("bugs/signed-echo-broadcast-believes-proofs-random",
                        {"checks=[" + signed_consistency + "]"}, 1'000, signed_consistency) > 10);
}
