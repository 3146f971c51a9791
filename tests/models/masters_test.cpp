// The view service of primary-backup on several nodes: masters that agree by the core of a
// consensus protocol.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "scenarios/reading/checks.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;

const std::string catalogue_of_masters = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";

scenarios::Scenario scenario_of(const std::string& text) {
  return scenarios::ScenarioFile::parse(text, "masters.yaml", {}).resolve(0);
}

/// A script on two replicas, r0 and r1, and three masters, of whom m0 leads first.
void check_script(const std::string& script) {
  const scenarios::RunResult result =
      scenarios::run(scenario_of("cluster: { model: primary_backup, replicas: 2, clients: 1, "
                                 "service: kv, groups: { masters: 3 } }\nscript:\n" +
                                 script),
                     {});
  CHECK(result.violations.empty());
  CHECK(result.skipped.empty());
  for (const scenarios::ScriptRemark& remark : result.failed_expectations)
    FAIL_CHECK(remark.script_step << ": " << remark.text);
}

std::set<std::string> checks_of(const std::string& cluster) {
  const scenarios::Scenario scenario = scenario_of("cluster: " + cluster + "\n");
  std::set<std::string> names;
  for (const scenarios::CheckInfo& check :
       scenarios::applicable_checks(*scenario.model, scenario.cluster))
    names.insert(check.name);
  return names;
}

}  // namespace

TEST_CASE("masters: what a leader had proposed when it crashed is named by the next one",
          "[text]") {
  check_script(R"(
  - deliver: Join r0->m0                  # slot 1
  - deliver: Join r1->m0                  # slots 2 and 3: view 1 is to be of r0 and r1
  - deliver: masters.Accept m0->m1 nth 1
  - deliver: masters.Accept m0->m1 nth 2
  - deliver: masters.Accept m0->m1 nth 3
  - crash: m0
  - expect: { node: r0, state: { view: { view_number: 0 } } }      # nothing is decided, nothing told
  - fire: masters.ElectionTimeout m1
  - settle: [m1, m2]
  - expect: { node: m1, state: { masters: { role: leader }, view: { view_number: 1 } } }
  - settle: [m1, m2, r0, r1]
  - expect: { node: r0, state: { status: serving } }
  - expect: { node: r1, state: { status: serving } }
  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }
  - settle: [r0, r1, c0]
  - expect: { node: r1, state: { executed: 1 } }
)");
}

TEST_CASE("masters: one that comes back learns all that was decided", "[text]") {
  check_script(R"(
  - crash: m0                             # with nothing on its disk
  - fire: masters.ElectionTimeout m1
  - settle: [m1, m2]
  - fire: JoinTimeout r0                  # whoever did not lead has ignored the first ones
  - fire: JoinTimeout r1
  - settle: [m1, m2, r0, r1]
  - expect: { node: r0, state: { status: serving } }
  - restart: m0
  - expect: { node: m0, state: { view: { view_number: 0 } } }
  - fire: masters.HeartbeatTimeout m1
  - settle: [m0, m1, m2]
  - expect: { node: m0, state: { view: { view_number: 1 }, settled: { view_number: 1 } } }
  - crash: m1
  - restart: m1                           # of its disk it knows votes, not what was decided
  - expect: { node: m1, state: { masters: { role: follower }, view: { view_number: 0 } } }
  - fire: masters.ElectionTimeout m0      # it leads, and proposes open slots again
  - settle: all
  - expect: { node: m0, state: { masters: { role: leader }, view: { view_number: 1 } } }
  - fire: masters.HeartbeatTimeout m0
  - settle: all
  - expect: { node: m1, state: { view: { view_number: 1 }, settled: { view_number: 1 } } }
)");
}

TEST_CASE("masters: without a majority no view is named", "[text]") {
  check_script(R"(
  - settle: [m0, r0, r1]                  # joined, and nobody agrees
  - expect: { node: r0, state: { view: { view_number: 0 } } }
  - fire: AnnounceTimeout m0
  - settle: [m0, r0, r1]
  - expect: { node: r0, state: { view: { view_number: 0 } } }
  - settle: [m0, m2, r0, r1]
  - expect: { node: r0, state: { status: serving } }
)");
}

