#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "engine/process/durable.hpp"
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
  using Indicates = engine::Indications<Heard>;
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
  using Indicates = engine::Indications<Heard>;
  using Options = HallOptions;
  Door front{};
  Door back{};
  std::uint32_t heard_at_front = 0;
  using Parts = engine::Parts<&Hall::front, &Hall::back>;
  void on(const Heard& heard, const engine::Source& source, Context& context) {
    ASSERT(source.is<&Hall::front>() != source.is<&Hall::back>());
    if (source.is<&Hall::front>()) heard_at_front += heard.times;
    context.indicate(heard);
  }
};
STAMPEDE_VALUE(Hall, front, back, heard_at_front);

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

/// Two of `process`; each message that is in flight at the beginning is delivered once.
template <class P>
engine::World played_with(const P& process, engine::Payload options) {
  engine::Assembly assembly;
  for (const char* name : {"h0", "h1"})
    assembly.nodes.push_back({name, "house", engine::make_process(process), options});
  assembly.membership.add({"house", {NodeId{0}, NodeId{1}}});
  engine::World world(std::move(assembly), {});
  world.start();
  for (const engine::MessageSlot slot : world.in_flight()) world.deliver(slot);
  return world;
}
engine::World played(const HouseOptions& options) {
  return played_with(House{}, engine::Payload::of(options));
}

/// What the first violation of a run of two `process` says.
template <class P>
std::string complaint(const P& process) {
  const engine::World world = played_with(process, engine::Payload::of(HouseOptions{}));
  return world.violations().empty() ? "nothing" : world.violations().front().message;
}

// ----- maps of parts -----

enum class Floor { ground, first };
STAMPEDE_ENUM(Floor, ground, first);

struct Answered {
  std::int32_t room = 0;
  Floor floor{};
  NodeId tower{};
};
STAMPEDE_VALUE(Answered, room, floor, tower);
struct Ring {
  bool is_answer = false;
};
STAMPEDE_VALUE(Ring, is_answer);
struct Silence {};
STAMPEDE_VALUE(Silence);

struct Bell {
  using Messages = engine::Messages<Ring>;
  using Timers = engine::Timers<Silence>;
  using Indicates = engine::Indications<Answered>;
  std::uint32_t rings = 0;
  void on(const Ring& ring, NodeId from, Context& context) {
    if (!ring.is_answer && context.instance<std::int32_t>() == 9) return context.ignore();
    ++rings;
    context.arm(Silence{}, engine::milliseconds(1));
    if (!ring.is_answer) return context.send(from, Ring{true});
    context.indicate(Answered{context.instance<std::int32_t>(), context.instance<Floor>(1),
                              context.instance<NodeId>(2)});
  }
  void on(const Silence&, Context& context) { context.indicate(Answered{}); }
};
STAMPEDE_VALUE(Bell, rings);

/// In a map and with a map: its bells are two keys away from a tower, three from the root.
struct Landing {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  using Indicates = engine::Indications<Answered>;
  std::map<std::int32_t, Bell> bells{};
  using Parts = engine::Parts<&Landing::bells>;
  void on(const Answered&, const engine::Source& source, Context& context) {
    ASSERT(source.is<&Landing::bells>());
    context.indicate(Answered{source.key<std::int32_t>(), context.instance<Floor>(),
                              context.instance<NodeId>(1)});
  }
};
STAMPEDE_VALUE(Landing, bells);
struct Tower {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  using Indicates = engine::Indications<Answered>;
  std::map<Floor, Landing> landings{};
  using Parts = engine::Parts<&Tower::landings>;
  void on(const Answered& answered, Context& context) { context.indicate(answered); }
};
STAMPEDE_VALUE(Tower, landings);
struct Castle {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  std::map<NodeId, Tower> west{};
  std::map<NodeId, Tower> east{};
  std::vector<Answered> answers{};
  std::uint32_t from_east = 0;
  using Parts = engine::Parts<&Castle::west, &Castle::east>;

  static void ring(std::map<NodeId, Tower>& towers, std::int32_t room, Context& context) {
    Tower& tower = towers[context.self()];
    Landing& landing = tower.landings[Floor::first];
    Bell& bell = landing.bells[room];
    context.inside(tower).inside(landing).inside(bell).broadcast(Ring{});
  }
  void start(Context& context) {
    ring(west, -3, context);
    ring(east, 7, context);
    ring(east, 8, context);
    ring(east, 9, context);
  }
  void on(const Answered& answered, const engine::Source& source, Context&) {
    if (source.is<&Castle::east>()) ++from_east;
    if (answered.room != 0) ASSERT(source.key<NodeId>() == answered.tower);
    answers.push_back(answered);
  }
};
STAMPEDE_VALUE(Castle, west, east, answers, from_east);

// ----- inlined parts -----

