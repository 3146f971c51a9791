// What a world promises to schedulers, scripts and searches.
#include "engine/world/world.hpp"

#include <catch2/catch.hpp>

#include "engine/world/decision_text.hpp"
#include "tests/world/small_processes.hpp"

namespace stampede::tests {
namespace {

using engine::MessageName;
using engine::World;
using engine::WorldSettings;

/// n0 tells n1 to do `task` as it boots; n1 tells n0 to send.
World told(Task task, const WorldSettings& settings = {}) {
  Scribe scribe;
  scribe.first = task;
  World world(assembly_of(scribe, Scribe{}), settings);
  world.start();
  return world;
}

const Scribe& scribe(const World& world, NodeId node) {
  return *engine::process_as<Scribe>(world.process(node));
}

engine::MessageSlot message(const World& world, const char* type, NodeId from, NodeId to,
                            std::uint32_t nth = 0, std::uint32_t copy = 0) {
  const auto slot = world.find_message({type, {}, from, to, nth, copy});
  REQUIRE(slot);
  return *slot;
}

std::vector<std::string> in_flight_names(const World& world) {
  std::vector<std::string> texts;
  for (const engine::MessageSlot slot : world.in_flight())
    texts.push_back(engine::message_text(engine::name_of(world.message(slot)), world.names()));
  return texts;
}

/// n1 has been told its task.
bool tell(World& world) { return world.deliver(message(world, "Order", n0, n1)); }

}  // namespace

TEST_CASE("world: message names go on counting over restarts", "[unit]") {
  World world = told(Task::send);
  CHECK(in_flight_names(world) ==
        std::vector<std::string>{"Order n0->n1 nth 1", "Order n1->n0 nth 1"});
  REQUIRE(world.crash(n0, engine::disk_loses));
  REQUIRE(world.restart(n0));
  CHECK(in_flight_names(world) ==
        std::vector<std::string>{"Order n0->n1 nth 1", "Order n1->n0 nth 1", "Order n0->n1 nth 2"});
}

TEST_CASE("world: timer ordinals count armings of their own type", "[unit]") {
  World world = told(Task::arm_two);
  REQUIRE(tell(world));
  // An alarm was armed and taken back in the same step: that is no arming of the chime.
  CHECK(world.find_timers({"Chime", {}, n1, 1, {}, {}}).size() == 1);
  CHECK(world.find_timers({"Alarm", {}, n1, 0, {}, {}}).empty());
}

TEST_CASE("world: duplicates are copies 1, 2, ... of the original, also those of a copy",
          "[unit]") {
  World world = told(Task::send);
  REQUIRE(world.duplicate(message(world, "Order", n0, n1)));
  REQUIRE(world.duplicate(message(world, "Order", n0, n1, 1, 1)));
  REQUIRE(world.drop(message(world, "Order", n0, n1, 1, 0), "test"));
  REQUIRE(world.duplicate(message(world, "Order", n0, n1, 1, 1)));
  CHECK(in_flight_names(world) ==
        std::vector<std::string>{"Order n1->n0 nth 1", "Order n0->n1 nth 1 copy 1",
                                 "Order n0->n1 nth 1 copy 2", "Order n0->n1 nth 1 copy 3"});
}

TEST_CASE("world: a copy is a snapshot", "[unit]") {
  World world = told(Task::send);
  World snapshot = world;
  REQUIRE(tell(world));
  REQUIRE(world.deliver(message(world, "News", n1, n0)));
  CHECK(scribe(snapshot, n0).heard == 0);
  CHECK(in_flight_names(snapshot) ==
        std::vector<std::string>{"Order n0->n1 nth 1", "Order n1->n0 nth 1"});
  REQUIRE(tell(snapshot));
  REQUIRE(snapshot.deliver(message(snapshot, "News", n1, n0)));
  CHECK(snapshot.digest() == world.digest());
}

TEST_CASE("world: the digest tells decisions apart", "[unit]") {
  const auto digest = [](bool deliver, std::int64_t at, NodeId crashed) {
    World world = told(Task::send);
    world.set_now(engine::milliseconds(at));
    if (deliver) tell(world);
    world.crash(crashed, engine::disk_loses);
    return world.digest();
  };
  CHECK(digest(true, 1, n0) == digest(true, 1, n0));
  CHECK(digest(true, 1, n0) != digest(false, 1, n0));
  CHECK(digest(true, 1, n0) != digest(true, 2, n0));
  CHECK(digest(true, 1, n0) != digest(true, 1, n1));
}

TEST_CASE("world: a decision that is not enabled changes nothing, the time included", "[unit]") {
  World world = told(Task::send);
  const std::uint64_t digest = world.digest();
  engine::Decision restart;
  restart.kind = engine::DecisionKind::restart;
  restart.node = n0;
  CHECK_FALSE(world.apply(restart));
  CHECK(world.now() == engine::Time{});
  CHECK(world.digest() == digest);
  restart.kind = engine::DecisionKind::crash;
  CHECK(world.apply(restart));
  CHECK(world.now() == engine::milliseconds(1));
}

TEST_CASE("world: outputs after a save wait for it", "[unit]") {
  World world = told(Task::save_and_send);
  REQUIRE(tell(world));
  CHECK(in_flight_names(world).back() == "News n1->n0 nth 1");
  CHECK(world.local(n1).cell_state == engine::CellState::empty);
  SECTION("and leave when it completes") {
    REQUIRE(world.complete_save(n1));
    CHECK(in_flight_names(world).back() == "News n1->n0 nth 2");
    CHECK(world.local(n1).cell.as<Page>().value == 10);
    CHECK_FALSE(world.complete_save(n1));
  }
  SECTION("and are lost in a crash, with what was to be saved") {
    REQUIRE(world.crash(n1, engine::disk_loses));
    REQUIRE(world.restart(n1));
    CHECK_FALSE(world.find_message({"News", {}, n1, n0, 2, 0}));
    CHECK(scribe(world, n1).page.value == 0);
    CHECK_FALSE(world.complete_save(n1));
  }
  SECTION("and are lost even where the save itself reached the disk") {
    REQUIRE(world.crash(n1, engine::disk_keeps));
    REQUIRE(world.restart(n1));
    CHECK_FALSE(world.find_message({"News", {}, n1, n0, 2, 0}));
    CHECK(scribe(world, n1).page.value == 10);
  }
}

TEST_CASE("world: with saves in their step nothing waits", "[unit]") {
  WorldSettings settings;
  settings.saves_in_step = true;
  World world = told(Task::save_and_send, settings);
  REQUIRE(tell(world));
  CHECK(in_flight_names(world).back() == "News n1->n0 nth 2");
  CHECK(world.local(n1).cell_state == engine::CellState::saved);
}

TEST_CASE("world: a crash keeps, loses or tears what was written and not synced", "[unit]") {
  WorldSettings settings;
  settings.disk_sector = 2;
  World world = told(Task::write_file, settings);
  REQUIRE(tell(world));
  REQUIRE(world.complete_disk(n1, "log"));
  CHECK(world.local(n1).disk.content("log") == "abcdefgh");
  const auto left = [&](const engine::DiskOutcome& outcome) {
    World crashed = world;
    REQUIRE(crashed.crash(n1, outcome));
    return crashed.local(n1).disk.content("log");
  };
  CHECK(left(engine::disk_keeps) == "abcdefgh");
  CHECK(left(engine::disk_loses).empty());
  CHECK(left(engine::disk_tears) == "abcd");
  REQUIRE(world.crash(n1, engine::disk_keeps));
  REQUIRE(world.wipe(n1));
  REQUIRE(world.restart(n1));
  CHECK(world.local(n1).disk.content("log").empty());
  CHECK(world.local(n1).cell_state == engine::CellState::wiped);
}

TEST_CASE("world: a choice depends on the name of its input and on nothing else", "[unit]") {
  const auto chosen = [](std::uint64_t seed, bool disturbed, std::uint32_t copies) {
    WorldSettings settings;
    settings.seed = seed;
    World world = told(Task::choose, settings);
    if (disturbed) world.deliver(message(world, "Order", n1, n0));
    for (std::uint32_t i = 0; i < copies; ++i) world.duplicate(message(world, "Order", n0, n1));
    while (tell(world) && world.find_message({"Order", {}, n0, n1, 0, 0})) continue;
    return scribe(world, n1).chosen;
  };
  CHECK(chosen(1, false, 0) == chosen(1, true, 0));
  // Eight copies, eight draws of their own; the first is that of the original.
  CHECK(chosen(1, false, 7) / 10'000'000 == chosen(1, false, 0));
  CHECK(chosen(1, false, 7) != chosen(2, false, 7));
  CHECK(chosen(1, false, 7) % 11'111'111 != 0);
}

TEST_CASE("world: each disk completion is a name of its own for choices", "[unit]") {
  World world = told(Task::write_file);
  for (int i = 0; i < 7; ++i) REQUIRE(world.duplicate(message(world, "Order", n0, n1, 1, 0)));
  for (int i = 0; i < 8; ++i) REQUIRE(tell(world));
  for (int i = 0; i < 8; ++i) REQUIRE(world.complete_disk(n1, "log"));
  CHECK(scribe(world, n1).files_done == 8);
  CHECK(scribe(world, n1).chosen % 11'111'111 != 0);
}

TEST_CASE("world: choices of the decision come before drawn ones", "[unit]") {
  for (const std::uint32_t digit : {3U, 8U}) {
    World world = told(Task::choose);
    engine::Decision deliver;
    deliver.message = {"Order", {}, n0, n1, 1, 0};
    deliver.choices = {digit};
    REQUIRE(world.apply(deliver));
    CHECK(scribe(world, n1).chosen == digit);
  }
}

TEST_CASE("world: an ignored message is consumed, or stays where that is asked for", "[unit]") {
  WorldSettings settings;
  World simulated = told(Task::ignore, settings);
  CHECK(tell(simulated));
  CHECK_FALSE(simulated.find_message({"Order", {}, n0, n1, 0, 0}));
  settings.ignored_stay = true;
  World explored = told(Task::ignore, settings);
  const std::uint64_t digest = explored.digest();
  CHECK_FALSE(tell(explored));
  CHECK(explored.find_message({"Order", {}, n0, n1, 0, 0}));
  CHECK(explored.digest() == digest);
}

TEST_CASE("world: ignoring with an effect is a violation", "[unit]") {
  for (const Task task : {Task::send_and_ignore, Task::save_and_ignore}) {
    for (const bool stay : {false, true}) {
      WorldSettings settings;
      settings.ignored_stay = stay;
      World world = told(task, settings);
      CHECK(tell(world));
      REQUIRE(world.violations().size() == 1);
      CHECK(world.violations()[0].property == "no-exception");
    }
  }
}

TEST_CASE("world: ignoring with a save behind another one is a violation", "[unit]") {
  Scribe first;
  first.first = Task::save_and_send;
  Scribe second;
  second.first = Task::save_and_ignore;
  World world(assembly_of(first, Scribe{}, second), {});
  world.start();
  REQUIRE(world.deliver(message(world, "Order", n0, n1)));
  REQUIRE(world.deliver(message(world, "Order", NodeId{2}, n1)));
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations()[0].property == "no-exception");
}

