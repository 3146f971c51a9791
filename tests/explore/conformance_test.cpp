// World (values) and the packed world of exploration (ids) do the same: same decisions, same local
// states, messages, monitors, enabledness and violations.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "checkers/monitors/agreement.hpp"
#include "models/service/kv.hpp"
#include "models/service/services.hpp"
#include "models/viewstamped/model.hpp"
#include "models/viewstamped/options.hpp"
#include "tests/explore/duet.hpp"
#include "tests/explore/juggler.hpp"
#include "tests/explore/twofold.hpp"

namespace stampede::tests {
namespace {

using models::service::KvOperation;
namespace kv = models::service::kv;
namespace viewstamped = models::viewstamped;

engine::Operation put_or_get(std::uint32_t number, std::uint64_t bits) {
  KvOperation operation;
  if (bits % 2 == 0) {
    operation.call = kv::Put{"x", "v" + std::to_string(number)};
  } else {
    operation.call = kv::Get{"x"};
  }
  return engine::Operation::of(std::move(operation));
}

Configuration viewstamped_with(const engine::Payload& options) {
  engine::ClusterSpec spec;
  spec.replicas = 3;
  spec.clients = 2;
  spec.service = models::service::find_service("kv");
  spec.options = options;
  Configuration configuration;
  configuration.assemble = [spec] { return viewstamped::model().assemble(spec); };
  configuration.properties = viewstamped::model().properties(spec);
  for (const auto& make : {checkers::agreement, checkers::durability,
                           checkers::acknowledged_on_majority, checkers::at_most_once}) {
    configuration.properties.push_back(make());
  }
  configuration.clients = {NodeId{3}, NodeId{4}};
  configuration.operation = put_or_get;
  return configuration;
}

Configuration juggling() {
  return {
      [] { return jugglers(3); }, juggler_properties(), {NodeId{0}, NodeId{2}}, put_or_get, 4, 3};
}

Configuration twofolding() { return {twofolds, twofold_properties(), {}, {}, 0, 1}; }

struct Played {
  std::uint64_t sequences = 0;
  std::uint64_t made = 0;
  /// Of the first sequence with one.
  std::optional<std::string> difference;
  std::uint64_t handler_runs = 0;
  /// By jugglers: which act of whose troupe.
  std::set<std::pair<NodeId, Act>> applauded;
};

Played play(const Configuration& configuration, std::uint32_t sequences,
            Sabotage sabotage = Sabotage::none) {
  Played played;
  const auto system = make_system(configuration);
  for (std::uint64_t seed = 1; seed <= sequences && !played.difference; ++seed) {
    Duet duet(configuration, *system, seed, sabotage);
    played.difference = duet.play(25);
    if (played.difference)
      *played.difference = "seed " + std::to_string(seed) + ", " + *played.difference;
    played.made += duet.made();
    ++played.sequences;
  }
  played.handler_runs = system->transitions().handler_runs();
  for (std::uint32_t id = 0; id < system->transitions().local_count(); ++id) {
    const auto* juggler = engine::process_as<Juggler>(system->transitions().local(id).process);
    if (juggler == nullptr) continue;
    for (const auto& [act, whose] : juggler->applauded) played.applauded.insert({whose, act});
  }
  return played;
}

}  // namespace

TEST_CASE("conformance: viewstamped does the same in both worlds", "[explore]") {
  const Played played = play(viewstamped_with(engine::Payload::of(viewstamped::Options{})), 10'000);
  INFO(played.difference.value_or(""));
  CHECK_FALSE(played.difference);
  CHECK(played.sequences == 10'000);
  // Most of what is drawn is enabled, and most handlers have run before.
  CHECK(played.made > 150'000);
  CHECK(played.handler_runs < played.made / 2);
}

TEST_CASE("conformance: viewstamped does the same under crash vectors", "[explore]") {
  viewstamped::Options options;
  options.recovery = viewstamped::RecoveryRule::crash_vectors;
  const Played played = play(viewstamped_with(engine::Payload::of(options)), 1'000);
  INFO(played.difference.value_or(""));
  CHECK_FALSE(played.difference);
}

TEST_CASE("conformance: every defect of viewstamped does the same in both worlds", "[explore]") {
  for (const engine::Defect& defect : viewstamped::model().defects) {
    const Played played =
        play(viewstamped_with(viewstamped::model().read_options(nullptr, {&defect})), 400);
    INFO(defect.name << ": " << played.difference.value_or(""));
    CHECK_FALSE(played.difference);
  }
}

TEST_CASE(
    "conformance: choices, parts, keyed timers, saves and exceptions do the same in both worlds",
    "[explore]") {
  const Played played = play(juggling(), 3'000);
  INFO(played.difference.value_or(""));
  CHECK_FALSE(played.difference);
  // Rounds 1 to 5 lead to five of the six acts: parts in maps in maps.
  CHECK(played.applauded.size() == 5);
}

TEST_CASE("conformance: groups, and what nodes show of each, do the same in both worlds",
          "[explore]") {
  const Played played = play(twofolding(), 3'000);
  INFO(played.difference.value_or(""));
  CHECK_FALSE(played.difference);
  CHECK(played.made > 40'000);
}

TEST_CASE("conformance: a wrong world is noticed", "[explore]") {
  const auto noticed = [](const Configuration& configuration, Sabotage sabotage) {
    return play(configuration, 200, sabotage).difference.value_or("nothing");
  };
  using Catch::Contains;
  for (const Configuration& configuration :
       {viewstamped_with(engine::Payload::of(viewstamped::Options{})), juggling(), twofolding()}) {
    CHECK_THAT(noticed(configuration, Sabotage::timers_survive_crashes),
               Contains("\"crash\"") && Contains("local states of"));
    CHECK_THAT(noticed(configuration, Sabotage::drops_are_forgotten),
               Contains("\"drop\"") && Contains("messages in flight"));
    CHECK_THAT(noticed(configuration, Sabotage::first_monitor_forgets),
               Contains("monitor " + configuration.properties.front().name));
  }
}

TEST_CASE("conformance: a local step that differs is noticed", "[explore]") {
  viewstamped::Options other;
  other.recovery = viewstamped::RecoveryRule::paper;
  const Configuration configuration = viewstamped_with(engine::Payload::of(viewstamped::Options{}));
  const auto system = make_system(viewstamped_with(engine::Payload::of(other)));
  std::optional<std::string> difference;
  for (std::uint64_t seed = 1; seed <= 200 && !difference; ++seed) {
    difference = Duet(configuration, *system, seed, Sabotage::none).play(25);
  }
  CHECK(difference);
}

TEST_CASE("packed world: different worlds have different hashes", "[explore]") {
  const Configuration configuration = viewstamped_with(engine::Payload::of(viewstamped::Options{}));
  const auto system = make_system(configuration);
  std::map<std::uint64_t, engine::PackedWorld> worlds;
  std::uint64_t collisions = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Duet duet(configuration, *system, seed, Sabotage::none);
    duet.after_each = [&](const engine::PackedWorld& world) {
      const auto [place, fresh] = worlds.try_emplace(world.hash, world);
      if (!(place->second == world)) ++collisions;
    };
    duet.play(25);
  }
  CHECK(worlds.size() > 5'000);
  CHECK(collisions == 0);
}

TEST_CASE("packed world: the way there does not matter", "[explore]") {
  const Configuration configuration = juggling();
  const auto system = make_system(configuration);
  engine::PackedWorld world = system->unbooted();
  for (std::uint32_t i = 0; i < 3; ++i) REQUIRE(system->restart(world, NodeId{i}));
  const std::vector<std::uint32_t> messages(world.messages.begin(), world.messages.end());
  REQUIRE(messages.size() == 3);
  engine::PackedWorld other = world;
  REQUIRE(system->drop(world, messages[0]));
  REQUIRE(system->duplicate(world, messages[1]));
  REQUIRE(system->duplicate(other, messages[1]));
  CHECK_FALSE(world == other);
  CHECK(world.hash != other.hash);
  REQUIRE(system->drop(other, messages[0]));
  CHECK(world == other);
  CHECK(world.hash == other.hash);
  CHECK_FALSE(system->drop(other, messages[0]));
}

}  // namespace stampede::tests
