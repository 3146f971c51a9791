// A part in a map has options: the member of its owner's with the map's name. They were looked for
// under the name with brackets, and no process with such a part could be made.
#include <catch2/catch.hpp>
#include <map>

#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

struct LampOptions {
  std::uint64_t brightness = 1;
};
STAMPEDE_VALUE(LampOptions, brightness);
struct StreetOptions {
  std::uint64_t before_it = 0;
  LampOptions lamps{};
};
STAMPEDE_VALUE(StreetOptions, before_it, lamps);

struct Lamp {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Options = LampOptions;
  std::uint64_t shines = 0;

  void light(const Context& context) { shines = context.options<LampOptions>().brightness; }
};
STAMPEDE_VALUE(Lamp, shines);

struct Street {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Options = StreetOptions;
  std::map<std::uint32_t, Lamp> lamps{};
  using Parts = engine::Parts<&Street::lamps>;

  void start(Context& context) {
    Lamp& lamp = lamps[3];
    lamp.light(context.inside(lamp));
  }
};
STAMPEDE_VALUE(Street, lamps);

}  // namespace

TEST_CASE("regress: a part in a map has the options under the name of the map", "[regress]") {
  engine::Assembly assembly;
  StreetOptions options;
  options.lamps.brightness = 7;
  assembly.nodes.push_back(
      {"s0", "street", engine::make_process(Street{}), engine::Payload::of(options)});
  assembly.membership.add({"street", {NodeId{0}}});
  engine::World world(std::move(assembly), {});
  world.start();
  CHECK(world.violations().empty());
  CHECK(engine::process_as<Street>(world.process(NodeId{0}))->lamps.at(3).shines == 7);
}

}  // namespace stampede::tests