TEST_CASE("world: a look-up for an ignored message leaves no part behind", "[unit]") {
  World world(assembly_of(Haunted{}, Haunted{}), {});
  world.start();
  REQUIRE(world.deliver(message(world, "ghosts[].News", n0, n1)));
  CHECK(engine::process_as<Haunted>(world.process(n1))->ghosts.empty());
}

TEST_CASE("world: a handler that throws breaks the run", "[unit]") {
  World world = told(Task::fail);
  const std::uint64_t epoch = world.observation(n1).epoch;
  REQUIRE(tell(world));
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations()[0].property == "no-exception");
  CHECK(world.violations()[0].message == "n1: no such page");
  CHECK(world.violations()[0].step == 3);
  CHECK(world.violations()[0].nodes == std::vector<NodeId>{n1});
  // What the broken node shows is not looked at.
  CHECK(world.observation(n1).epoch == epoch);
  CHECK(world.broken());
  CHECK_FALSE(world.deliver(message(world, "Order", n1, n0)));
  CHECK_FALSE(world.drop(message(world, "Order", n1, n0), "test"));
  CHECK_FALSE(world.crash(n0, engine::disk_loses));
  CHECK(world.step() == 3);
}

TEST_CASE("world: operations nobody invoked and second responses are violations", "[unit]") {
  World nothing = told(Task::respond_to_nothing);
  REQUIRE(tell(nothing));
  REQUIRE(nothing.violations().size() == 1);
  CHECK(nothing.violations()[0].message == "n1: responded to operation c0.1, which nobody invoked");
  CHECK(nothing.history().operations().empty());

  World once = told(Task::invoke_and_respond);
  REQUIRE(tell(once));
  CHECK(once.violations().empty());
  CHECK(once.history().completed() == 1);

  World twice = told(Task::respond_twice);
  REQUIRE(tell(twice));
  REQUIRE(twice.violations().size() == 1);
  CHECK(twice.violations()[0].message == "n1: responded to operation c0.1 twice");

  // The same over two steps: the second node does what the first has done.
  Scribe scribe;
  scribe.first = Task::invoke_and_respond;
  World both(assembly_of(scribe, scribe), {});
  both.start();
  REQUIRE(both.deliver(message(both, "Order", n0, n1)));
  CHECK(both.violations().empty());
  REQUIRE(both.deliver(message(both, "Order", n1, n0)));
  REQUIRE(both.violations().size() == 1);
  CHECK(both.violations()[0].message == "n0: invoked operation c0.1 twice");
}

