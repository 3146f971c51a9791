// Saves that complete by decisions of their own do the same in the value world, in the packed world
// and in a script that is written out and read again: every model, with each of its defects.
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/world/decision_text.hpp"
#include "models/models.hpp"
#include "models/service/services.hpp"
#include "scenarios/documents/yaml.hpp"
#include "tests/explore/duet.hpp"
#include "tests/explore/juggler.hpp"

namespace stampede::tests {
namespace {

constexpr std::uint64_t schedules = 1'000;

/// The smallest clusters of the model: with each of its groups that need not be there, and without.
std::vector<engine::ClusterSpec> small_clusters(const engine::Model& model) {
  engine::ClusterSpec spec;
  spec.replicas = std::max(model.replicas_min, std::min(3U, model.replicas_max));
  spec.clients = model.uses_service ? 2 : 0;
  const std::string service = model.services.empty() ? "register" : model.services.front();
  spec.service = model.uses_service ? models::service::find_service(service) : nullptr;
  std::vector<engine::ClusterSpec> clusters = {spec};
  for (const engine::GroupOffer& offer : model.further_groups) {
    if (offer.members != 0 || offer.members_max < 3) continue;
    spec.groups[offer.name] = 3;
    clusters.push_back(spec);
  }
  return clusters;
}

Configuration saving(const engine::Model& model, const engine::ClusterSpec& spec) {
  Configuration configuration;
  configuration.assemble = [&model, spec] { return model.assemble(spec); };
  if (model.properties != nullptr) configuration.properties = model.properties(spec);
  const engine::Assembly assembly = model.assemble(spec);
  for (std::uint32_t i = 0; i < assembly.nodes.size(); ++i) {
    if (assembly.nodes[i].boot.type().begin != nullptr) configuration.clients.push_back(NodeId{i});
  }
  configuration.operation = [service = spec.service](std::uint32_t number, std::uint64_t bits) {
    engine::OperationTemplate request;
    request.unique_value = "v" + std::to_string(number);
    return service->generate(bits % 2 == 0 ? "read" : "write", request);
  };
  configuration.choices = 2;
  configuration.choice_arity = 2;
  configuration.saves_in_step = false;
  return configuration;
}

/// The schedule written as a script, read again, and done in a world of its own: what differs.
std::optional<std::string> differs_as_script(const Configuration& configuration, const Duet& duet,
                                             const engine::ServiceType* service) {
  engine::World again(configuration.assemble(), duet.world().settings());
  for (const engine::Property& property : configuration.properties)
    again.add_monitor(property.make());
  const engine::Assembly assembly = configuration.assemble();
  std::vector<const engine::ProcessType*> types;
  for (const engine::NodeSpec& node : assembly.nodes) types.push_back(&node.boot.type());
  engine::DecisionReader reader(again.names(), std::move(types), assembly.membership, service);
  for (const engine::Decision& decision : duet.schedule()) {
    const std::string text = engine::decision_document(decision, again.names()).to_text();
    if (!again.apply(reader.read(scenarios::parse_yaml(text, "script")))) return "skipped: " + text;
  }
  if (again.digest() != duet.world().digest()) return "another digest";
  if (again.violations().size() != duet.world().violations().size()) return "another verdict";
  return std::nullopt;
}

struct Agreed {
  std::uint64_t made = 0;
  std::uint64_t completed = 0;
};

Agreed check_all_agree(const Configuration& configuration, const engine::ServiceType* service) {
  Agreed agreed;
  const auto system = make_system(configuration);
  for (std::uint64_t seed = 1; seed <= schedules; ++seed) {
    Duet duet(configuration, *system, seed, Sabotage::none);
    if (const auto found = duet.play(25)) FAIL("seed " << seed << ", " << *found);
    if (const auto found = differs_as_script(configuration, duet, service))
      FAIL("seed " << seed << ", as a script: " << *found);
    agreed.made += duet.made();
    agreed.completed += static_cast<std::uint64_t>(std::count_if(
        duet.schedule().begin(), duet.schedule().end(), [](const engine::Decision& decision) {
          return decision.kind == engine::DecisionKind::complete;
        }));
  }
  return agreed;
}

}  // namespace

TEST_CASE("conformance: saves as decisions do the same in run, script and search", "[explore]") {
  std::uint64_t completed = 0;
  for (const engine::Model* model : models::all_models()) {
    for (engine::ClusterSpec spec : small_clusters(*model)) {
      std::vector<std::vector<const engine::Defect*>> variants = {{}};
      for (const engine::Defect& defect : model->defects) variants.push_back({&defect});
      for (const auto& defects : variants) {
        INFO(model->name << " " << (defects.empty() ? "" : defects.front()->name));
        spec.options = model->read_options(nullptr, defects);
        const Agreed agreed = check_all_agree(saving(*model, spec), spec.service);
        CHECK(agreed.made > 3 * schedules);
        completed += agreed.completed;
      }
    }
  }
  CHECK(completed > 10'000);
}

TEST_CASE("conformance: a save that survives a crash in one world alone is noticed", "[explore]") {
  const auto noticed = [](Configuration configuration) {
    configuration.saves_in_step = false;
    const auto system = make_system(configuration);
    std::optional<std::string> difference;
    for (std::uint64_t seed = 1; seed <= 200 && !difference; ++seed)
      difference = Duet(configuration, *system, seed, Sabotage::saves_survive_crashes).play(25);
    return difference.value_or("nothing");
  };
  CHECK_THAT(noticed({[] { return jugglers(3); }, juggler_properties(), {}, {}, 4, 3}),
             Catch::Contains("\"crash\"") && Catch::Contains("local states of"));
}

}  // namespace stampede::tests
