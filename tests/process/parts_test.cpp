#include "tests/process/parts.hpp"

#include <catch2/catch.hpp>

namespace stampede {

using namespace parts_test;
using Catch::Contains;

TEST_CASE("parts: messages are named by their path, indications climb to the root", "[unit]") {
  const engine::World world = played({});
  CHECK(world.violations().empty());
  const House* house = engine::process_as<House>(world.process(NodeId{0}));
  REQUIRE(house != nullptr);
  CHECK(house->hall.front.knocks == 1);
  CHECK(house->hall.back.knocks == 1);
  CHECK(house->told == 2);
  CHECK(house->hall.heard_at_front == 1);
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
            "'Door' (hall.back of 'House') does not list 'Unknown' in Indicates") !=
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
  assembly.membership.add({"house", {NodeId{0}, NodeId{1}}});
  engine::World world(std::move(assembly), {});
  world.start();
  world.deliver(world.in_flight().front());
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().message.find(
            "the options of this run hold no 'DoorOptions' for 'Door' (hall.front of 'House')") !=
        std::string::npos);
}

TEST_CASE("parts: maps of parts nest, and each instance knows its keys", "[unit]") {
  engine::World world = played_with(Castle{}, {});
  CHECK(world.violations().empty());
  // The bells of room 9 ignored it, the others answer.
  for (const engine::MessageSlot slot : world.in_flight()) world.deliver(slot);
  CHECK(world.violations().empty());
  const Castle* castle = engine::process_as<Castle>(world.process(NodeId{0}));
  REQUIRE(castle != nullptr);
  CHECK(castle->answers == std::vector<Answered>{{-3, Floor::first, NodeId{0}},
                                                 {7, Floor::first, NodeId{0}},
                                                 {8, Floor::first, NodeId{0}}});
  CHECK(castle->from_east == 2);
  CHECK(castle->west.at(NodeId{1}).landings.at(Floor::first).bells.at(-3).rings == 1);
}

TEST_CASE("parts: an ignored message leaves no instance behind, however deep", "[unit]") {
  engine::Assembly assembly;
  for (const char* name : {"h0", "h1"})
    assembly.nodes.push_back({name, "house", engine::make_process(Castle{}), {}});
  assembly.membership.add({"house", {NodeId{0}, NodeId{1}}});
  engine::World world(std::move(assembly), {});
  world.start();
  const auto deliver_room = [&](std::uint64_t room) {
    for (const engine::MessageSlot slot : world.in_flight()) {
      const engine::InFlight& message = world.message(slot);
      if (message.to == NodeId{1} && message.instance.keys[2] == room) {
        world.deliver(slot);
        return;
      }
    }
    FAIL("no message for that room");
  };
  const Castle* castle = engine::process_as<Castle>(world.process(NodeId{1}));
  deliver_room(9);
  CHECK(castle->east.count(NodeId{0}) == 0);
  // Another room of that landing is there: only the new bell goes.
  deliver_room(7);
  const Landing& landing = castle->east.at(NodeId{0}).landings.at(Floor::first);
  CHECK(landing.bells.size() == 1);
  CHECK(landing.bells.count(7) == 1);
}

TEST_CASE("parts: timers belong to an instance", "[unit]") {
  engine::World world = played_with(Castle{}, {});
  const auto& timers = world.local(NodeId{1}).timers;
  REQUIRE(timers.size() == 3);
  CHECK(timers[1].type == timers[2].type);
  CHECK_FALSE(timers[1].instance == timers[2].instance);
  CHECK(timers[0].type->name == "west[].landings[].bells[].Silence");
  CHECK(timers[0].type->name_of(timers[0].instance) == "west[0].landings[first].bells[-3].Silence");
  CHECK(world.fire(NodeId{1}, 1));
  CHECK(world.violations().empty());
  CHECK(engine::process_as<Castle>(world.process(NodeId{1}))->from_east == 1);
}

TEST_CASE("parts: a name is written with its keys and read again", "[unit]") {
  const engine::NamedType* ring = nullptr;
  for (const engine::NamedType* type : engine::process_type<Castle>().message_types) {
    if (type->name == "east[].landings[].bells[].Ring") ring = type;
  }
  REQUIRE(ring != nullptr);
  const std::string text = "east[12].landings[ground].bells[-1].Ring";
  const engine::WrittenName written = engine::split_name(text);
  CHECK(written.type == ring->name);
  CHECK(written.keys == std::vector<std::string>{"12", "ground", "-1"});
  const auto instance = ring->instance_of(written.keys);
  REQUIRE(instance);
  CHECK(ring->name_of(*instance) == text);
  CHECK_FALSE(ring->instance_of({"12", "ground"}));
  CHECK_FALSE(ring->instance_of({"12", "attic", "-1"}));
  CHECK_FALSE(ring->instance_of({"r12", "ground", "-1"}));
  CHECK_FALSE(ring->instance_of({"12", "ground", "4294967296"}));
  CHECK(engine::split_name("a[].Promise").keys.empty());
  CHECK(engine::split_name("a[3.Promise").type == "a[3.Promise");
  CHECK(engine::split_name("Promise").type == "Promise");
}

