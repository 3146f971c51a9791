// What counts as a state and as a decision, on spaces small enough to count by hand; the first four
// are asserted by Stateright's own tests as well.
#include <catch2/catch.hpp>

#include "engine/explore/search.hpp"
#include "engine/world/configurations.hpp"
#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

using engine::NetworkKind;
using engine::SpaceSettings;

struct Irrelevant {};
STAMPEDE_VALUE(Irrelevant);
struct Relevant {};
STAMPEDE_VALUE(Relevant);
struct Once {};
STAMPEDE_VALUE(Once);

enum class Habit { nothing, sends_both, fires_once, chooses, reads_clock };
STAMPEDE_ENUM(Habit, nothing, sends_both, fires_once, chooses, reads_clock);

struct Actor {
  using Messages = engine::Messages<Irrelevant, Relevant>;
  using Timers = engine::Timers<Once>;
  Habit habit = Habit::nothing;
  std::uint32_t heard = 0;

  void start(Context& context) {
    if (habit == Habit::sends_both) {
      context.send(NodeId{1}, Irrelevant{});
      context.send(NodeId{1}, Relevant{});
    } else if (habit != Habit::nothing) {
      context.arm(Once{}, engine::milliseconds(1));
    }
  }
  void on(const Irrelevant&, NodeId, Context& context) { context.ignore(); }
  void on(const Relevant&, NodeId, Context&) { heard = 1; }
  void on(const Once&, Context& context) {
    if (habit == Habit::chooses) heard = 1 + context.choose("which", 3);
    if (habit == Habit::reads_clock && context.now() == engine::Time{}) heard = 1;
  }
};
STAMPEDE_VALUE(Actor, habit, heard);

/// Node 0 may act for 10 ms of its clock. Node 1 takes over when its own clock says that this is
/// over, and `margin` more.
struct Lease {
  engine::Time until{};
};
STAMPEDE_VALUE(Lease, until);
struct Look {};
STAMPEDE_VALUE(Look);

struct Holder {
  using Messages = engine::Messages<Lease>;
  using Timers = engine::Timers<Look>;
  engine::Duration margin{};
  std::optional<engine::Time> until{};
  std::uint32_t acted = 0;

  void start(Context& context) {
    context.arm(Look{}, engine::milliseconds(1));
    if (context.self() != NodeId{0}) return;
    until = context.now() + engine::milliseconds(10);
    context.send(NodeId{1}, Lease{*until});
  }
  void on(const Lease& lease, NodeId, Context&) { until = lease.until + margin; }
  void on(const Look&, Context& context) {
    const bool over = until && !(context.now() < *until);
    if (until && over == (context.self() == NodeId{1})) ++acted;
    context.arm(Look{}, engine::milliseconds(1));
  }
};
STAMPEDE_VALUE(Holder, margin, until, acted);

/// Node 0 acts only as long as node 1 has not.
struct OneActs {
  static constexpr bool wants_before = true;

  void on(const engine::Stepped& step, engine::Judge& judge) {
    const auto* before =
        step.before == nullptr ? nullptr : engine::process_as<Holder>(*step.before);
    const auto* after = engine::process_as<Holder>(step.after);
    const auto* other = engine::process_as<Holder>(judge.world.process(NodeId{1}));
    if (step.node != NodeId{0} || before == nullptr || after->acted == before->acted) return;
    if (other->acted != 0) judge.violated("both act", {step.node});
  }
};
STAMPEDE_VALUE(OneActs);

engine::SearchResult searched_lease(std::int64_t margin_ms, std::int64_t skew_ms) {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 2; ++i) {
    assembly.nodes.push_back(
        {"h" + std::to_string(i),
         "holder",
         engine::make_process(Holder{engine::milliseconds(margin_ms), std::nullopt, 0}),
         {}});
  }
  assembly.membership.add({"holder", {NodeId{0}, NodeId{1}}});
  SpaceSettings settings;
  settings.budgets.timers = {{"Look", 2}};
  settings.budgets.clock_moves = 4;
  settings.transitions.clock_step = engine::milliseconds(10);
  settings.clock_skew = engine::milliseconds(skew_ms);
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  monitors.push_back(engine::monitor_property("one-acts", "", OneActs{}).make());
  engine::StateSpace space(std::move(assembly), std::move(monitors), settings);
  return engine::search(space, {});
}

