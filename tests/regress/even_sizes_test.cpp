// Repaired: `acknowledged-on-majority` asked for |R| - f logs, which is more than protocols promise
// when the number of replicas is even. Nearly every run of Viewstamped Replication with 2, 4 or 6
// replicas was called violated.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

TEST_CASE("regress: even numbers of replicas are no violation", "[regress][simulate]") {
  for (const std::string model : {"viewstamped", "multi_paxos"}) {
    for (const char* replicas : {"2", "4", "6"}) {
      const auto file = scenarios::ScenarioFile::parse(
          "cluster: { model: " + model + ", replicas: " + replicas +
              ", clients: 2 }\nworkload: { operations: 60 }\nfaults:\n  - crash: { nodes: { "
              "random: "
              "1 }, every: { mean: 300ms }, lasts: 50ms }\nlimits: { virtual_time: 3s }\n",
          "even.yaml", {});
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        INFO(model << " with " << replicas << " replicas, seed " << seed);
        CHECK(scenarios::run(file.resolve(seed), {}).verdict == scenarios::Verdict::ok);
      }
    }
  }
}
