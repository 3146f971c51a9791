// `cluster.faulty`: what a file may say of nodes that are not correct, and what is judged then.
#include <catch2/catch.hpp>
#include <set>

#include "engine/core/error.hpp"
#include "scenarios/reading/scenario.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(ScenarioFile::parse(text, "s.yaml", {}));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("faulty: what cannot be is refused at its place", "[input]") {
  CHECK(refusal("cluster: { model: echo_broadcast, replicas: 4, faulty: { r9: silent } }\n") ==
        "s.yaml:1:62: error: unknown node 'r9'\nhint: did you mean 'r0'?");
  CHECK(refusal("cluster: { model: echo_broadcast, replicas: 4, faulty: { r1: silnt } }\n") ==
        "s.yaml:1:62: error: 'silnt' is not one of: silent, withhold, equivocate, replay, delay, "
        "twin\nhint: did you mean 'silent'?");
  CHECK(refusal("cluster: { model: viewstamped, faulty: { c0: silent }, assume: broken }\n") ==
        "s.yaml:1:46: error: 'c0' is a client\nhint: what clients ask for is judged: they are "
        "correct");
  CHECK(refusal("cluster: { model: viewstamped, faulty: { r0: equivocate }, assume: broken }\n") ==
        "s.yaml:1:46: error: model 'viewstamped' does not say what its nodes could say instead\n"
        "hint: they can withhold what they send, and so on: stampede list behaviours");
}

TEST_CASE("faulty: a model that claims nothing of liars has none, and others not too many",
          "[input]") {
  CHECK(refusal("cluster: { model: viewstamped, faulty: { r0: silent } }\n") ==
        "s.yaml:1:46: error: outside the claims of model 'viewstamped': its nodes may stop, but "
        "they keep to the protocol\nhint: write 'expect: { violation: ... }', or 'assume: broken' "
        "under 'cluster'");
  const std::string three =
      "cluster: { model: echo_broadcast, replicas: 3, faulty: { r0: silent } ";
  CHECK(refusal(three + "}\n") ==
        "s.yaml:1:62: error: outside the claims of model 'echo_broadcast': of its 3 replicas at "
        "most 0 may be faulty\nhint: write 'expect: { violation: ... }', or 'assume: broken' under "
        "'cluster'");
  CHECK(refusal(three + ", assume: broken }\n") == "accepted");
  // A liar counts as one that is down.
  CHECK(refusal("cluster: { model: echo_broadcast, replicas: 4, faulty: { r0: silent } }\n"
                "script:\n  - crash: r1\n") ==
        "s.yaml:3:5: error: outside the claims of model 'echo_broadcast': of its 4 replicas at "
        "most 1 may be down\nhint: write 'expect: { violation: ... }', or 'assume: broken' under "
        "'cluster'");
}

TEST_CASE("faulty: the seed may pick what a node does", "[unit]") {
  const auto file = ScenarioFile::parse(
      "cluster: { model: echo_broadcast, replicas: 4, faulty: { r0: { one_of: [silent, twin] } } "
      "}\n",
      "s.yaml", {});
  std::set<engine::Behaviour> picked;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    picked.insert(file.resolve(seed).cluster.faulty.at("r0"));
  CHECK(picked.size() == 2);
}

TEST_CASE("faulty: logs of silent replicas count for nothing, and crashes for what is left",
          "[simulate]") {
  const std::string text =
      "cluster: { model: viewstamped, replicas: 5, clients: 2, faulty: { r4: silent }, assume: "
      "broken }\nworkload: { operations: 60 }\n"
      "faults:\n  - crash: { nodes: { random: 1 }, every: { mean: 200ms }, lasts: 50ms }\n"
      "liveness: { faults_stop: 2s, within: 10s }\n";
  const auto file = ScenarioFile::parse(text, "silent.yaml", {});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
    INFO("seed " << seed);
    for (const auto& found : result.violations) INFO(found.violation.message);
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.completed_operations == 60);
  }
}

TEST_CASE("faulty: reductions that argue with the protocol are off", "[explore]") {
  const auto file = ScenarioFile::parse(
      "cluster: { model: viewstamped, replicas: 3, faulty: { r2: silent }, assume: broken }\n"
      "explore: { operations: 1 }\n",
      "s.yaml", {});
  const auto result = scenarios::explore(file.resolve(0), {});
  CHECK(result.verdict == scenarios::Verdict::ok);
  bool seen = false;
  for (const scenarios::ReductionUse& use : result.reductions) {
    if (use.name != "dead-messages") continue;
    seen = true;
    CHECK(use.why_not == "some node is faulty");
  }
  CHECK(seen);
}