/// Remembers nothing, and is recovering for good once it has crashed.
struct Returning {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  bool back = false;

  void start(Context&) {}
  void recover(Context&) { back = true; }
};
STAMPEDE_VALUE(Returning, back);

void observe(const Returning& returning, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.recovering = returning.back;
}

engine::Assembly three_returning() {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 3; ++i) {
    assembly.nodes.push_back(
        {"r" + std::to_string(i), "replica", engine::make_process(Returning{}), {}});
  }
  assembly.membership.add({"replica", {NodeId{0}, NodeId{1}, NodeId{2}}});
  return assembly;
}

/// Five actors that do nothing: three of them the main group, the last three a chain.
std::uint64_t states_of_two_groups(const SpaceSettings& settings) {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 5; ++i) {
    assembly.nodes.push_back({"a" + std::to_string(i),
                              i < 3 ? "actor" : "chain",
                              engine::make_process(Actor{Habit::nothing, 0}),
                              {}});
  }
  assembly.membership.add({"actor", {NodeId{0}, NodeId{1}, NodeId{2}}});
  assembly.membership.add(
      {"chain", {NodeId{2}, NodeId{3}, NodeId{4}}, {.tolerance = engine::Tolerance::all_but_one}});
  engine::StateSpace space(std::move(assembly), {}, settings);
  const engine::SearchResult result = engine::search(space, {});
  CHECK(result.complete);
  return result.figures.unique_states;
}

engine::SearchResult searched(std::uint32_t actors, Habit first, const SpaceSettings& settings) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (std::uint32_t i = 0; i < actors; ++i) {
    members.push_back(NodeId{i});
    const Habit habit = i == 0 ? first : Habit::nothing;
    assembly.nodes.push_back(
        {"a" + std::to_string(i), "actor", engine::make_process(Actor{habit, 0}), {}});
  }
  assembly.membership.add({"actor", members});
  engine::StateSpace space(std::move(assembly), {}, settings);
  return engine::search(space, {});
}

std::uint64_t states(std::uint32_t actors, Habit first, const SpaceSettings& settings) {
  const engine::SearchResult result = searched(actors, first, settings);
  CHECK(result.complete);
  return result.figures.unique_states;
}

/// Violations of "Once is armed" in a search of one actor that never arms it.
std::size_t unarmed_found(const SpaceSettings& settings) {
  engine::Assembly assembly;
  assembly.nodes.push_back({"a0", "actor", engine::make_process(Actor{Habit::nothing, 0}), {}});
  assembly.membership.add({"actor", {NodeId{0}}});
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  monitors.push_back(
      engine::node_property<Actor>(
          "armed", "",
          [](const Actor&, const engine::NodeView& node) -> std::optional<std::string> {
            if (!node.lacks(Once{})) return std::nullopt;
            return node.name() + " lacks Once";
          })
          .make());
  engine::StateSpace space(std::move(assembly), std::move(monitors), settings);
  return engine::search(space, {}).found.size();
}

}  // namespace

TEST_CASE("explore: an ignored message is no decision, but an ignored head is consumed",
          "[explore]") {
  SpaceSettings settings;
  CHECK(states(2, Habit::sends_both, settings) == 2);
  settings.network = NetworkKind::set;
  CHECK(states(2, Habit::sends_both, settings) == 2);
  settings.network = NetworkKind::queue;
  CHECK(states(2, Habit::sends_both, settings) == 3);
}

TEST_CASE("explore: a timer fires if it has a budget", "[explore]") {
  SpaceSettings settings;
  CHECK(states(1, Habit::fires_once, settings) == 1);
  settings.budgets.timers = {{"Once", engine::Budgets::unlimited}};
  CHECK(states(1, Habit::fires_once, settings) == 2);
}

