// What authors may get wrong with parts: found when the type is built, or in the step that does it.
#include <catch2/catch.hpp>

#include "tests/process/parts.hpp"

namespace stampede {
namespace parts_test {

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

/// A member of the inlined member has a name that is taken. No STAMPEDE_VALUE: it would not
/// compile.
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

}  // namespace stampede
