// Reads under leases of Viewstamped Replication: right as far as clocks differ by no more than the
// margin, and seen to be wrong beyond.
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
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

std::uint64_t reached(const scenarios::RunResult& result, const std::string& probe) {
  for (const auto& one : result.probes) {
    if (one.name == probe) return one.count;
  }
  return 0;
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

TEST_CASE("leases: what is no operation of the service is no read", "[simulate][viewstamped]") {
  const std::string with =
      GENERATE(Catch::Generators::as<std::string>{},
               // Sessions are opened, and members changed, under leases.
               "clients: 3, options: { reads: lease, client_table_limit: 3 } }\n"
               "workload: { operations: 60",
               "spares: 1, clients: 3, options: { reads: lease } }\n"
               "faults: [ { boot: { nodes: spares, at: 1ms } } ]\n"
               "workload: { operations: 60, reconfigure: "
               "[ { at: 20ms, members: [r0, r2, r3] } ]");
  CAPTURE(with);
  const auto file = ScenarioFile::parse("cluster: { model: viewstamped, service: kv, " + with +
                                            ", think_time: 5ms }\n"
                                            "liveness: { faults_stop: 1s, within: 5s }\n",
                                        "leases.yaml", {});
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(reached(result, "lease-read") > 0);
  }
}

TEST_CASE("leases: acknowledged updates have to be in logs", "[simulate][viewstamped]") {
  const auto [script, check] = GENERATE(
      table<std::string, std::string>({{"vrr-late-do-view-change", "acknowledged-on-majority"},
                                       {"vrr-replaced-shut-down-early", "durability"}}));
  CAPTURE(script);
  const auto file =
      ScenarioFile::load(STAMPEDE_SOURCE_DIR "/scenarios/catalogue/bugs/" + script + ".yaml",
                         {"cluster.options.reads=lease", "cluster.options.lease_is_awaited=false"});
  const scenarios::RunResult result = scenarios::run(file.resolve(1), {});
  CHECK(std::any_of(
      result.violations.begin(), result.violations.end(),
      [&, name = check](const auto& found) { return found.violation.property == name; }));
}

TEST_CASE("leases: those under which no read is ever answered are refused", "[input]") {
  const std::string options =
      GENERATE("lease: 0ms, lease_margin: 0ms", "lease: 1ns, lease_margin: 0ms", "lease: 2ms",
               "lease_margin: 40ms");
  CAPTURE(options);
  const auto parse = [&](const std::string& reads) {
    static_cast<void>(ScenarioFile::parse(
        "cluster: { model: viewstamped, options: { reads: " + reads + ", " + options + " } }\n",
        "leases.yaml", {}));
  };
  CHECK_NOTHROW(parse("log"));
  try {
    parse("lease");
    FAIL("accepted");
  } catch (const engine::InputError& error) {
    CHECK(std::string(error.what()).find("under such leases no read is ever answered") !=
          std::string::npos);
  }
}

}  // namespace stampede::tests
