// A re-sent message says what the first one said.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

// The re-sent DoViewChange was built apart and told the last normal view, whatever ranked the logs.
TEST_CASE("regress: viewstamped: a re-sent DoViewChange ranks its log as the first one did",
          "[regress][viewstamped]") {
  const std::string script = R"(
script:
  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }
  - deliver: Request c0->r0
  - fire: ViewChangeTimeout r1
  - deliver: StartViewChange r1->r2
  - deliver: StartViewChange r2->r1
  - deliver: DoViewChange r2->r1
  - invoke: { client: c1, operation: { put: [x, 2] }, to: r1 }
  - deliver: Request c1->r1
  - deliver: StartView r1->r2
  - fire: ViewChangeTimeout r2
  - fire: ViewChangeTimeout r2
  - deliver: StartViewChange r2->r0 nth 3
  - deliver: StartViewChange r0->r2
  - deliver: DoViewChange r2->r0
  - deliver: StartView r0->r2
  - deliver: PrepareOk r2->r0               # c0's operation is committed
  - fire: ViewChangeTimeout r2              # view 4
  - deliver: StartViewChange r2->r1 nth 4
  - deliver: StartViewChange r1->r2 nth 2
  - drop: DoViewChange r2->r1               # lost, and sent again
  - fire: ResendTimeout r2
  - deliver: DoViewChange r2->r1            # the newest entry of r1 is of a later view: its log wins
  - expect: { violation: viewstamped/survives-view-change }
)";
  const std::string cluster =
      "cluster: { model: viewstamped, replicas: 3, clients: 2, service: kv, defects: "
      "[vrr-last-entry-view-ranks-logs] }";
  const auto file = scenarios::ScenarioFile::parse(cluster + script, "script", {});
  const scenarios::RunResult result = scenarios::run(file.resolve(0), {});
  CHECK(result.skipped.empty());
  for (const scenarios::ScriptRemark& remark : result.failed_expectations)
    FAIL_CHECK(remark.script_step << ": " << remark.text);
}
