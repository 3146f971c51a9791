// Clients that give up, where operations must end: what they gave up waits for nobody, and they ask
// on until something is answered.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

scenarios::RunResult run_giving_up(const std::string& text, std::uint64_t seed) {
  return scenarios::run(scenarios::ScenarioFile::parse(text, "giving_up.yaml", {}).resolve(seed),
                        {});
}

bool is_violated(const scenarios::RunResult& result, const std::string& check) {
  return std::any_of(result.violations.begin(), result.violations.end(),
                     [&](const auto& found) { return found.violation.property == check; });
}

}  // namespace

TEST_CASE("giving up: whose group answers nobody any more has not given up for good",
          "[simulate][viewstamped]") {
  const auto with = [](const std::string& options, const std::string& operations) {
    return "cluster: { model: viewstamped, clients: 3, options: { client_table_limit: 2" + options +
           " } }\nworkload: { operations: " + operations +
           ", give_up: 300ms }\n"
           "faults:\n"
           "  - isolate: { nodes: primary, at: 1ms, lasts: 300ms }\n"
           "  - loss: { type: StartViewChange, rate: 100% }\n"
           "liveness: { faults_stop: 1s, within: 10s }\n"
           "checks: [liveness]\n";
  };
  // The shorter plans are at their end before faults stop.
  const std::string operations = GENERATE("300", "6");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(operations, seed);
    CHECK(run_giving_up(with("", operations), seed).verdict == scenarios::Verdict::ok);
    // A view change that loses a message never ends.
    const auto stalled = run_giving_up(with(", view_change_goes_on: false", operations), seed);
    CHECK(is_violated(stalled, "liveness"));
  }
}

TEST_CASE("giving up: what was given up keeps no run from coming to rest", "[simulate]") {
  const scenarios::RunResult result = run_giving_up(
      "cluster: { model: viewstamped, options: { commit_interval: 300ms } }\n"
      "workload: { operations: 10, give_up: 200ms }\n"
      "faults: [ { loss: { type: Reply, rate: 100% } } ]\n"
      "liveness: { faults_stop: 1s, within: 10s, quiet: 2s }\n",
      1);
  CHECK(is_violated(result, "stable-leader"));
}

}  // namespace stampede::tests
