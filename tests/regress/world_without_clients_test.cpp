// Repaired: a run with a liveness bound and without clients had nothing to do, stopped its faults
// at once and was at rest with its first decision; what must hold in the end was judged there.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

TEST_CASE("regress: without clients a run goes on until what must hold in the end does",
          "[regress][simulate]") {
  const std::string text =
      "cluster: { model: two_phase_commit, replicas: 3 }\n"
      "liveness: { faults_stop: 20ms, within: 1s }\n";
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto file = scenarios::ScenarioFile::parse(text, "commit.yaml", {});
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    INFO("seed " << seed);
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.virtual_time >= engine::milliseconds(20) - engine::nanoseconds(1));
    CHECK(result.decisions > 4);
  }
}

TEST_CASE("regress: what never comes to hold is reported when the bound is over",
          "[regress][simulate]") {
  const std::string text =
      "cluster: { model: two_phase_commit, replicas: 3 }\n"
      "checks: [two-phase-commit/decides]\n"
      "liveness: { faults_stop: 1ms, within: 1ms }\n"
      "expect: { violation: two-phase-commit/decides }\n";
  const auto file = scenarios::ScenarioFile::parse(text, "commit.yaml", {});
  const scenarios::Scenario scenario = file.resolve(1);
  CHECK(scenarios::as_expected(scenario, scenarios::run(scenario, {})));
}
