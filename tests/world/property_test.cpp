// Each kind of property is shown to catch something, and to be told what it needs.
#include <catch2/catch.hpp>

#include "tests/world/small_processes.hpp"

namespace stampede::tests {
namespace {

using engine::Property;
using engine::World;
using Text = std::optional<std::string>;

World watched(const Property& property) {
  World world(assembly_of(Scribe{}, Scribe{}), {});
  world.add_monitor(property.make());
  world.start();
  return world;
}

/// n1 hears one piece of news.
void tell_news(World& world) {
  REQUIRE(world.deliver(*world.find_message({"Order", {}, n1, n0, 0, 0})));
  REQUIRE(world.deliver(*world.find_message({"News", {}, n0, n1, 0, 0})));
}

/// The text of the one violation so far, or nothing.
std::string violated(const World& world) {
  REQUIRE(world.violations().size() <= 1);
  return world.violations().empty() ? "" : world.violations()[0].message;
}

const Property never_hears =
    engine::node_property<Scribe>("never-hears", "", [](const Scribe& scribe) -> Text {
      if (scribe.heard == 0) return std::nullopt;
      return "heard " + std::to_string(scribe.heard);
    });

struct CountSends {
  std::uint32_t sends = 0;
  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    if (++sends == 3)
      judge.violated("third message goes to " + judge.world.name(sent.to), {sent.from});
  }
};
STAMPEDE_VALUE(CountSends, sends);

}  // namespace

TEST_CASE("property: a node property sees the process after each delivery", "[unit]") {
  World world = watched(never_hears);
  CHECK(violated(world).empty());
  tell_news(world);
  CHECK(violated(world) == "heard 1");
  CHECK(world.violations()[0].nodes == std::vector<NodeId>{n1});
  CHECK(world.violations()[0].step == 4);
}

TEST_CASE("property: a node property sees which timers of the node are armed", "[unit]") {
  World world = watched(engine::node_property<Scribe>(
      "heard-by-chance", "", [](const Scribe& scribe, const engine::NodeView& node) -> Text {
        if (scribe.heard == 0) return std::nullopt;
        return node.name() + " of " + std::to_string(node.members().size()) + ": " +
               (node.armed(Alarm{1}) ? "Alarm 1 " : "") + (node.armed(Alarm{2}) ? "Alarm 2 " : "") +
               (node.lacks(Alarm{2}) ? "no Alarm 2 " : "") + (node.armed(Chime{}) ? "Chime" : "");
      }));
  tell_news(world);
  CHECK(violated(world) == "n1 of 2: Alarm 1 no Alarm 2 ");
}

TEST_CASE("property: a node property sees what a restart leaves", "[unit]") {
  World world = watched(never_hears);
  REQUIRE(world.crash(n0, engine::disk_loses));
  CHECK(violated(world).empty());
  REQUIRE(world.restart(n0));
  CHECK(violated(world) == "heard 100");
}

namespace {

/// Shows the same, whatever happens to it.
struct Statue {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::uint32_t weight = 1;
};
STAMPEDE_VALUE(Statue, weight);
void observe(const Statue&, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.recovering = true;
}

}  // namespace

TEST_CASE("property: a world property is asked again when a node goes down or comes up", "[unit]") {
  World world(assembly_of(Statue{}, Statue{}), {});
  world.add_monitor(engine::world_property("all-up", "", [](const engine::WorldView& view) -> Text {
                      for (const NodeId node : view.members()) {
                        if (!view.up(node)) return view.name(node) + " is down";
                      }
                      return std::nullopt;
                    }).make());
  REQUIRE(world.restart(n1));
  CHECK(violated(world) == "n0 is down");
  World later(assembly_of(Statue{}, Statue{}), {});
  later.start();
  later.add_monitor(engine::world_property("all-up", "", [](const engine::WorldView& view) -> Text {
                      if (view.up(n1)) return std::nullopt;
                      return "n1 is down";
                    }).make());
  REQUIRE(later.crash(n1, engine::disk_loses));
  CHECK(violated(later) == "n1 is down");
}

TEST_CASE("property: a step property sees before, after and effects", "[unit]") {
  World world = watched(engine::step_property<Scribe>(
      "hears-slowly", "",
      [](const Scribe& before, const Scribe& after, const engine::Effects& effects) -> Text {
        if (after.heard == before.heard) return std::nullopt;
        return std::to_string(before.heard) + " to " + std::to_string(after.heard) + " with " +
               std::to_string(effects.timers.size()) + " timers";
      }));
  tell_news(world);
  CHECK(violated(world) == "0 to 1 with 1 timers");
}