TEST_CASE("parts: a key fits 32 bits", "[unit]") {
  CHECK(engine::key_from_word<std::int64_t>(engine::key_to_word(std::int64_t{-5})) == -5);
  CHECK(engine::key_from_word<std::uint64_t>(engine::key_to_word(std::uint64_t{4'000'000'000})) ==
        4'000'000'000);
  CHECK_THROWS_AS(engine::key_to_word(std::uint64_t{1} << 32), engine::AssertionFailed);
  CHECK_THROWS_AS(engine::key_to_word(std::int64_t{1} << 31), engine::AssertionFailed);
  const engine::KeyType& wide = engine::key_type<std::uint64_t>();
  CHECK(wide.read("4294967295") == 4'294'967'295U);
  CHECK_FALSE(wide.read("4294967296"));
}

TEST_CASE("parts: an inlined part has its owner's names", "[unit]") {
  TownOptions options;
  options.gate.is_high = true;
  const engine::World world = played_with(Town{}, engine::Payload::of(options));
  CHECK(world.violations().empty());
  std::vector<std::string> names;
  for (const engine::NamedType* type : engine::process_type<Town>().message_types)
    names.push_back(type->name);
  CHECK(names == std::vector<std::string>{"Never", "Ring", "door.Knock"});
  CHECK(engine::process_type<Town>().timer_types.front()->name == "Silence");
  const Town* town = engine::process_as<Town>(world.process(NodeId{0}));
  CHECK(town->gate.rings == 1);
  CHECK(town->told == 1);
  CHECK(engine::to_json(*town) == R"({"told":1,"rings":1,"door":{"knocks":1}})");
  CHECK(engine::to_json(options) == R"({"before_it":0,"door":{"habit":"counts"},"is_high":true})");
  TownOptions read{};
  engine::read(engine::parse_json(R"({"is_high":true,"door":{"habit":"counts"}})", "o"), read);
  CHECK(read == options);
  CHECK_THROWS_AS(engine::read(engine::parse_json(R"({"gate":{}})", "o"), read),
                  engine::InputError);

  const engine::World village = played_with(Village{}, engine::Payload::of(options.gate));
  CHECK(village.violations().empty());
  CHECK(engine::process_as<Village>(village.process(NodeId{0}))->gate.rings == 1);
}

TEST_CASE("parts: one cell keeps what is durable in a process and its parts", "[unit]") {
  const auto restarted = [](auto process) {
    engine::Assembly assembly;
    for (const char* name : {"h0", "h1"})
      assembly.nodes.push_back({name, "house", engine::make_process(process), {}});
    assembly.membership.add({"house", {NodeId{0}, NodeId{1}}});
    engine::WorldSettings settings;
    settings.saves_in_step = true;
    engine::World world(std::move(assembly), settings);
    world.start();
    world.crash(NodeId{0}, engine::disk_keeps);
    world.restart(NodeId{0});
    CHECK(world.violations().empty());
    return world;
  };
  const engine::World desk = restarted(Desk{});
  CHECK(engine::process_as<Desk>(desk.process(NodeId{0}))->book == Book{{5}, 0});
  CHECK(desk.local(NodeId{0}).cell.as<Page>().text == 5);

  const engine::World library = restarted(Library{});
  const Library expected{{3},
                         {{-1, {{{NodeId{0}, {{10}, 0}}, {NodeId{1}, {{11}, 0}}}}},
                          {4, {{{NodeId{0}, {{10}, 0}}, {NodeId{1}, {{11}, 0}}}}}}};
  CHECK(*engine::process_as<Library>(library.process(NodeId{0})) == expected);
  const engine::Payload& cell = library.local(NodeId{0}).cell;
  REQUIRE(cell.as<engine::SavedParts>().parts.size() == 5);
  CHECK(cell.as<engine::SavedParts>().parts.back().part == "shelves[].books[]");

  // Renamed, it is the cell of a library whose books belong to other nodes.
  const engine::Renaming swap{{NodeId{1}, NodeId{0}}};
  const auto renamed =
      engine::rename_cell(engine::process_type<Library>(), cell, swap,
                          [](const engine::Payload& page, const auto&) { return page; });
  Library other = expected;
  for (auto& [number, shelf] : other.shelves)
    std::swap(shelf.books[NodeId{0}], shelf.books[NodeId{1}]);
  CHECK(renamed == engine::save_durable(engine::process_type<Library>(), &other));
  CHECK_FALSE(renamed == cell);
}

TEST_CASE("parts: who indicated has a key only if it is in a map, and of its type", "[unit]") {
  const auto& castle = engine::process_type<Castle>().root;
  const engine::InstancePath instance{{5, 1, 2}};
  const engine::Source west(*castle.parts[0], instance);
  CHECK(west.key<NodeId>() == NodeId{5});
  CHECK(west.is<&Castle::west>());
  CHECK_FALSE(west.is<&Castle::east>());
  CHECK_THROWS_WITH(west.key<std::uint32_t>(),
                    Contains("key() of 'Tower' (west[] of 'Castle'): it is in no map with keys of "
                             "this type"));
  const auto& house = engine::process_type<House>().root;
  CHECK_THROWS_AS(engine::Source(*house.parts[0], instance).key<NodeId>(), engine::AssertionFailed);
}

}  // namespace stampede