TEST_CASE("explore: a fact about a timer is not judged where states leave the timer out",
          "[explore]") {
  SpaceSettings settings;
  CHECK(unarmed_found(settings) == 1);
  settings.transitions.keeps_timer = [](const engine::NamedType&) { return false; };
  CHECK(unarmed_found(settings) == 0);
}

TEST_CASE("explore: every answer of a choice is a decision", "[explore]") {
  SpaceSettings settings;
  settings.budgets.timers = {{"Once", 1}};
  CHECK(states(1, Habit::chooses, settings) == 4);
}

TEST_CASE("explore: spent budgets are part of a state", "[explore]") {
  SpaceSettings settings;
  settings.budgets.crashes = 1;
  CHECK(states(3, Habit::nothing, settings) == 4);
  // Up again is not where it began: the crash is spent, and a restart counts.
  settings.budgets.restarts = 1;
  CHECK(states(3, Habit::nothing, settings) == 7);
  // At most one down at a time, two crashes: the second only after the first is back.
  settings.budgets.crashes = settings.budgets.restarts = 2;
  settings.within_tolerance = true;
  const engine::SearchResult result = searched(3, Habit::nothing, settings);
  CHECK(result.complete);
  CHECK(result.figures.depth == 4);
}

TEST_CASE("explore: a node crashes only while each of its groups survives it", "[explore]") {
  SpaceSettings settings;
  settings.budgets.crashes = 5;
  CHECK(states_of_two_groups(settings) == 32);
  // At most one of a0, a1, a2 is down, and at most two of a2, a3, a4: with a2 up 3 times 4 sets of
  // others, with a2 down none of a0 and a1 and not both of a3 and a4.
  settings.within_tolerance = true;
  CHECK(states_of_two_groups(settings) == 3 * 4 + 3);
}

TEST_CASE("explore: who is recovering may crash again, and nobody else meanwhile", "[explore]") {
  SpaceSettings settings;
  settings.budgets.crashes = settings.budgets.restarts = 3;
  settings.within_tolerance = true;
  engine::StateSpace space(three_returning(), {}, settings);
  const engine::SearchResult result = engine::search(space, {});
  CHECK(result.complete);
  // One of the three, down and up again three times; then its crashes are spent.
  CHECK(result.figures.unique_states == 1 + 3 * 6);
  CHECK(result.figures.depth == 6);

  // Faults ask the same in runs.
  engine::World world(three_returning(), {});
  world.start();
  CHECK(world.crash(NodeId{0}, engine::disk_loses));
  CHECK(world.restart(NodeId{0}));
  CHECK(engine::survives_crash(world, NodeId{0}));
  CHECK_FALSE(engine::survives_crash(world, NodeId{1}));
}

TEST_CASE("explore: losses and copies are spent one by one", "[explore]") {
  SpaceSettings settings;
  settings.budgets.drops = 1;
  // Both there; relevant heard; either lost; heard and the other lost.
  CHECK(states(2, Habit::sends_both, settings) == 5);
  settings.budgets.drops = 0;
  settings.budgets.duplicates = 1;
  // Both there; relevant heard; either twice; heard with irrelevant twice, with relevant left, and
  // with that consumed too.
  CHECK(states(2, Habit::sends_both, settings) == 7);
}

TEST_CASE("explore: clocks that move apart break a lease whose margin is too small", "[explore]") {
  // The clock of the taker may be 10 ms ahead: it must wait as much longer.
  CHECK_FALSE(searched_lease(0, 10).found.empty());
  CHECK(searched_lease(10, 10).found.empty());
  CHECK(searched_lease(10, 10).complete);
  CHECK_FALSE(searched_lease(10, 20).found.empty());
  CHECK(searched_lease(20, 20).found.empty());
  // No clock can be first: nobody ever takes over, and nothing breaks.
  CHECK(searched_lease(0, 0).found.empty());
}

TEST_CASE("explore: a process that reads a clock is refused", "[explore][input]") {
  SpaceSettings settings;
  settings.budgets.timers = {{"Once", 1}};
  CHECK_THROWS_AS(searched(1, Habit::reads_clock, settings), engine::InputError);
}

}  // namespace stampede::tests
