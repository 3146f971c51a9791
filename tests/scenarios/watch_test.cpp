// Histories judged while they happen, against judging them at the end.
#include <catch2/catch.hpp>

#include "checkers/description.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "scenarios/running/run.hpp"

using namespace stampede;

namespace {

scenarios::ScenarioFile two_servers() {
  return scenarios::ScenarioFile::parse(R"(
cluster: { model: single_copy, replicas: 2, clients: 3 }
workload: { operations: 60, mix: { read: 60, write: 40 }, keys: 1, think_time: 1ms, timeout: 200ms }
network: { latency: { uniform: [0.1ms, 2ms] } }
limits: { virtual_time: 10s }
checks: [linearizability]
)",
                                        "two-servers.yaml", {});
}

}  // namespace

TEST_CASE("watch: a run says what the check of its history at the end says", "[simulate]") {
  const auto file = two_servers();
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const scenarios::Scenario scenario = file.resolve(seed);
    const scenarios::RunResult result = scenarios::run(scenario, {});
    const auto judged = checkers::check_linearizability(result.history, *scenario.cluster.service);
    INFO("seed " << seed);
    REQUIRE((result.verdict == scenarios::Verdict::violated) ==
            (judged.verdict == checkers::Verdict::violated));
    if (judged.verdict != checkers::Verdict::violated) continue;
    ++violated;
    REQUIRE(result.violations.front().violation.message == tell_briefly(judged, result.history));
  }
  CHECK(violated > 5);
}

TEST_CASE("watch: with stop-on-first a run ends at the operation that nothing explains",
          "[simulate]") {
  const auto file = two_servers();
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const scenarios::Scenario scenario = file.resolve(seed);
    const scenarios::RunResult whole = scenarios::run(scenario, {});
    scenarios::RunSettings settings;
    settings.stop_on_first = true;
    const scenarios::RunResult stopped = scenarios::run(scenario, settings);
    INFO("seed " << seed);
    REQUIRE(stopped.verdict == whole.verdict);
    if (whole.verdict != scenarios::Verdict::violated) continue;
    ++violated;
    const engine::Violation& at_end = whole.violations.front().violation;
    const engine::Violation& at_once = stopped.violations.front().violation;
    REQUIRE(at_once.message == at_end.message);
    REQUIRE(at_once.step == at_end.step);
    REQUIRE(stopped.decisions == at_end.step);
  }
  CHECK(violated > 5);
}
