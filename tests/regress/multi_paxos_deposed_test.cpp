// Repaired: a leader of Multi-Paxos that learned by an old question that another value was chosen
// in a slot, by a higher ballot, went on to lead. Its next heartbeat said that the slot was chosen,
// and whoever had voted there in its ballot executed the value that had lost.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

TEST_CASE("regress: a leader that learns of a higher ballot leads no more", "[regress][text]") {
  const auto file = scenarios::ScenarioFile::parse(R"(
cluster: { model: multi_paxos, replicas: 5, clients: 3, service: kv }
skipped_steps: allowed  # the last ones are what a leader would do
script:
  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }
  - deliver: Request c0->r0
  - deliver: Accept r0->r2
  - deliver: Accept r0->r3
  - deliver: Accepted r2->r0
  - deliver: Accepted r3->r0
  - fire: HeartbeatTimeout r0
  - deliver: Heartbeat r0->r1           # asks r0 what is chosen in slot 1
  - fire: ElectionTimeout r1
  - deliver: Prepare r1->r2
  - deliver: Prepare r1->r3
  - deliver: Promise r2->r1
  - deliver: Promise r3->r1             # r1 leads in 1.1
  - invoke: { client: c1, operation: { put: [x, 2] }, to: r1 }
  - deliver: Request c1->r1             # and proposes in slot 2
  - deliver: Accept r1->r2
  - deliver: Accept r1->r2              # r2 votes for it
  - deliver: Prepare r1->r0
  - fire: ElectionTimeout r0
  - deliver: Prepare r0->r3
  - deliver: Prepare r0->r4
  - deliver: Promise r3->r0
  - deliver: Promise r4->r0             # r0 leads in 2.0
  - invoke: { client: c2, operation: { put: [x, 3] }, to: r0 }
  - deliver: Request c2->r0             # and decides slot 2 with r3 and r4
  - deliver: Accept r0->r3 nth 2
  - deliver: Accept r0->r4 nth 2
  - deliver: Accepted r3->r0
  - deliver: Accepted r4->r0
  - deliver: GetChosen r1->r0
  - deliver: Chosen r0->r1              # the old question is answered
  - expect: { node: r1, state: { committed: 2, role: follower } }
  - fire: HeartbeatTimeout r1
  - deliver: Heartbeat r1->r2
  - expect: { no_violation: true }
)",
                                                   "deposed.yaml", {});
  const scenarios::Scenario scenario = file.resolve(0);
  const scenarios::RunResult result = scenarios::run(scenario, {});
  CHECK(scenarios::as_expected(scenario, result));
  CHECK(result.violations.empty());
}