TEST_CASE("masters: what is decided in one step is applied before anything else is proposed",
          "[text][regress]") {
  check_script(R"(
  - deliver: Join r0->m0                  # slot 1
  - deliver: Join r1->m0                  # slots 2 and 3: view 1
  - deliver: masters.Accept m0->m1 nth 1
  - deliver: masters.Accept m0->m1 nth 2
  - deliver: masters.Accept m0->m1 nth 3
  - deliver: masters.Accepted m1->m0 nth 3
  - deliver: masters.Accepted m1->m0 nth 2
  - deliver: masters.Accepted m1->m0 nth 1  # decides all three
  - expect: { node: m0, state: { applied: 3, masters: { committed: 3, accepts: [] } } }
)");
}

TEST_CASE("masters: their logs are judged as those of a group, where there are masters", "[unit]") {
  const std::set<std::string> own = checks_of("{ model: primary_backup }");
  const std::set<std::string> replicated =
      checks_of("{ model: primary_backup, groups: { masters: 3 } }");
  for (const char* check : {"agreement@masters", "at-most-once@masters", "convergence@masters",
                            "multi-paxos/chosen-stays@masters", "primary-backup/one-view"}) {
    INFO(check);
    CHECK(own.count(check) == 0);
    CHECK(replicated.count(check) == 1);
  }
  CHECK(own.count("primary-backup/announces") == 1);
  CHECK(replicated.count("durability") == 1);
}

TEST_CASE("masters: any number of them names views", "[simulate]") {
  for (const char* members : {"1", "2", "3", "4", "5", "7"}) {
    const auto file =
        scenarios::ScenarioFile::load(catalogue_of_masters + "primary_backup/masters-swarm.yaml",
                                      {std::string("cluster.groups={masters: ") + members + "}"});
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
      INFO(members << " masters, seed " << seed);
      CHECK(scenarios::run(file.resolve(seed), {}).verdict == scenarios::Verdict::ok);
    }
  }
}

TEST_CASE(
    "masters: no schedule with a leader that crashes, and one election, names two views alike",
    "[explore]") {
  const auto explored = [](const std::vector<std::string>& overrides) {
    const auto file = scenarios::ScenarioFile::load(
        catalogue_of_masters + "primary_backup/masters-search.yaml", overrides);
    return scenarios::explore(file.resolve(0), {});
  };
  // All of it takes half a minute: here are its halves.
  for (const std::vector<std::string>& half :
       {std::vector<std::string>{"explore.crashes=0"},
        std::vector<std::string>{"explore={crashes: 1, restarts: 0, caps: {log: 3}}"}}) {
    const scenarios::ExploreResult result = explored(half);
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.search.complete);
  }
}

TEST_CASE("masters: an operation is answered only when both replicas have it, in every schedule",
          "[explore]") {
  const auto explored = [](const std::string& defects) {
    // Without what is sent again: it takes seconds.
    const auto file = scenarios::ScenarioFile::load(
        catalogue_of_masters + "primary_backup/masters-operation-search.yaml",
        {"explore.timers={AnnounceTimeout: 1}", "cluster.defects=[" + defects + "]"});
    return scenarios::explore(file.resolve(0), {});
  };
  const scenarios::ExploreResult result = explored("");
  CHECK(result.verdict == scenarios::Verdict::ok);
  CHECK(result.search.complete);
  CHECK(result.search.figures.unique_states == 177'628);
  CHECK(explored("primary-backup-answers-before-backup").verdict == scenarios::Verdict::violated);
}

TEST_CASE("masters: the search for views that were told too early ends without the defect",
          "[explore]") {
  const auto file = scenarios::ScenarioFile::load(
      catalogue_of_masters + "bugs/primary-backup-announces-undecided.yaml",
      {"cluster.defects=[]", "expect=ok", "checks=[primary-backup/one-view]"});
  const scenarios::ExploreResult result = scenarios::explore(file.resolve(0), {});
  CHECK(result.verdict == scenarios::Verdict::ok);
  CHECK(result.search.complete);
}
