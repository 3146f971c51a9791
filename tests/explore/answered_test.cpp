// `answered`: what is begun is answered in the end, in every schedule of a search.
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using scenarios::Verdict;

const std::string answering_root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";

scenarios::ExploreResult answers_of(const std::string& folder,
                                    const std::vector<std::string>& settings = {}) {
  return scenarios::explore(
      scenarios::ScenarioFile::load(answering_root + folder + "/answers-search.yaml", settings)
          .resolve(0),
      {});
}

/// Violated by who waits for ever, and by nothing else.
void check_waits(const scenarios::ExploreResult& result) {
  CHECK(result.verdict == Verdict::violated);
  REQUIRE(result.counterexamples.size() == 1);
  const engine::Violation& violation = result.counterexamples.front().violation;
  CHECK(violation.property == "answered");
  CHECK(violation.message.find(" waits for an answer to operation c") != std::string::npos);
}

}  // namespace

TEST_CASE("answered: every protocol with clients answers under its fairness", "[explore]") {
  for (const std::string folder : {"abd", "chain", "multi_paxos", "partitioned_chain", "paxos",
                                   "primary_backup", "single_copy", "viewstamped"}) {
    CAPTURE(folder);
    const scenarios::ExploreResult result = answers_of(folder);
    CHECK(result.verdict == Verdict::ok);
    CHECK(result.search.complete);
  }
}

TEST_CASE("answered: what is lost and never sent again is never answered", "[explore]") {
  for (const std::string folder : {"abd", "paxos", "single_copy"}) {
    CAPTURE(folder);
    check_waits(answers_of(folder, {"explore.drops=1"}));
  }
  // Of two that propose one may lose for ever.
  check_waits(answers_of("paxos", {"cluster.clients=2",
                                   "explore={plan: {c0: [{operation: {write: 1}, to: s0}], "
                                   "c1: [{operation: {write: 2}, to: s1}]}}"}));
}

TEST_CASE("answered: who never asks again may wait for ever", "[explore]") {
  check_waits(
      answers_of("multi_paxos", {"explore.timers={ElectionTimeout: 1, ResendTimeout: unlimited}"}));
  // A range that is released and never handed over.
  check_waits(answers_of("partitioned_chain", {"explore.timers={BalanceTimeout: 1, RefusedTimeout: "
                                               "unlimited, RequestTimeout: unlimited}"}));
  check_waits(answers_of("primary_backup",
                         {"cluster.replicas=2", "explore.drops=1",
                          "explore.timers={detector.SilenceTimeout: 1, AnnounceTimeout: unlimited, "
                          "ResendTimeout: unlimited}"}));
}

TEST_CASE("answered: groups that get stuck do not answer, however often they are asked",
          "[explore]") {
  check_waits(answers_of("viewstamped", {"cluster.defects=[vrr-late-do-view-change]"}));
  check_waits(answers_of("chain", {"cluster.defects=[cr-tail-failover-silent]"}));
}

TEST_CASE("answered: a run that ends while somebody waits is undecided", "[simulate]") {
  const auto ended = [](const std::string& network) {
    return scenarios::run(
        scenarios::ScenarioFile::parse("cluster: { model: single_copy, replicas: 1, clients: 1 }\n"
                                       "workload: { operations: 1 }\nlimits: { virtual_time: 1s }\n"
                                       "network: { loss: " +
                                           network + " }\nchecks: [answered, no-exception]\n",
                                       "waits.yaml", {})
            .resolve(1),
        {});
  };
  CHECK(ended("0%").verdict == Verdict::ok);
  const scenarios::RunResult lost = ended("100%");
  CHECK(lost.verdict == Verdict::undecided);
  REQUIRE(lost.undecided.size() == 1);
  CHECK(lost.undecided.front().find("answered: ") == 0);
  CHECK(lost.undecided.front().find(" waits for an answer to operation c") != std::string::npos);
}

}  // namespace stampede::tests
