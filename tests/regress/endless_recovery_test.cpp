// Each retry of a recovery had a nonce of its own: where a round trip took longer than the
// time-out, no answer ever counted, and the replica never came back.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

TEST_CASE("regress: a recovery ends whatever the round trip", "[regress][viewstamped]") {
  for (const char* rule : {"view_persisted", "crash_vectors", "paper"}) {
    INFO(rule);
    const auto file = scenarios::ScenarioFile::parse(
        "cluster: { model: viewstamped, options: { recovery_timeout: 50ms, recovery: " +
            std::string(rule) +
            " } }\n"
            "workload: { operations: 20, timeout: 2s }\n"
            "network: { latency: 40ms }\n"
            "faults: [ { crash: { nodes: r2, at: 100ms, lasts: 10ms } } ]\n"
            "liveness: { faults_stop: 500ms, within: 2s }\n",
        "slow.yaml", {});
    const scenarios::RunResult result = scenarios::run(file.resolve(1), {});
    CHECK(result.verdict == scenarios::Verdict::ok);
    const auto reached = [&](const std::string& probe) {
      for (const auto& one : result.probes) {
        if (one.name == probe && one.count > 0) return true;
      }
      return false;
    };
    CHECK(reached("recovery-retry"));
    CHECK(reached("recovery"));
  }
}
