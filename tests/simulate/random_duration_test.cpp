// Durations that are drawn: by name where time passes, and not at all in a search.
#include <catch2/catch.hpp>
#include <set>

#include "engine/core/names.hpp"
#include "engine/explore/search.hpp"
#include "engine/simulate/simulation.hpp"
#include "scenarios/reading/script.hpp"
#include "scenarios/running/play.hpp"
#include "traces/schedule.hpp"

namespace stampede::tests {
namespace {

using engine::milliseconds;

struct Knock {};
STAMPEDE_VALUE(Knock);
struct Wake {};
STAMPEDE_VALUE(Wake);
struct Nap {};
STAMPEDE_VALUE(Nap);

/// How a sleeper knows when to wake.
enum class Habit { fixed, drawn, chosen, drawn_beside_another, backwards };
STAMPEDE_ENUM(Habit, fixed, drawn, chosen, drawn_beside_another, backwards);

/// Wakes again and again, and knocks at the other one.
struct Sleeper {
  using Messages = engine::Messages<Knock>;
  using Timers = engine::Timers<Wake, Nap>;
  Habit habit = Habit::drawn;
  std::uint32_t heard = 0;

  void start(Context& context) { sleep(context); }
  void on(const Knock&, NodeId, Context&) { heard = (heard + 1) % 3; }
  void on(const Wake&, Context& context) {
    context.broadcast(Knock{});
    sleep(context);
  }
  void on(const Nap&, Context&) {}

 private:
  void sleep(Context& context) {
    if (habit == Habit::drawn_beside_another)
      context.arm(Nap{}, between(milliseconds(500), milliseconds(900)));
    if (habit == Habit::fixed) {
      context.arm(Wake{}, milliseconds(10));
    } else if (habit == Habit::chosen) {
      context.arm(Wake{}, milliseconds(10 + context.choose("sleep", 16)));
    } else if (habit == Habit::backwards) {
      context.arm(Wake{}, between(milliseconds(25), milliseconds(10)));
    } else {
      context.arm(Wake{}, between(milliseconds(10), milliseconds(25)));
    }
  }
};
STAMPEDE_VALUE(Sleeper, habit, heard);

engine::Assembly sleepers(Habit habit, Habit other) {
  engine::Assembly assembly;
  assembly.nodes.push_back({"n0", "sleeper", engine::make_process(Sleeper{habit, 0}), {}});
  assembly.nodes.push_back({"n1", "sleeper", engine::make_process(Sleeper{other, 0}), {}});
  assembly.membership.add({"sleeper", {NodeId{0}, NodeId{1}}});
  return assembly;
}

/// When n0 was woken, by this seed, within a second.
std::vector<engine::Time> wakings(std::uint64_t seed, Habit other = Habit::drawn) {
  engine::World world(sleepers(Habit::drawn, other), {seed});
  engine::SimulationSettings settings;
  settings.seed = seed;
  settings.virtual_time = engine::seconds(1);
  struct Waking final : engine::WorldObserver {
    std::vector<engine::Time> times;
    void event(const engine::Event& event) override {
      if (event.kind == engine::EventKind::fire && event.node == NodeId{0})
        times.push_back(event.time);
    }
  } seen;
  world.set_observer(&seen);
  engine::Simulation(world, settings, nullptr).run();
  return seen.times;
}

engine::SearchResult searched(Habit habit) {
  engine::SpaceSettings settings;
  settings.budgets.timers = {{"Wake", 3}};
  engine::StateSpace space(sleepers(habit, habit), {}, settings);
  return engine::search(space, {});
}

}  // namespace

TEST_CASE("random durations: each arming has one of its own, within its bounds", "[simulate]") {
  std::set<std::int64_t> lengths;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    engine::Time last{};
    for (const engine::Time time : wakings(seed)) {
      const engine::Duration slept = time - last;
      CHECK(slept >= milliseconds(10));
      CHECK(slept <= milliseconds(25));
      lengths.insert(slept.nanoseconds / milliseconds(1).nanoseconds);
      last = time;
    }
  }
  // All of 10 to 24 whole milliseconds, in about a thousand draws; 25 exactly is one of 15 million.
  CHECK(lengths.size() >= 15);
  CHECK(wakings(7) == wakings(7));
  CHECK(wakings(7) != wakings(8));
}

TEST_CASE("random durations: what happens elsewhere moves none of them", "[simulate]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CHECK(wakings(seed, Habit::drawn) == wakings(seed, Habit::fixed));
    CHECK(wakings(seed, Habit::drawn) == wakings(seed, Habit::drawn_beside_another));
  }
}

TEST_CASE("random durations: a search sees one arming, and choose sixteen", "[explore]") {
  const engine::SearchResult fixed = searched(Habit::fixed);
  const engine::SearchResult drawn = searched(Habit::drawn);
  const engine::SearchResult chosen = searched(Habit::chosen);
  CHECK(fixed.complete);
  CHECK(drawn.figures.unique_states == fixed.figures.unique_states);
  CHECK(drawn.figures.generated_states == fixed.figures.generated_states);
  CHECK(drawn.figures.handler_runs == fixed.figures.handler_runs);
  CHECK(chosen.figures.unique_states == fixed.figures.unique_states);
  CHECK(chosen.figures.generated_states > 4 * fixed.figures.generated_states);
}

TEST_CASE("random durations: a recorded schedule has them again, and no choices", "[unit]") {
  const engine::Assembly assembly = sleepers(Habit::drawn, Habit::drawn);
  engine::World world(assembly, {5});
  traces::ScheduleRecorder recorder(engine::NodeNames({"n0", "n1"}));
  world.set_observer(&recorder);
  engine::SimulationSettings settings;
  settings.seed = 5;
  settings.virtual_time = milliseconds(200);
  engine::Simulation(world, settings, nullptr).run();
  const std::string schedule = recorder.take();
  CHECK(schedule.find("choices") == std::string::npos);
  const auto played = [&](std::uint64_t seed) {
    engine::World again(assembly, {seed});
    again.start();
    const auto script =
        scenarios::read_script(engine::parse_json(schedule, "schedule"), assembly, nullptr);
    CHECK(scenarios::play(script, again, false).skipped.empty());
    return again.digest();
  };
  CHECK(played(5) == world.digest());
  // It says when each timer fires: what another seed would have drawn is of no interest.
  CHECK(played(6) == world.digest());
}

TEST_CASE("random durations: bounds the wrong way round are an exception of the step", "[unit]") {
  engine::World world(sleepers(Habit::backwards, Habit::fixed), {1});
  world.start();
  REQUIRE(world.broken());
  CHECK(world.violations().front().property == "no-exception");
}

}  // namespace stampede::tests
