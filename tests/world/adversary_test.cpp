// What a world does with nodes that are not correct: identities and instances, interposers, and who
// is judged.
#include <catch2/catch.hpp>

#include "engine/process/behaviours.hpp"
#include "engine/world/decision_text.hpp"
#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

using engine::Behaviour;
using engine::World;

struct Rumour {
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(Rumour, number);
struct Speak {};
STAMPEDE_VALUE(Speak);

struct Heard {
  NodeId from{};
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(Heard, from, number);

/// Tells all others a number of its own, at its start and whenever its timer fires.
struct Gossip {
  using Messages = engine::Messages<Rumour>;
  using Timers = engine::Timers<Speak>;
  std::vector<Heard> heard{};

  void start(Context& context) { on(Speak{}, context); }
  void on(const Speak&, Context& context) {
    context.broadcast(Rumour{context.unique()});
    context.arm(Speak{}, engine::milliseconds(1));
  }
  void on(const Rumour& rumour, NodeId from, Context&) { heard.push_back({from, rumour.number}); }
};
STAMPEDE_VALUE(Gossip, heard);

void observe(const Gossip& gossip, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.operational = true;
  shown.epoch = gossip.heard.size();
}

std::vector<Rumour> forge(const Rumour& rumour, const engine::Seal&) {
  return {{rumour.number + 1000}};
}

World gossips(const std::map<std::string, Behaviour>& faulty) {
  engine::Assembly assembly;
  for (const char* name : {"a", "b", "c"})
    assembly.nodes.push_back({name, "gossip", engine::make_process(Gossip{}), {}});
  assembly.membership.add({"gossip", {NodeId{0}, NodeId{1}, NodeId{2}}});
  for (const auto& [node, behaviour] : faulty)
    engine::make_faulty(assembly, node, behaviour, &engine::forges<Rumour>);
  return World(std::move(assembly), {3, true, false, 512});
}

std::vector<std::string> in_flight(const World& world) {
  std::vector<std::string> texts;
  for (const engine::MessageSlot slot : world.in_flight())
    texts.push_back(engine::message_text(engine::name_of(world.message(slot)), world.names()));
  return texts;
}

const Gossip& gossip(const World& world, std::uint32_t node) {
  return *engine::process_as<Gossip>(world.process(NodeId{node}));
}

void drop_all(World& world) {
  for (const engine::MessageSlot slot : world.in_flight()) world.drop(slot, "script");
}

engine::Decision speak(std::uint32_t node, std::vector<std::uint32_t> choices) {
  engine::Decision decision{engine::DecisionKind::fire};
  decision.timer = {"Speak", {}, NodeId{node}, 0, {}, {}};
  decision.choices = std::move(choices);
  return decision;
}

std::vector<std::uint64_t> numbers_in_flight(const World& world) {
  std::vector<std::uint64_t> numbers;
  for (const engine::MessageSlot slot : world.in_flight())
    numbers.push_back(world.message(slot).payload.as<Rumour>().number);
  return numbers;
}

/// Counts what it is told of, by node.
struct Census {
  PerNode<std::uint64_t> steps{};
  PerNode<std::uint64_t> sent{};
  PerNode<std::uint64_t> changes{};
  PerNode<std::uint64_t> delivered_from{};
  void on(const engine::Stepped& step, engine::Judge&) { ++steps[step.node]; }
  void on(const engine::MessageSent& seen, engine::Judge&) { ++sent[seen.from]; }
  void on(const engine::MessageDelivered& seen, engine::Judge&) { ++delivered_from[seen.from]; }
  void on(const engine::ObservationChanged& change, engine::Judge&) { ++changes[change.node]; }
};
STAMPEDE_VALUE(Census, steps, sent, changes, delivered_from);

}  // namespace

TEST_CASE("adversary: a message to an identity reaches each of its instances, by a name of its own",
          "[unit]") {
  World world = gossips({{"a", Behaviour::twin}});
  world.start();
  CHECK(world.name(NodeId{3}) == "a.twin");
  CHECK(in_flight(world) ==
        std::vector<std::string>{"Rumour a->b nth 1", "Rumour a->c nth 1", "Rumour b->a nth 1",
                                 "Rumour b->a.twin nth 1", "Rumour b->c nth 1", "Rumour c->a nth 1",
                                 "Rumour c->a.twin nth 1", "Rumour c->b nth 1",
                                 "Rumour a.twin->b nth 1", "Rumour a.twin->c nth 1"});
}

TEST_CASE("adversary: receivers see the identity of the sender, and twins have nonces of their own",
          "[unit]") {
  World world = gossips({{"a", Behaviour::twin}});
  world.start();
  for (const engine::MessageSlot slot : world.in_flight()) REQUIRE(world.deliver(slot));
  const auto& heard = gossip(world, 1).heard;
  REQUIRE(heard.size() == 3);
  CHECK(heard[0].from == NodeId{0});
  CHECK(heard[1].from == NodeId{2});
  CHECK(heard[2].from == NodeId{0});
  CHECK(heard[0].number != heard[2].number);
}

TEST_CASE("adversary: who is silent sends nothing, from its first boot on", "[unit]") {
  World world = gossips({{"b", Behaviour::silent}});
  world.start();
  REQUIRE(world.fire(NodeId{1}, 0));
  for (const std::string& name : in_flight(world)) CHECK(name.find("b->") == std::string::npos);
  CHECK(world.in_flight_count() == 4);
}

TEST_CASE("adversary: a liar chooses per receiver, and a decision with its choices repeats it",
          "[unit]") {
  World world = gossips({{"a", Behaviour::equivocate}});
  world.start();
  // Nothing is chosen at the first boot: b and c were told the same.
  CHECK(numbers_in_flight(world)[0] == numbers_in_flight(world)[1]);
  drop_all(world);
  World again = world;
  World drawn = world;
  REQUIRE(world.apply(speak(0, {1, 0})));
  REQUIRE(world.in_flight_count() == 2);
  CHECK(numbers_in_flight(world)[0] == numbers_in_flight(world)[1] + 1000);
  REQUIRE(again.apply(speak(0, {2, 2})));
  CHECK(again.in_flight_count() == 0);
  CHECK(again.digest() != world.digest());
  // What was drawn is in the effects, to be recorded.
  REQUIRE(drawn.apply(speak(0, {})));
  std::vector<std::uint32_t> taken;
  for (const engine::Choice& choice : drawn.last_effects().choices) taken.push_back(choice.taken);
  REQUIRE(taken.size() == 2);
  World repeated = gossips({{"a", Behaviour::equivocate}});
  repeated.start();
  drop_all(repeated);
  REQUIRE(repeated.apply(speak(0, taken)));
  CHECK(repeated.digest() == drawn.digest());
}

TEST_CASE("adversary: what is delayed leaves with a later step", "[unit]") {
  World world = gossips({{"a", Behaviour::delay}});
  world.start();
  drop_all(world);
  REQUIRE(world.apply(speak(0, {1, 0})));
  CHECK(in_flight(world) == std::vector<std::string>{"Rumour a->c nth 2"});
  // The one that is kept is released; of the new ones one is kept.
  REQUIRE(world.apply(speak(0, {1, 0, 1})));
  CHECK(in_flight(world) ==
        std::vector<std::string>{"Rumour a->c nth 2", "Rumour a->b nth 2", "Rumour a->b nth 3"});
}

TEST_CASE("adversary: what was said may be said again", "[unit]") {
  World world = gossips({{"a", Behaviour::replay}});
  world.start();
  const std::uint64_t first = numbers_in_flight(world).front();
  drop_all(world);
  REQUIRE(world.apply(speak(0, {1})));
  REQUIRE(world.in_flight_count() == 3);
  CHECK(numbers_in_flight(world).back() == first);
}

TEST_CASE(
    "adversary: monitors hear nothing of what faulty nodes do, and all of what correct ones "
    "hear",
    "[unit]") {
  World world = gossips({{"a", Behaviour::twin}, {"b", Behaviour::withhold}});
  world.add_monitor(engine::monitor_property("census", "", Census{}).make());
  world.start();
  for (const engine::MessageSlot slot : world.in_flight()) REQUIRE(world.deliver(slot));
  CHECK_FALSE(world.correct(NodeId{0}));
  CHECK_FALSE(world.correct(NodeId{1}));
  CHECK(world.correct(NodeId{2}));
  CHECK_FALSE(world.correct(NodeId{3}));
  const engine::Payload state = world.monitors().front()->state();
  const auto& census = state.as<Census>();
  CHECK(census.steps.size() == 1);
  CHECK(census.steps.contains(NodeId{2}));
  CHECK(census.sent.size() == 1);
  CHECK(census.changes.size() == 1);
  // By the identities of the senders.
  CHECK(census.delivered_from.at(NodeId{0}) == 2);
  CHECK_FALSE(census.delivered_from.contains(NodeId{3}));
}

}  // namespace stampede::tests