TEST_CASE("world: a clock decision moves the wall clock, or both clocks of one node", "[unit]") {
  World world(assembly_of(Scribe{}, Scribe{}), {});
  world.start();
  const std::uint64_t before = world.digest();
  REQUIRE(world.move_clock(n0, engine::milliseconds(5)));
  CHECK(world.local(n0).clock_offset == engine::milliseconds(5));
  CHECK(world.local(n0).elapsed == engine::Duration{});
  World other = world;
  REQUIRE(world.move_clock(n0, engine::milliseconds(7), true));
  REQUIRE(other.move_clock(n0, engine::milliseconds(7)));
  CHECK(world.local(n0).elapsed == engine::milliseconds(7));
  CHECK(world.local(n1).elapsed == engine::Duration{});
  CHECK(world.digest() != before);
  CHECK(world.digest() != other.digest());
}

TEST_CASE("world: a message to nobody is a violation", "[unit]") {
  World world = told(Task::send_nowhere);
  REQUIRE(tell(world));
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations()[0].property == "no-exception");
}

TEST_CASE("world: what a node does not show is not taken from another one", "[unit]") {
  World world(assembly_of(Scribe{}, Haunted{}), {});
  REQUIRE(world.restart(n0));
  REQUIRE(world.crash(n0, engine::disk_loses));
  REQUIRE(world.restart(n0));  // shows epoch 100
  REQUIRE(world.crash(n0, engine::disk_loses));
  REQUIRE(world.restart(n1));
  CHECK(world.observation(n1).epoch == 0);
}

}  // namespace stampede::tests
