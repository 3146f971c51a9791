#include "engine/simulate/sweep.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "engine/simulate/simulation.hpp"

namespace stampede {

/// Misbehaves as its option says, at its first message.
struct Poke {};
STAMPEDE_VALUE(Poke);
enum class Manner { well, throws, aborts, loops };
STAMPEDE_ENUM(Manner, well, throws, aborts, loops);
struct MannerOptions {
  Manner manner = Manner::well;
};
STAMPEDE_VALUE(MannerOptions, manner);

struct Unruly {
  using Messages = engine::Messages<Poke>;
  using Timers = engine::Timers<>;
  std::uint32_t poked = 0;
  void start(Context& context) {
    if (context.self() == context.members().front()) context.broadcast(Poke{});
  }
  void on(const Poke&, NodeId, Context& context) {
    switch (context.options<MannerOptions>().manner) {
      case Manner::well:
        ++poked;
        return;
      case Manner::throws:
        throw std::runtime_error("out of manners");
      case Manner::aborts:
        std::abort();
      case Manner::loops:
        for (volatile bool forever = true; forever;) continue;
    }
  }
};
STAMPEDE_VALUE(Unruly, poked);

}  // namespace stampede

namespace {

using namespace stampede;

/// One seed: two nodes, the manner chosen by the seed.
std::string run_seed(std::uint64_t seed) {
  // In a worker: the test runner's own handler would take the abort for its own.
  std::signal(SIGABRT, SIG_DFL);
  MannerOptions options;
  if (seed % 10 == 3) options.manner = Manner::throws;
  if (seed % 10 == 5) options.manner = Manner::aborts;
  if (seed == 7) options.manner = Manner::loops;
  engine::Assembly assembly;
  for (const char* name : {"a", "b"}) {
    assembly.nodes.push_back(
        {name, "node", engine::make_process(Unruly{}), engine::Payload::of(options)});
  }
  assembly.membership.add({"node", {NodeId{0}, NodeId{1}}});
  engine::WorldSettings world_settings;
  world_settings.seed = seed;
  engine::World world(std::move(assembly), world_settings);
  engine::SimulationSettings settings;
  settings.seed = seed;
  settings.clients.plan = [](std::uint32_t, std::uint32_t) { return std::nullopt; };
  engine::Simulation simulation(world, settings, nullptr);
  simulation.run();
  return world.violations().empty()
             ? "ok"
             : world.violations().front().property + ": " + world.violations().front().message;
}

std::map<std::uint64_t, engine::SeedReport> sweep_all(std::uint32_t jobs) {
  std::map<std::uint64_t, engine::SeedReport> reports;
  engine::SweepSettings settings;
  settings.first = 1;
  settings.last = 60;
  settings.jobs = jobs;
  settings.seed_limit = engine::seconds(3);  // long for a seed of a moment, on any machine
  std::uint64_t last = 0;
  engine::sweep(
      settings, run_seed,
      [&](const engine::SeedReport& report) {
        CHECK(report.seed == last + 1);  // ascending, whatever the number of workers
        last = report.seed;
        reports[report.seed] = report;
        return true;
      },
      [] { return false; });
  return reports;
}

}  // namespace

TEST_CASE("sweep: a handler that throws, aborts or loops fails its seed and the sweep goes on",
          "[simulate]") {
  for (const std::uint32_t jobs : {1U, 2U}) {
    const auto reports = sweep_all(jobs);
    REQUIRE(reports.size() == 60);
    for (const auto& [seed, report] : reports) {
      INFO(seed);
      if (seed == 7) {
        CHECK(report.fate == engine::SeedReport::Fate::runaway);
      } else if (seed % 10 == 5) {
        CHECK(report.fate == engine::SeedReport::Fate::crashed);
        CHECK(report.result == "Aborted");
      } else if (seed % 10 == 3) {
        CHECK(report.fate == engine::SeedReport::Fate::done);
        CHECK(report.result == "no-exception: b: out of manners");
      } else {
        CHECK(report.fate == engine::SeedReport::Fate::done);
        CHECK(report.result == "ok");
      }
    }
  }
}

TEST_CASE("sweep: stops when its receiver has had enough", "[simulate]") {
  engine::SweepSettings settings;
  settings.first = 10;
  settings.last = 1'000'000;
  settings.jobs = 2;
  std::uint64_t count = 0;
  engine::sweep(
      settings, [](std::uint64_t seed) { return std::to_string(seed); },
      [&](const engine::SeedReport& report) {
        CHECK(report.result == std::to_string(report.seed));
        return ++count < 100;
      },
      [] { return false; });
  CHECK(count == 100);
}
