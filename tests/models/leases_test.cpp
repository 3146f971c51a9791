// Reads under leases of Viewstamped Replication: right as far as clocks differ by no more than the
// margin, and seen to be wrong beyond.
#include <algorithm>
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using scenarios::ScenarioFile;

const std::string leases = STAMPEDE_SOURCE_DIR "/scenarios/catalogue/viewstamped/leases.yaml";

/// Of so many seeds, those that violate linearizability; nothing else is violated.
std::uint64_t violating(const ScenarioFile& file, std::uint64_t seeds) {
  std::uint64_t count = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    for (const auto& found : result.violations) {
      INFO("seed " << seed << ": " << found.violation.message);
      CHECK(found.violation.property == "linearizability");
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("leases: reads are linearizable on clocks within the margin, and not beyond",
          "[simulate][viewstamped]") {
  const auto with = [](const std::string& drift) {
    return ScenarioFile::load(
        leases, {"faults=[{ isolate: { nodes: primary, every: { mean: 300ms }, lasts: 300ms } }, "
                 "{ clock: { nodes: primary, drift: " +
                     drift + ", every: { mean: 200ms }, lasts: 400ms } }]",
                 "clocks.drift=0%", "cluster.options.lease=120ms",
                 "cluster.options.lease_margin=6ms", "cluster.options.view_change_timeout=20ms",
                 "workload.mix={ read: 2, write: 1 }", "expect=ok"});
  };
  CHECK(violating(with("-4%"), 100) == 0);
  CHECK(violating(with("-80%"), 100) > 0);
}

}  // namespace stampede::tests