struct GateOptions {
  DoorOptions door{};
  bool is_high = false;
};
STAMPEDE_VALUE(GateOptions, door, is_high);
/// Both a part of its own and something that another process can be built around.
struct Gate {
  using Messages = engine::Messages<Ring>;
  using Timers = engine::Timers<Silence>;
  using Indications = engine::Indications<Heard>;
  using Indicates = engine::Indications<Heard>;
  using Options = GateOptions;
  std::uint32_t rings = 0;
  Door door{};
  using Parts = engine::Parts<&Gate::door>;
  void on(const Ring&, NodeId, Context& context) {
    ++rings;
    ASSERT(context.options<GateOptions>().is_high);
    context.arm(Silence{}, engine::milliseconds(1));
  }
  void on(const Silence&, Context&) {}
  void on(const Heard& heard, Context& context) { context.indicate(heard); }
};
STAMPEDE_VALUE(Gate, rings, door);

struct TownOptions {
  std::uint64_t before_it = 0;
  GateOptions gate{};
  using Inlined = engine::Inlined<&TownOptions::gate>;
};
STAMPEDE_VALUE(TownOptions, before_it, gate);
struct Town {
  using Messages = engine::Messages<Never>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = TownOptions;
  std::uint32_t told = 0;
  Gate gate{};
  using Parts = engine::Parts<&Town::gate>;
  using Inlined = engine::Inlined<&Town::gate>;
  void start(Context& context) {
    Context inside = context.inside(gate);
    inside.broadcast(Ring{});
    inside.inside(gate.door).broadcast(Knock{});
  }
  void on(const Never&, NodeId, Context&) {}
  void on(const Heard& heard, const engine::Source& source, Context&) {
    if (source.is<&Town::gate>()) told += heard.times;
  }
};
STAMPEDE_VALUE(Town, told, gate);

