#include "token_ring.hpp"

#include <catch2/catch.hpp>
#include <stampede/scenarios/running/explore.hpp>
#include <stampede/scenarios/running/sweep.hpp>

namespace {

namespace scenarios = stampede::scenarios;

/// Three members over a network that loses and duplicates, under a seed.
scenarios::ScenarioFile ring(const std::vector<std::string>& overrides) {
  const std::string text = R"(
cluster: { model: token_ring, replicas: 3, options: { turns: 6 } }
network: { latency: { uniform: [1ms, 20ms] }, loss: 10%, duplicate: 10% }
limits: { virtual_time: 5s }
explore: { timers: { TurnEnds: unlimited, ResendTimeout: 1 }, duplicates: 1, drops: 1 }
)";
  return scenarios::ScenarioFile::parse(text, "ring.yaml", overrides, {&token_ring::model()});
}

}  // namespace

TEST_CASE("token ring: the token goes round once a turn, whatever the network does") {
  const auto file = ring({});
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    INFO("seed " << seed);
    CHECK(result.verdict == scenarios::Verdict::ok);
  }
}

TEST_CASE("token ring: no schedule within the budgets makes two holders") {
  const scenarios::ExploreResult result = scenarios::explore(ring({}).resolve(0), {});
  CHECK(result.verdict == scenarios::Verdict::ok);
  CHECK(result.search.complete);
}

TEST_CASE("token ring: who takes any token is caught by runs and by searches") {
  const auto file =
      ring({"cluster.defects=[token-ring-takes-any]", "expect.violation=token-ring/one-holder"});
  scenarios::SweepSettings settings;
  settings.workers.last = 50;
  CHECK(scenarios::sweep(file, settings).violated.count("token-ring/one-holder") == 1);
  const scenarios::Scenario scenario = file.resolve(0);
  CHECK(scenarios::as_expected(scenario, scenarios::explore(scenario, {})));
}
