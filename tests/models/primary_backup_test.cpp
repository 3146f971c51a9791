#include <catch2/catch.hpp>

#include "models/primary_backup/replica.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;

/// A script on two replicas, r0 and r1, and the view service v0. Of two replicas none may fail:
/// what is looked at here is that those that do do no harm.
scenarios::RunResult play(const std::string& script) {
  const std::string text =
      "cluster: { model: primary_backup, replicas: 2, clients: 1, service: kv, assume: broken "
      "}\nscript:\n" +
      script;
  return scenarios::run(scenarios::ScenarioFile::parse(text, "script", {}).resolve(0), {});
}

void check_as_written(const scenarios::RunResult& result) {
  CHECK(result.violations.empty());
  CHECK(result.skipped.empty());
  for (const scenarios::ScriptRemark& remark : result.failed_expectations)
    FAIL_CHECK(remark.script_step << ": " << remark.text);
}

}  // namespace

// Found by seed 517 of the swarm with the other detector: an ASSERT took the receiver of a Forward
// for the backup.
TEST_CASE("primary_backup: a restarted backup ignores what was meant for its former life",
          "[text]") {
  check_as_written(play(R"(
  - settle: all                                 # r0 is primary, r1 its backup
  - crash: r1
  - fire: detector.SilenceTimeout v0 {node: r1} # r1 is suspected
  - restart: r1
  - deliver: Join r1->v0                        # of a new incarnation, still suspected: no view can be made
  - fire: AnnounceTimeout v0
  - deliver: NewView v0->r1                     # names the incarnation that is gone
  - expect: { node: r1, state: { status: joining, view: { view_number: 1 } } }
  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }
  - deliver: Request c0->r0
  - deliver: Forward r0->r1                     # for the backup of before
  - deliver: detector.Heartbeat r1->v0          # restored: the next view has both again
  - settle: all
  - expect: { node: r1, state: { status: serving, executed: 1 } }
)"));
}

TEST_CASE("primary_backup: while the only holder of the state is suspected there is no new view",
          "[text]") {
  const scenarios::RunResult result = play(R"(
  - settle: all                                 # r0 is primary, r1 its backup
  - fire: detector.SilenceTimeout v0 {node: r0} # r0 is suspected, and alive
  - expect: { node: v0, state: { view: { view_number: 1 } } }      # a backup alone is no view
  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }
  - deliver: Request c0->r0
  - drop: Forward r0->r1
  - fire: detector.HeartbeatTimeout r0
  - crash: r1
  - restart: r1                                 # the other copy is gone, and comes back as another seat
  - deliver: Join r1->v0
  - expect: { node: v0, state: { view: { view_number: 1 } } }      # r0 has everything and is suspected
  - deliver: detector.Heartbeat r0->v0          # restored
  - expect: { node: v0, state: { view: { view_number: 2 } } }
  - settle: all
  - expect: { node: r0, state: { status: serving, executed: 1 } }
  - expect: { node: r1, state: { status: serving, executed: 1 } }
)");
  check_as_written(result);
  CHECK(result.completed_operations == 1);
}

// Found by seed 477 of what was to find outdated views, without its defect.
TEST_CASE("primary_backup: the backup of a view that is not settled may have the only copy",
          "[simulate][regress]") {
  const engine::Group group("replica", {NodeId{0}, NodeId{1}});
  models::primary_backup::Replica backup;
  backup.incarnation = 7;
  backup.status = models::primary_backup::Status::installing;
  backup.view = {3, {NodeId{0}, 5}, {NodeId{1}, 7}};
  const auto has_failed = [&] {
    engine::Observation shown;
    models::primary_backup::observe(backup, NodeId{1}, group, shown);
    return shown.recovering;
  };
  CHECK(has_failed());
  backup.settled_since_start = true;
  CHECK_FALSE(has_failed());

  const scenarios::ScenarioFile file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) +
          "/scenarios/catalogue/bugs/primary-backup-obeys-outdated-random.yaml",
      {"cluster.defects=[]", "expect=ok"});
  CHECK(scenarios::run(file.resolve(477), {}).violations.empty());
}