/// Takes the options of its inlined part for its own.
struct Village {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = GateOptions;
  Gate gate{};
  using Parts = engine::Parts<&Village::gate>;
  using Inlined = engine::Inlined<&Village::gate>;
  void start(Context& context) { context.inside(gate).broadcast(Ring{}); }
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(Village, gate);

// ----- durable parts -----

struct Page {
  std::uint32_t text = 0;
};
STAMPEDE_VALUE(Page, text);
struct Book {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  Page page{};
  std::uint32_t bookmark = 0;  // is lost
  static constexpr auto durable = &Book::page;
  void write(std::uint32_t text, Context context) {
    page.text = text;
    bookmark = text;
    context.persist();
  }
};
STAMPEDE_VALUE(Book, page, bookmark);
/// One durable part; nothing else.
struct Desk {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  Book book{};
  using Parts = engine::Parts<&Desk::book>;
  void start(Context& context) { book.write(5, context.inside(book)); }
  void recover(Context&) { ASSERT(book.bookmark == 0); }
};
STAMPEDE_VALUE(Desk, book);
/// Books in maps, and a catalogue of its own.
struct Shelf {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::map<NodeId, Book> books{};
  using Parts = engine::Parts<&Shelf::books>;
};
STAMPEDE_VALUE(Shelf, books);
struct Library {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  Page catalogue{};
  std::map<std::int32_t, Shelf> shelves{};
  using Parts = engine::Parts<&Library::shelves>;
  static constexpr auto durable = &Library::catalogue;
  void start(Context& context) {
    catalogue.text = 3;
    for (const std::int32_t number : {-1, 4}) {
      Shelf& shelf = shelves[number];
      for (const NodeId node : context.members())
        shelf.books[node].write(node.value + 10, context.inside(shelf).inside(shelf.books[node]));
    }
  }
  void recover(Context&) {}
};
STAMPEDE_VALUE(Library, catalogue, shelves);

// ----- wrong declarations -----

struct WithoutOptions {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  Door door{};
  using Parts = engine::Parts<&WithoutOptions::door>;
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(WithoutOptions, door);
struct MisnamedOptions {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = HallOptions;  // front and back, no door
  Door door{};
  using Parts = engine::Parts<&MisnamedOptions::door>;
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(MisnamedOptions, door);
struct Deaf {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::map<std::uint32_t, Bell> bells{};
  using Parts = engine::Parts<&Deaf::bells>;
};
STAMPEDE_VALUE(Deaf, bells);
struct TooDeep {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  std::map<std::uint32_t, Castle> castles{};
  using Parts = engine::Parts<&TooDeep::castles>;
  void on(const Answered&, Context&) {}
};
STAMPEDE_VALUE(TooDeep, castles);
struct TwoNames {
  using Messages = engine::Messages<Ring>;  // as the gate has
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = GateOptions;
  Gate gate{};
  using Parts = engine::Parts<&TwoNames::gate>;
  using Inlined = engine::Inlined<&TwoNames::gate>;
  void on(const Ring&, NodeId, Context&) {}
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(TwoNames, gate);
struct TwoTimers {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<Silence>;  // as the gate has
  using Indications = engine::Indications<Heard>;
  using Options = GateOptions;
  Gate gate{};
  using Parts = engine::Parts<&TwoTimers::gate>;
  using Inlined = engine::Inlined<&TwoTimers::gate>;
  void on(const Silence&, Context&) {}
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(TwoTimers, gate);
/// Keeps bells under the name that Landing has for them, by other keys.
struct OtherKeys {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  std::map<std::uint64_t, Bell> bells{};
  using Parts = engine::Parts<&OtherKeys::bells>;
  void on(const Answered&, Context&) {}
};
STAMPEDE_VALUE(OtherKeys, bells);
struct OneKey {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Answered>;
  std::map<std::int32_t, Bell> bells{};
  using Parts = engine::Parts<&OneKey::bells>;
  void on(const Answered&, Context&) {}
};
STAMPEDE_VALUE(OneKey, bells);

/// A member of the inlined member has a name that is taken. No STAMPEDE_VALUE: it would not compile.
struct Clash {
  std::uint32_t rings = 0;
  Gate gate{};
  using Inlined = engine::Inlined<&Clash::gate>;
};
BOOST_DESCRIBE_STRUCT(Clash, (), (rings, gate))
static_assert(!engine::shown_names_differ<Clash>());
static_assert(engine::shown_names_differ<Town>());

enum class Slip { none, reaches_too_far, sends_undeclared, arms_undeclared, asks_for_key };
STAMPEDE_ENUM(Slip, none, reaches_too_far, sends_undeclared, arms_undeclared, asks_for_key);
/// Its first member's first member is where it is itself.
struct Slippery {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Heard>;
  using Options = HouseOptions;
  Hall hall{};
  Slip slip{};
  using Parts = engine::Parts<&Slippery::hall>;
  void start(Context& context) {
    switch (slip) {
      case Slip::none:
        break;
      case Slip::reaches_too_far:
        context.inside(hall.front).broadcast(Knock{});
        break;
      case Slip::sends_undeclared:
        context.inside(hall).broadcast(Unknown{});
        break;
      case Slip::arms_undeclared:
        context.arm(Silence{}, engine::milliseconds(1));
        break;
      case Slip::asks_for_key:
        ASSERT(context.inside(hall).instance<NodeId>() != NodeId{0});
        break;
    }
  }
  void on(const Heard&, Context&) {}
};
STAMPEDE_VALUE(Slippery, hall, slip);

}  // namespace parts_test

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

TEST_CASE("parts: wrong declarations are found when the type is built", "[unit]") {
  CHECK_THROWS_WITH(engine::process_type<WithoutOptions>(),
                    Contains("'Door' (door of 'WithoutOptions') takes options, and the Options of "
                             "'WithoutOptions' have none of their type under its name"));
  CHECK_THROWS_WITH(engine::process_type<MisnamedOptions>(),
                    Contains("'MisnamedOptions' have none"));
  CHECK_THROWS_WITH(engine::process_type<Deaf>(),
                    Contains("'Bell' (bells[] of 'Deaf') indicates 'Answered', which 'Deaf' does "
                             "not list in Indications"));
  CHECK_THROWS_WITH(engine::process_type<TooDeep>(),
                    Contains("'Bell' (castles[].west[].landings[].bells[] of 'TooDeep') is in more "
                             "than 3 maps of parts"));
  CHECK_THROWS_WITH(engine::process_type<TwoNames>(),
                    Contains("two messages of one process are called 'Ring'; the second is "
                             "declared by 'Gate' (gate of 'TwoNames')"));
  CHECK_THROWS_WITH(engine::process_type<TwoTimers>(),
                    Contains("two timers of one process are called 'Silence'"));
  CHECK_NOTHROW(engine::process_type<OneKey>());
  CHECK_THROWS_WITH(engine::process_type<OtherKeys>(),
                    Contains("'bells[].Ring' has keys of other types in another process"));
}

TEST_CASE("parts: wrong use is an exception of its step, with names", "[unit]") {
  CHECK(complaint(Slippery{}) == "nothing");
  CHECK_THAT(complaint(Slippery{{}, Slip::reaches_too_far}),
             Contains("inside() was given a 'Door' that is not one of the Parts of 'Slippery'"));
  CHECK_THAT(complaint(Slippery{{}, Slip::sends_undeclared}),
             Contains("'Hall' (hall of 'Slippery') sends 'Unknown' without declaring it: add it "
                      "to 'Sends'"));
  CHECK_THAT(complaint(Slippery{{}, Slip::arms_undeclared}),
             Contains("'Slippery' arms 'Silence' without declaring it: add it to 'Timers'"));
  CHECK_THAT(complaint(Slippery{{}, Slip::asks_for_key}),
             Contains("instance() in 'Hall' (hall of 'Slippery'): it is in no map"));
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
