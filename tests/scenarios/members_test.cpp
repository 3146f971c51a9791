// Spare nodes and changes of members, as scenarios write them and runs carry them out.
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;

std::string refusal_of(const std::string& text) {
  try {
    static_cast<void>(ScenarioFile::parse(text, "s.yaml", {}));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

const std::string with_spares = "cluster: { model: multi_paxos, spares: 2, clients: 1 }\n";

scenarios::RunResult ran(const std::string& text) {
  const ScenarioFile file = ScenarioFile::parse(text, "s.yaml", {});
  return scenarios::run(file.resolve(file.seed()), {});
}

bool has_reached(const scenarios::RunResult& result, const std::string& probe) {
  return std::any_of(result.probes.begin(), result.probes.end(),
                     [&](const auto& one) { return one.name == probe; });
}

}  // namespace

TEST_CASE("members: what cannot be is said at its place", "[input]") {
  CHECK(refusal_of("cluster: { model: chain, spares: 1 }\n") ==
        "s.yaml:1:34: error: the members of model 'chain' never change\nhint: leave 'spares' "
        "out: 'replicas' says how many members there are");
  CHECK(refusal_of("cluster: { model: multi_paxos, replicas: 60, spares: 4 }\n") ==
        "s.yaml:1:54: error: members and spares of a group are at most 63\nhint: there are 60 "
        "replicas: lower 'spares'");
  const std::string change = "workload: { reconfigure: [ { at: 1s, members: ";
  CHECK(refusal_of("cluster: { model: multi_paxos }\n" + change + "[r0] } ] }\n") ==
        "s.yaml:2:47: error: the members of 'replica' stay as they are\n"
        "hint: write 'spares: 1' under 'cluster', or more");
  CHECK(refusal_of(with_spares + change + "[] } ] }\n") ==
        "s.yaml:2:47: error: no nodes are named\nhint: name the members to be, for example [r0, "
        "r1, r2]");
  CHECK(refusal_of(with_spares + change + "[r0, c0] } ] }\n") ==
        "s.yaml:2:52: error: 'c0' cannot be a member of 'replica'\nhint: its members and its spare "
        "nodes can");
  CHECK(refusal_of(with_spares + change + "[r3, r0, r3] } ] }\n") ==
        "s.yaml:2:47: error: 'r3' is named twice\nhint: name each member once");
  CHECK(
      refusal_of(with_spares +
                 "workload: { reconfigure: [ { at: 2s, members: [r0] }, { at: 1s, members: [r1] } "
                 "] }\n") ==
      "s.yaml:2:61: error: changes of members come in the order of their times\nhint: the one "
      "before is at 2s");
  CHECK(refusal_of(with_spares + "faults: [ { boot: r0 } ]\n") ==
        "s.yaml:2:19: error: 'r0' runs from the beginning\n"
        "hint: only spare nodes boot later: 'spares' under 'cluster'");
  CHECK(refusal_of("cluster: { model: multi_paxos }\nscript:\n  - invoke: { client: c0, operation: "
                   "{ reconfigure: [r0] } }\n") ==
        "s.yaml:3:53: error: the members of 'replica' stay as they are\n"
        "hint: write 'spares: 1' under 'cluster', or more");
  CHECK(refusal_of(with_spares + "faults: [ { crash: c0, lasts: 10ms } ]\n")
            .find("a client that crashed does not come back") != std::string::npos);
  const auto crash_under = [](const std::string& rule) {
    return refusal_of("cluster: { model: viewstamped, spares: 1, options: { recovery: " + rule +
                      " } }\nfaults: [ { crash: r1, at: 1s, lasts: 1s } ]\n");
  };
  CHECK(crash_under("view_persisted") == "accepted");
  CHECK(crash_under("crash_vectors").find("a node that crashed does not come back") !=
        std::string::npos);
}

TEST_CASE("members: a workload's changes come on top of its operations", "[simulate]") {
  const scenarios::RunResult result = ran(
      "cluster: { model: multi_paxos, spares: 2, clients: 2 }\n"
      "workload: { operations: 50, think_time: 5ms, reconfigure: [ { at: 50ms, members: [r0, r1, "
      "r3] }, { at: 100ms, members: [r3, r4] } ] }\n"
      "faults: [ { boot: spares, at: 20ms } ]\n"
      "liveness: { faults_stop: 2s, within: 5s }\n");
  CHECK(result.verdict == scenarios::Verdict::ok);
  CHECK(result.operations == 50);
  CHECK(result.completed_operations == 50);
  CHECK(has_reached(result, "members-changed"));
  CHECK(has_reached(result, "leader-removed"));
}

TEST_CASE("members: one that never boots is missed", "[simulate]") {
  const scenarios::RunResult result = ran(
      "cluster: { model: multi_paxos, spares: 2, clients: 2 }\n"
      "workload: { operations: 500, think_time: 5ms, reconfigure: [ { at: 50ms, members: [r0, r3, "
      "r4] } ] }\n"
      "liveness: { faults_stop: 2s, within: 5s }\n");
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations.front().violation.property == "liveness");
}

TEST_CASE("members: who joins behind a checkpoint begins no view by itself",
          "[simulate][regress]") {
  const ScenarioFile file = ScenarioFile::load(
      STAMPEDE_SOURCE_DIR "/scenarios/catalogue/viewstamped/reconfiguring-swarm.yaml", {});
  // In each of them a replica fetches a checkpoint in a view that it leads.
  for (const std::uint64_t seed : {6'766U, 12'302U, 14'194U, 17'537U}) {
    INFO(seed);
    CHECK(scenarios::run(file.resolve(seed), {}).verdict == scenarios::Verdict::ok);
  }
}
