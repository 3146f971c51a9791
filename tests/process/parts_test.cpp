#include <catch2/catch.hpp>

#include "engine/world/world.hpp"

namespace stampede {
namespace parts_test {

struct Knock {};
STAMPEDE_VALUE(Knock);
struct Heard {
  std::uint32_t times = 0;
};
STAMPEDE_VALUE(Heard, times);
struct Unknown {};
STAMPEDE_VALUE(Unknown);
struct Never {};
STAMPEDE_VALUE(Never);

enum class Habit { counts, ignores_and_tells, tells_unknown };
STAMPEDE_ENUM(Habit, counts, ignores_and_tells, tells_unknown);

struct DoorOptions {
  Habit habit = Habit::counts;
};
STAMPEDE_VALUE(DoorOptions, habit);

/// A part that hears knocks.
struct Door {
  using Messages = engine::Messages<Knock>;
  using Timers = engine::Timers<>;
  using Options = DoorOptions;
  std::uint32_t knocks = 0;

  void on(const Knock&, NodeId, Context& context) {
    switch (context.options<DoorOptions>().habit) {
      case Habit::counts:
        context.indicate(Heard{++knocks});
        break;
      case Habit::ignores_and_tells:
        context.indicate(Heard{});
        context.ignore();
        break;
      case Habit::tells_unknown:
        context.indicate(Unknown{});
        break;
    }
  }
};
STAMPEDE_VALUE(Door, knocks);

/// A part within a part: two doors with options of their own.
struct HallOptions {
  std::uint64_t before_it = 0;
  DoorOptions front{};
  DoorOptions back{};
};
STAMPEDE_VALUE(HallOptions, before_it, front, back);
struct Hall {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = HallOptions;
  Door front{};
  Door back{};
  using Parts = engine::Parts<&Hall::front, &Hall::back>;
  void on(const Heard& heard, Context& context) { context.indicate(heard); }
};
STAMPEDE_VALUE(Hall, front, back);

struct HouseOptions {
  std::string name = "a name that is long enough to live on the heap";
  HallOptions hall{};
};
STAMPEDE_VALUE(HouseOptions, name, hall);
struct House {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = HouseOptions;
  std::uint32_t told = 0;
  Hall hall{};
  using Parts = engine::Parts<&House::hall>;

  void start(Context& context) {
    Context inside = context.inside(hall);
    inside.inside(hall.front).broadcast(Knock{});
    inside.inside(hall.back).broadcast(Knock{});
  }
  void on(const Heard& heard, Context&) { told += heard.times; }
};
STAMPEDE_VALUE(House, told, hall);

/// Two houses; each message that is in flight at the beginning is delivered once.
engine::World played(const HouseOptions& options) {
  engine::Assembly assembly;
  for (const char* name : {"h0", "h1"}) {
    assembly.nodes.push_back(
        {name, "house", engine::make_process(House{}), engine::Payload::of(options)});
  }
  assembly.membership.roles = {{"house", {NodeId{0}, NodeId{1}}}};
  engine::World world(std::move(assembly), {});
  world.start();
  for (const engine::MessageSlot slot : world.in_flight()) world.deliver(slot);
  return world;
}

}  // namespace parts_test

using namespace parts_test;

TEST_CASE("parts: messages are named by their path, indications climb to the root", "[unit]") {
  const engine::World world = played({});
  CHECK(world.violations().empty());
  const House* house = engine::process_as<House>(world.process(NodeId{0}));
  REQUIRE(house != nullptr);
  CHECK(house->hall.front.knocks == 1);
  CHECK(house->hall.back.knocks == 1);
  CHECK(house->told == 2);
  const auto& types = engine::process_type<House>().message_types;
  REQUIRE(types.size() == 2);
  CHECK(types[0]->name == "hall.front.Knock");
  CHECK(types[1]->name == "hall.back.Knock");
}

TEST_CASE("parts: each has the member of its owner's options with its name", "[unit]") {
  HouseOptions options;
  options.hall.back.habit = Habit::tells_unknown;
  const engine::World world = played(options);
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().property == "no-exception");
  CHECK(world.violations().front().message.find(
            "a part indicates 'Unknown', which its owner does not list in Indications") !=
        std::string::npos);
  // The front door went first, and counted.
  CHECK(engine::process_as<House>(world.process(NodeId{1}))->hall.front.knocks == 1);
}

TEST_CASE("parts: who ignores a message indicates nothing", "[unit]") {
  HouseOptions options;
  options.hall.front.habit = Habit::ignores_and_tells;
  const engine::World world = played(options);
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().property == "no-exception");
}

TEST_CASE("parts: options that are not there are an error with names", "[unit]") {
  engine::Assembly assembly;
  for (const char* name : {"h0", "h1"}) {
    assembly.nodes.push_back(
        {name, "house", engine::make_process(House{}), engine::Payload::of(Never{})});
  }
  assembly.membership.roles = {{"house", {NodeId{0}, NodeId{1}}}};
  engine::World world(std::move(assembly), {});
  world.start();
  world.deliver(world.in_flight().front());
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().message.find(
            "the options of this run hold no 'DoorOptions' for 'hall.front.'") !=
        std::string::npos);
}

}  // namespace stampede