TEST_CASE("property: a restart is not a step from what was there before", "[unit]") {
  World world = watched(engine::step_property<Scribe>(
      "never-less", "",
      [](const Scribe& before, const Scribe& after, const engine::Effects&) -> Text {
        if (after.heard >= before.heard && after.heard < before.heard + 100) return std::nullopt;
        return "heard less, or much more";
      }));
  REQUIRE(world.crash(n0, engine::disk_loses));
  REQUIRE(world.restart(n0));
  CHECK(violated(world).empty());
}

TEST_CASE("property: a world property sees all observations when one changes", "[unit]") {
  World world =
      watched(engine::world_property("nobody-ahead", "", [](const engine::WorldView& view) -> Text {
        if (view.observation(n1).epoch <= view.observation(n0).epoch) return std::nullopt;
        return view.name(n1) + " is ahead of " + view.name(n0);
      }));
  CHECK(violated(world).empty());
  tell_news(world);
  CHECK(violated(world) == "n1 is ahead of n0");
}

TEST_CASE("property: a monitor remembers, and a copied world's monitor on its own", "[unit]") {
  World world = watched(engine::monitor_property("two-sends", "", CountSends{}));
  CHECK(world.monitors()[0]->state().as<CountSends>().sends == 2);
  World copy = world;
  tell_news(world);
  CHECK(violated(world) == "third message goes to n1");
  CHECK(copy.monitors()[0]->state().as<CountSends>().sends == 2);
  CHECK(violated(copy).empty());
}

namespace {

/// Counts what it is fed with, and complains of each News.
template <class Heard>
struct Listener {
  using Hears = Heard;
  std::uint32_t sent = 0;
  std::uint32_t delivered = 0;

  void on(const engine::MessageSent& seen, engine::Judge& judge) {
    ++sent;
    if (seen.payload->get<News>() != nullptr) judge.violated("news");
  }
  void on(const engine::MessageDelivered&, engine::Judge&) { ++delivered; }
};
using ListenerToAll = Listener<engine::Messages<>>;
using NewsListener = Listener<engine::Messages<News>>;
using OrderListener = Listener<engine::Messages<Order, Page>>;
STAMPEDE_VALUE(ListenerToAll, sent, delivered);
STAMPEDE_VALUE(NewsListener, sent, delivered);
STAMPEDE_VALUE(OrderListener, sent, delivered);

/// How many messages the monitor at this place was fed with, sent and delivered.
template <class L>
std::pair<std::uint32_t, std::uint32_t> fed(const World& world, std::size_t place) {
  const auto state = world.monitors()[place]->state();
  return {state.template as<L>().sent, state.template as<L>().delivered};
}

}  // namespace

TEST_CASE("property: a monitor that names messages is fed with these, in its place", "[unit]") {
  World world(assembly_of(Scribe{}, Scribe{}), {});
  world.add_monitor(engine::monitor_property("a", "", NewsListener{}).make());
  world.add_monitor(engine::monitor_property("b", "", ListenerToAll{}).make());
  world.add_monitor(engine::monitor_property("c", "", OrderListener{}).make());
  world.add_monitor(engine::monitor_property("d", "", NewsListener{}).make());
  world.start();
  tell_news(world);
  const auto [sent, delivered] = fed<ListenerToAll>(world, 1);
  const auto [news_sent, news_delivered] = fed<NewsListener>(world, 0);
  const auto [orders_sent, orders_delivered] = fed<OrderListener>(world, 2);
  CHECK(delivered == 2);
  CHECK(news_delivered == 1);
  CHECK(orders_delivered == 1);
  CHECK(news_sent > 0);
  CHECK(orders_sent > 0);
  CHECK(sent == news_sent + orders_sent);
  // In the order of the monitors, whoever of them names what it hears.
  std::string order;
  for (const engine::Violation& violation : world.violations()) order += violation.property;
  CHECK(order == "abd");
}

TEST_CASE("property: eventually is judged at rest only", "[unit]") {
  World world =
      watched(engine::eventually("all-hear", "", [](const engine::WorldView& view) -> Text {
        if (view.observation(n0).epoch != 0 && view.observation(n1).epoch != 0) return std::nullopt;
        return "somebody has heard nothing";
      }));
  World cut_short = world;
  cut_short.finish(false);
  CHECK(violated(cut_short).empty());
  world.finish(true);
  CHECK(violated(world) == "somebody has heard nothing");
  CHECK(world.violations()[0].step == 0);
}

TEST_CASE("property: only the first violation of a property is kept", "[unit]") {
  World world = watched(never_hears);
  tell_news(world);
  REQUIRE(world.crash(n0, engine::disk_loses));
  REQUIRE(world.restart(n0));
  CHECK(violated(world) == "heard 1");
}

}  // namespace stampede::tests
