// Recorded schedules left out what a name of their own would have said.
#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "scenarios/running/play.hpp"
#include "tests/world/small_processes.hpp"
#include "traces/schedule.hpp"

namespace stampede::tests {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::World;

/// Plays decisions on a world with this seed while it is recorded, and the recording on one with
/// another seed. The recording as text.
std::string replayed(const engine::Assembly& assembly, const std::vector<Decision>& decisions) {
  const engine::NodeNames names({"n0", "n1"});
  World world(assembly, {5});
  traces::ScheduleRecorder recorder(names);
  world.set_observer(&recorder);
  world.start();
  for (const Decision& decision : decisions) REQUIRE(world.apply(decision));
  const std::string schedule = recorder.take();
  World again(assembly, {6});
  again.start();
  const auto script =
      scenarios::read_script(engine::parse_json(schedule, "schedule"), assembly, nullptr);
  CHECK(scenarios::play(script, again, false).skipped.empty());
  CHECK(again.digest() == world.digest());
  return schedule;
}

Decision about(DecisionKind kind, std::uint32_t copy) {
  Decision decision{kind};
  decision.message = {"Order", {}, NodeId{0}, NodeId{1}, 1, copy};
  return decision;
}

engine::Assembly choosing() {
  Scribe first;
  first.first = Task::choose;
  return assembly_of(first, Scribe{});
}

}  // namespace

TEST_CASE("regress: a copy of a copy is recorded as one, whose original may be gone", "[unit]") {
  CHECK(replayed(choosing(), {about(DecisionKind::duplicate, 0), about(DecisionKind::corrupt, 0),
                              about(DecisionKind::duplicate, 1), about(DecisionKind::corrupt, 2)})
            .find("\"duplicate\":\"Order n0->n1 nth 1 copy 1\"") != std::string::npos);
}

TEST_CASE("regress: choices that were drawn are recorded, so that no seed is needed", "[unit]") {
  CHECK(replayed(choosing(), {about(DecisionKind::deliver, 0)}).find("\"choices\":[") !=
        std::string::npos);
}

TEST_CASE("regress: the cause of a loss is recorded", "[unit]") {
  Decision drop = about(DecisionKind::drop, 0);
  drop.text = "partition";
  CHECK(replayed(choosing(), {drop}).find("\"cause\":\"partition\"") != std::string::npos);
}

TEST_CASE("regress: an emptied disk is a decision of its own", "[unit]") {
  Decision crash{DecisionKind::crash};
  crash.node = NodeId{1};
  Decision wipe{DecisionKind::wipe};
  wipe.node = NodeId{1};
  CHECK(replayed(choosing(), {crash, wipe}).find("{\"wipe\":\"n1\",") != std::string::npos);
}

TEST_CASE("regress: the instance that a recorded message belongs to is the one it goes to",
          "[unit]") {
  Decision deliver{DecisionKind::deliver};
  deliver.message = {"guards[].News", guard(7), NodeId{0}, NodeId{1}, 0, 0};
  CHECK(replayed(assembly_of(Castle{}, Castle{}), {deliver})
            .find("\"deliver\":\"guards[7].News n0->n1 nth 2\"") != std::string::npos);
}

}  // namespace stampede::tests
