// Faulty nodes do the same in both worlds: what interposers do and remember, and twins.
#include <catch2/catch.hpp>

#include "engine/process/behaviours.hpp"
#include "models/echo_broadcast/model.hpp"
#include "models/service/services.hpp"
#include "models/viewstamped/model.hpp"
#include "tests/explore/duet.hpp"

namespace stampede::tests {
namespace {

using engine::Behaviour;

/// Most messages that a step sends: each of them may be chosen about.
constexpr std::uint32_t sends_max = 24;

Configuration faulty(const engine::Model& model,
                     const std::map<std::string, Behaviour>& behaviours) {
  engine::ClusterSpec spec;
  spec.replicas = 4;
  spec.clients = model.uses_service ? 2 : 0;
  spec.service = models::service::find_service("kv");
  spec.options = model.read_options(nullptr, {});
  spec.faulty = behaviours;
  Configuration configuration;
  configuration.assemble = [&model, spec] { return model.assembled(spec); };
  configuration.properties = model.properties(spec);
  const engine::Assembly assembly = model.assembled(spec);
  for (std::uint32_t i = 0; i < assembly.nodes.size(); ++i) {
    if (assembly.nodes[i].boot.type().begin != nullptr) configuration.clients.push_back(NodeId{i});
  }
  configuration.operation = [service = spec.service](std::uint32_t number, std::uint64_t bits) {
    engine::OperationTemplate request;
    request.key = "x";
    request.unique_value = "v" + std::to_string(number);
    return service->generate(bits % 2 == 0 ? "read" : "write", request);
  };
  configuration.choices = sends_max;
  configuration.choice_arity = 2;
  return configuration;
}

struct Compared {
  std::optional<std::string> difference;
  std::uint64_t made = 0;
};

Compared compare(const Configuration& configuration, std::uint64_t sequences,
                 Sabotage sabotage = Sabotage::none) {
  Compared outcome;
  const auto system = make_system(configuration);
  for (std::uint64_t seed = 1; seed <= sequences && !outcome.difference; ++seed) {
    Duet duet(configuration, *system, seed, sabotage);
    outcome.difference = duet.play(25);
    outcome.made += duet.made();
  }
  return outcome;
}

}  // namespace

TEST_CASE("conformance: every behaviour of faulty nodes does the same in both worlds",
          "[explore]") {
  const engine::Model& broadcast = models::echo_broadcast::model();
  for (const Behaviour behaviour : {Behaviour::silent, Behaviour::withhold, Behaviour::equivocate,
                                    Behaviour::replay, Behaviour::delay, Behaviour::twin}) {
    const Compared outcome =
        compare(faulty(broadcast, {{"r0", behaviour}, {"r2", behaviour}}), 500);
    INFO(engine::to_json(behaviour) << ": " << outcome.difference.value_or(""));
    CHECK_FALSE(outcome.difference);
    CHECK(outcome.made > 2'500);
  }
}

TEST_CASE("conformance: faulty replicas of viewstamped do the same in both worlds", "[explore]") {
  const Compared outcome = compare(
      faulty(models::viewstamped::model(),
             {{"r0", Behaviour::twin}, {"r1", Behaviour::delay}, {"r2", Behaviour::replay}}),
      500);
  INFO(outcome.difference.value_or(""));
  CHECK_FALSE(outcome.difference);
  CHECK(outcome.made > 5'000);
}

TEST_CASE("conformance: an interposer that forgets in one world is noticed", "[explore]") {
  for (const Behaviour behaviour : {Behaviour::replay, Behaviour::delay}) {
    const Compared outcome = compare(faulty(models::echo_broadcast::model(), {{"r0", behaviour}}),
                                     200, Sabotage::interposers_forget);
    CHECK_THAT(outcome.difference.value_or("nothing"), Catch::Contains("local states of r0"));
  }
}

TEST_CASE("conformance: a twin that hears nothing in one world is noticed", "[explore]") {
  const Configuration twins = faulty(models::echo_broadcast::model(), {{"r0", Behaviour::twin}});
  Configuration strangers = twins;
  strangers.assemble = [assemble = twins.assemble] {
    engine::Assembly assembly = assemble();
    assembly.nodes.back().identity.clear();
    return assembly;
  };
  const auto system = make_system(strangers);
  std::optional<std::string> difference;
  for (std::uint64_t seed = 1; seed <= 200 && !difference; ++seed)
    difference = Duet(twins, *system, seed, Sabotage::none).play(25);
  CHECK(difference);
}

}  // namespace stampede::tests
