// `stable-leader`: while all is quiet, whoever leads goes on to lead.
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using scenarios::ScenarioFile;

scenarios::RunResult run_quietly(const std::string& cluster, const std::string& more = "") {
  const std::string text = "cluster: { " + cluster +
                           " }\nworkload: { operations: 10 }\n"
                           "liveness: { faults_stop: 1s, within: 10s, quiet: 2s }\n" +
                           more;
  return scenarios::run(ScenarioFile::parse(text, "quiet.yaml", {}).resolve(1), {});
}

const engine::Violation* found_in(const scenarios::RunResult& result, const std::string& check) {
  for (const scenarios::FoundViolation& found : result.violations) {
    if (found.violation.property == check) return &found.violation;
  }
  return nullptr;
}

std::string refused(const std::string& text) {
  try {
    static_cast<void>(ScenarioFile::parse(text, "quiet.yaml", {}));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("stable leader: who is not heard of in time is replaced for no reason", "[simulate]") {
  struct Silent {
    const char* right;
    const char* options;
    const char* check;
  };
  const Silent silent = GENERATE(values<Silent>(
      {{"model: viewstamped", ", options: { commit_interval: 300ms }", "stable-leader"},
       {"model: multi_paxos", ", options: { heartbeat_interval: 1s }", "stable-leader"},
       {"model: primary_backup, replicas: 3, groups: { masters: 3 }",
        ", options: { masters: { heartbeat_interval: 1s } }", "stable-leader@masters"}}));
  CAPTURE(silent.right);
  CHECK(run_quietly(silent.right).verdict == scenarios::Verdict::ok);
  const scenarios::RunResult result = run_quietly(std::string(silent.right) + silent.options);
  const engine::Violation* violation = found_in(result, silent.check);
  REQUIRE(violation != nullptr);
  CHECK(violation->step > 0);
  CHECK(violation->message.find("all had come to rest, and ") == 0);
  CHECK(violation->message.find(" leads in epoch ") != std::string::npos);
}

TEST_CASE("stable leader: is judged where the file says for how long", "[simulate][input]") {
  const std::string silent = "model: viewstamped, options: { commit_interval: 300ms }";
  CHECK(found_in(run_quietly(silent), "stable-leader") != nullptr);
  CHECK(found_in(run_quietly(silent, "checks: [agreement]\n"), "stable-leader") == nullptr);
  CHECK(found_in(run_quietly(silent, "checks: [stable-leader]\n"), "stable-leader") != nullptr);
  const std::string asked = "cluster: { model: viewstamped }\nchecks: [stable-leader]\n";
  CHECK(refused(asked + "liveness: { faults_stop: 1s, within: 10s, quiet: 1s }\n") == "accepted");
  const std::string why =
      "error: check 'stable-leader' is judged while all is quiet, and no time is\n"
      "hint: write liveness: { faults_stop: 2s, within: 10s, quiet: 5s }";
  CHECK(refused(asked) == "quiet.yaml:2:9: " + why);
  CHECK(refused(asked + "liveness: { faults_stop: 1s, within: 10s }\n") ==
        "quiet.yaml:3:11: " + why);
}

TEST_CASE("stable leader: a quiet time moves nothing before it", "[simulate]") {
  const std::string text =
      "cluster: { model: multi_paxos, clients: 2 }\nliveness: { faults_stop: 1s, "
      "within: 10s";
  const auto ran = [&](const std::string& quiet) {
    return scenarios::run(ScenarioFile::parse(text + quiet + " }\n", "quiet.yaml", {}).resolve(3),
                          {});
  };
  const scenarios::RunResult noisy = ran("");
  const scenarios::RunResult quiet = ran(", quiet: 1s");
  CHECK(noisy.completed_operations == quiet.completed_operations);
  CHECK(noisy.decisions < quiet.decisions);
  // Whole blocks of the shorter run are the longer one's.
  REQUIRE(noisy.block_digests.size() <= quiet.block_digests.size());
  for (std::size_t i = 0; i + 1 < noisy.block_digests.size(); ++i)
    CHECK(noisy.block_digests[i] == quiet.block_digests[i]);
}

}  // namespace stampede::tests
