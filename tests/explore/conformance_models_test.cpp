// Every model does the same in both worlds: 10,000 random sequences of decisions each.
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/process/reconfigure.hpp"
#include "models/models.hpp"
#include "models/service/services.hpp"
#include "models/viewstamped/model.hpp"
#include "models/viewstamped/replica.hpp"
#include "tests/explore/duet.hpp"

namespace stampede::tests {
namespace {

engine::ClusterSpec smallest(const engine::Model& model) {
  engine::ClusterSpec spec;
  spec.replicas = std::max(model.replicas_min, std::min(3U, model.replicas_max));
  spec.clients = model.uses_service ? 2 : 0;
  const std::string service = model.services.empty() ? "register" : model.services.front();
  spec.service = model.uses_service ? models::service::find_service(service) : nullptr;
  spec.options = model.read_options(nullptr, {});
  return spec;
}

Configuration of(const engine::Model& model, const engine::ClusterSpec& spec) {
  Configuration configuration;
  configuration.assemble = [&model, spec] { return model.assemble(spec); };
  if (model.properties != nullptr) configuration.properties = model.properties(spec);
  // Those without a monitor are the generic ones, for updates alone.
  std::erase_if(configuration.properties, [](const auto& one) { return one.make == nullptr; });
  const engine::Assembly assembly = model.assemble(spec);
  for (std::uint32_t i = 0; i < assembly.nodes.size(); ++i) {
    if (assembly.nodes[i].boot.type().begin != nullptr) configuration.clients.push_back(NodeId{i});
  }
  configuration.operation = [service = spec.service](std::uint32_t number, std::uint64_t bits) {
    engine::OperationTemplate request;
    request.unique_value = "v" + std::to_string(number);
    return service->generate(bits % 2 == 0 ? "read" : "write", request);
  };
  // Votes are the only choices so far.
  configuration.choices = 2;
  configuration.choice_arity = 2;
  return configuration;
}

}  // namespace

TEST_CASE("conformance: every model does the same in both worlds", "[explore]") {
  for (const engine::Model* model : models::all_models()) {
    INFO(model->name);
    const Configuration configuration = of(*model, smallest(*model));
    const auto system = make_system(configuration);
    std::uint64_t made = 0;
    for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
      Duet duet(configuration, *system, seed, Sabotage::none);
      const auto difference = duet.play(15);
      if (difference) FAIL("seed " << seed << ", " << *difference);
      made += duet.made();
    }
    CHECK(made > 20'000);
  }
}

TEST_CASE("conformance: members change in the same way in both worlds", "[explore]") {
  for (const engine::Model* model : models::all_models()) {
    if (!model->reconfigures) continue;
    INFO(model->name);
    engine::ClusterSpec spec = smallest(*model);
    spec.spares = 1;
    Configuration configuration = of(*model, spec);
    const auto operation = configuration.operation;
    configuration.operation = [operation](std::uint32_t number, std::uint64_t bits) {
      if (bits % 2 == 0) return operation(number, bits / 2);
      // Any set of r0 ... r3 but the empty one.
      engine::Reconfigure change;
      for (std::uint32_t i = 0; i < 4; ++i) {
        if (((bits >> (8 + i)) & 1) != 0) change.reconfigure.push_back(NodeId{i});
      }
      if (change.reconfigure.empty()) change.reconfigure.push_back(NodeId{3});
      return Operation::of(std::move(change));
    };
    const auto system = make_system(configuration);
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
      Duet duet(configuration, *system, seed, Sabotage::none);
      const auto difference = duet.play(40);
      if (difference) FAIL("seed " << seed << ", " << *difference);
    }
  }
}

TEST_CASE("conformance: sessions begin and end in the same way in both worlds", "[explore]") {
  const engine::Model& model = models::viewstamped::model();
  engine::ClusterSpec spec = smallest(model);
  const engine::Document options =
      engine::parse_json(R"({"client_table_limit": 1, "checkpoint_interval": 1})", "options");
  spec.options = model.read_options(&options, {});
  const Configuration configuration = of(model, spec);
  const auto system = make_system(configuration);
  std::uint64_t ended = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    Duet duet(configuration, *system, seed, Sabotage::none);
    const auto difference = duet.play(60);
    if (difference) FAIL("seed " << seed << ", " << *difference);
    const auto* primary =
        engine::process_as<models::viewstamped::Replica>(duet.world().local(NodeId{0}).process);
    REQUIRE(primary != nullptr);
    // There is room for one: a later session took the place of the first.
    for (const auto& [client, entry] : primary->clients.client_table) {
      const auto* opened = entry.result.get<models::client::SessionOpened>();
      const RequestNumber number = opened == nullptr ? entry.executed : opened->after;
      if (models::client::session_of(number) > 1) ++ended;
    }
  }
  CHECK(ended > 0);
}

TEST_CASE("conformance: leases are given, and writes foretold, in the same way in both worlds",
          "[explore]") {
  const engine::Model& model = models::viewstamped::model();
  engine::ClusterSpec spec = smallest(model);
  spec.service = models::service::find_service("file");
  const engine::Document options =
      engine::parse_json(R"({"reads": "lease", "foretelling": "quorum"})", "options");
  spec.options = model.read_options(&options, {});
  const Configuration configuration = of(model, spec);
  const auto system = make_system(configuration);
  std::uint64_t leased = 0;
  std::uint64_t foretold = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    Duet duet(configuration, *system, seed, Sabotage::none);
    const auto difference = duet.play(40);
    if (difference) FAIL("seed " << seed << ", " << *difference);
    const auto* primary =
        engine::process_as<models::viewstamped::Replica>(duet.world().local(NodeId{0}).process);
    REQUIRE(primary != nullptr);
    if (primary->leases.until > Time{}) ++leased;
    if (!primary->pre_steps.empty()) ++foretold;
  }
  CHECK(leased > 0);
  CHECK(foretold > 0);
}

}  // namespace stampede::tests
