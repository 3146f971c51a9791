// Parts in parts, for the tests of what processes are made of.
#pragma once

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

}  // namespace parts_test
}  // namespace stampede
