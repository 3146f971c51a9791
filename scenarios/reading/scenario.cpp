#include "scenarios/reading/scenario.hpp"

#include <algorithm>

#include "models/service/services.hpp"
#include "scenarios/documents/override.hpp"
#include "scenarios/documents/schema.hpp"
#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/check_reader.hpp"
#include "scenarios/reading/fault_reader.hpp"
#include "scenarios/reading/model_names.hpp"
#include "scenarios/reading/names.hpp"
#include "scenarios/reading/network_reader.hpp"
#include "scenarios/reading/refusals.hpp"
#include "scenarios/reading/replica_order.hpp"
#include "scenarios/reading/scenario_schema.hpp"
#include "scenarios/reading/workload_reader.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

/// Sizes of the groups besides the main one.
void read_groups(const Document* document, Scenario& scenario) {
  std::map<std::string, std::uint32_t>& sizes = scenario.cluster.groups;
  std::vector<std::string> known;
  for (const engine::GroupOffer& offer : scenario.model->further_groups) {
    sizes[offer.name] = offer.members;
    known.push_back(offer.name);
  }
  if (document == nullptr) return;
  document->expect_mapping("groups with how many members they have");
  if (known.empty())
    document->fail("model '" + scenario.model->name + "' has no group besides its main one",
                   "'replicas' says how many members that one has");
  for (const Document::Entry& entry : document->entries) {
    const auto& offers = scenario.model->further_groups;
    const auto offer = std::find_if(offers.begin(), offers.end(),
                                    [&](const auto& one) { return one.name == entry.key; });
    if (offer == offers.end()) engine::fail_unknown(entry.value.place(), "group", entry.key, known);
    sizes[offer->name] = static_cast<std::uint32_t>(
        engine::read_integer(entry.value, offer->members_min, offer->members_max));
  }
}

/// Nodes that are not correct, with what they do.
void read_faulty(const Document& document, Scenario& scenario) {
  document.expect_mapping("nodes with what they do, for example { r1: silent }");
  const engine::Model& model = *scenario.model;
  const engine::Assembly assembly = model.assemble(scenario.cluster);
  const Participants nodes(assembly);
  for (const Document::Entry& entry : document.entries) {
    const Document& value = entry.value;
    const NodeId node = nodes.find(value, entry.key);
    if (nodes.membership().clients().contains(node))
      value.fail("'" + entry.key + "' is a client",
                 "what clients ask for is judged: they are correct");
    static_cast<void>(value.scalar("what it does"));
    engine::Behaviour behaviour{};
    engine::read(value, behaviour);
    if (behaviour == engine::Behaviour::equivocate && model.forge == nullptr)
      value.fail("model '" + model.name + "' does not say what its nodes could say instead",
                 "they can withhold what they send, and so on: stampede list behaviours");
    scenario.cluster.faulty.emplace(entry.key, behaviour);
  }
}

/// Options that ask for more nodes than there are.
void require_possible(const Document& options, const Scenario& scenario) {
  try {
    static_cast<void>(scenario.model->claimed(scenario.cluster));
  } catch (const engine::InputError& mistake) {
    options.fail(mistake.message(), mistake.hint());
  }
}

void read_cluster(const Document& file, const models::ModelList& models, Scenario& scenario) {
  const Document& document = file.at("cluster");
  scenario.model = models::find_model(models, document.at("model").text);
  const engine::Model& model = *scenario.model;
  engine::ClusterSpec& cluster = scenario.cluster;
  if (const Document* replicas = document.find("replicas")) {
    cluster.replicas = static_cast<std::uint32_t>(
        engine::read_integer(*replicas, model.replicas_min, model.replicas_max));
  }
  scenario.cluster_place = document.place();
  read_groups(document.find("groups"), scenario);
  if (const Document* spares = document.find("spares")) {
    cluster.spares = static_cast<std::uint32_t>(engine::read_integer(*spares, 0, 62));
    if (cluster.spares != 0 && !model.reconfigures)
      spares->fail("the members of model '" + model.name + "' never change",
                   "leave 'spares' out: 'replicas' says how many members there are");
    if (cluster.replicas + cluster.spares > 63)
      spares->fail("members and spares of a group are at most 63",
                   "there are " + std::to_string(cluster.replicas) + " replicas: lower 'spares'");
  }
  if (const Document* clients = document.find("clients")) {
    scenario.cluster_place = clients->place();
    cluster.clients = static_cast<std::uint32_t>(engine::read_integer(*clients, 0, 1000));
  }
  const Document* service = document.find("service");
  if (service != nullptr && !model.uses_service)
    service->fail("model '" + model.name + "' has no service", "leave 'service' out");
  const std::vector<std::string>& offered = model.services;
  const std::string wanted = service != nullptr ? service->text
                             : offered.empty()  ? "kv"
                                                : offered.front();
  if (!offered.empty() && std::find(offered.begin(), offered.end(), wanted) == offered.end())
    service->fail("model '" + model.name + "' does not offer '" + wanted + "'",
                  "it offers: " + engine::comma_list(offered));
  cluster.service = models::service::find_service(wanted);
  if (const Document* defects = document.find("defects")) {
    for (const Document& item : defects->items) {
      const auto found =
          std::find_if(model.defects.begin(), model.defects.end(),
                       [&](const engine::Defect& defect) { return defect.name == item.text; });
      if (found == model.defects.end()) {
        std::vector<std::string> known;
        for (const engine::Defect& defect : model.defects) known.push_back(defect.name);
        engine::fail_unknown(item.place(), "defect", item.text, known);
      }
      scenario.defects.push_back(&*found);
    }
  }
  if (const Document* assume = document.find("assume"))
    scenario.assume_broken = assume->text == "broken";
  std::optional<Document> options = options_for_clients(document, file.find("workload"), model);
  if (options) options = with_orders(std::move(*options), file.find("network"), scenario);
  cluster.options = model.read_options(options ? &*options : nullptr, scenario.defects);
  if (options) require_possible(*options, scenario);
  if (const Document* faulty = document.find("faulty")) read_faulty(*faulty, scenario);
}

/// What the file says of saves; how they complete in a run follows from its script, too.
std::optional<Saves> read_saves(const Document* document, Scenario& scenario) {
  std::optional<Saves> saves;
  if (document != nullptr) engine::read(*document, saves.emplace());
  const Script& script = scenario.script;
  const auto completes = std::find_if(script.begin(), script.end(), [](const ScriptItem& item) {
    return item.kind == ScriptItem::Kind::decision &&
           item.decision.kind == engine::DecisionKind::complete && item.decision.name == "durable";
  });
  if (saves == Saves::in_step && completes != script.end())
    throw engine::InputError(completes->place, "saves complete in their steps here",
                             "'saves: decisions' leaves them to the script");
  const bool in_step = !script.empty() && completes == script.end();
  scenario.saves = saves ? *saves : in_step ? Saves::in_step : Saves::decisions;
  return saves;
}

void read_liveness(const Document* liveness, Scenario& scenario) {
  if (liveness == nullptr) return;
  scenario.liveness = {engine::read_duration(liveness->at("faults_stop")),
                       engine::read_duration(liveness->at("within"))};
  if (const Document* quiet = liveness->find("quiet"))
    scenario.liveness->quiet = engine::read_duration(*quiet);
  if (scenario.unlimited_faults) {
    liveness->fail("liveness cannot be judged with an unlimited fault budget",
                   "remove liveness or fault_budget");
  }
}

/// Gives every fault without a name its content as one, before the seed picks anything: what it is
/// called and what its randomness goes by must not depend on the seed.
void name_faults(Document& document) {
  for (Document::Entry& entry : document.entries) {
    if (entry.key != "faults") continue;
    for (Document& fault : entry.value.items) {
      const bool named =
          std::any_of(fault.entries.begin(), fault.entries.end(), [](const Document::Entry& one) {
            return one.key == "name" ||
                   (one.value.is_mapping() && one.value.find("name") != nullptr);
          });
      if (named) continue;
      Document name;
      name.kind = Document::Kind::scalar;
      name.quoted = true;
      name.text = fault.to_text();
      fault.entries.push_back({"name", fault.line, fault.column, std::move(name)});
    }
  }
}

/// The file itself says that a run ends well, whatever of its script a right protocol leaves out.
bool says_run_is_ok(const Document* expect) {
  if (expect == nullptr || expect->is_scalar()) return expect != nullptr;
  const Document* run = expect->find("run");
  return run != nullptr && run->is_scalar();
}

}  // namespace

ScenarioFile ScenarioFile::load(const std::string& path, const std::vector<std::string>& overrides,
                                const models::ModelList& models) {
  return parse(read_yaml_text(path), path, overrides, models);
}

ScenarioFile ScenarioFile::parse(const std::string& text, const std::string& name,
                                 const std::vector<std::string>& overrides,
                                 const models::ModelList& models) {
  ScenarioFile file;
  file.path_ = name;
  file.text_ = text;
  file.overrides_ = overrides;
  file.models_ = models;
  file.document_ = parse_yaml(text, name);
  for (const std::string& assignment : overrides) apply_override(file.document_, assignment);
  validate(file.document_, *scenario_schema(models));
  require_known_names(*models::find_model(models, file.document_.at("cluster").at("model").text));
  name_faults(file.document_);
  if (const Document* seed = file.document_.find("seed")) {
    file.seed_ = static_cast<std::uint64_t>(engine::read_integer(*seed, 0, INT64_MAX));
  }
  static_cast<void>(file.resolve(file.seed_));
  return file;
}

Document ScenarioFile::picked(std::uint64_t seed) const { return pick(document_, seed); }

Scenario ScenarioFile::resolve(std::uint64_t seed) const {
  const Document document = picked(seed);
  Scenario scenario;
  scenario.seed = seed;
  if (const Document* about = document.find("about")) scenario.about = about->text;
  const Document* workload = document.find("workload");
  read_cluster(document, models_, scenario);
  read_workload(workload, scenario);
  const engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  const Participants nodes(assembly);
  // Checks find further groups by their positions.
  std::size_t position = 0;
  for (const engine::GroupOffer& offer : scenario.model->further_groups)
    ASSERT(nodes.membership().groups().at(++position).name() == offer.name);
  const TypeNames types(*scenario.model);
  read_reconfigurations(workload, nodes, scenario);
  const Zones zones = read_network(document.find("network"), nodes, scenario.network);
  if (const Document* clocks = document.find("clocks")) {
    if (const Document* offset = clocks->find("offset"))
      scenario.clock_offset = engine::read_duration(*offset);
    if (const Document* drift = clocks->find("drift"))
      scenario.clock_drift_ppm = read_rate(*drift).value;
  }
  if (const Document* list = document.find("faults"))
    scenario.faults = read_faults(*list, nodes, zones, types);
  if (const Document* budget = document.find("fault_budget"))
    scenario.unlimited_faults = budget->text == "unlimited";
  read_liveness(document.find("liveness"), scenario);
  read_checks(document.find("checks"), workload, scenario);
  read_bounds(document.find("bounds"), document.find("checks") != nullptr, scenario);
  require_kinds(workload, scenario);
  if (const Document* limits = document.find("limits")) {
    if (const Document* time = limits->find("virtual_time"))
      scenario.virtual_time = engine::read_duration(*time);
    if (const Document* decisions = limits->find("decisions"))
      scenario.decisions_max = read_count(*decisions);
  }
  if (const Document* reach = document.find("reach")) {
    for (const Document& item : reach->items) {
      if (std::find(types.probes.begin(), types.probes.end(), item.text) == types.probes.end()) {
        engine::fail_unknown(item.place(), "probe", item.text, types.probes);
      }
      scenario.reach.push_back(item.text);
    }
  }
  if (const Document* script = document.find("script")) {
    scenario.script = read_script(
        *script, assembly, scenario.model->uses_service ? scenario.cluster.service : nullptr);
  }
  const std::optional<Saves> saves = read_saves(document.find("saves"), scenario);
  scenario.explore = read_explore(document.find("explore"), *scenario.model, scenario.cluster,
                                  nodes, types, saves);
  scenario.skips_allowed =
      document.find("skipped_steps") != nullptr || says_run_is_ok(document.find("expect"));
  require_known_properties(scenario);
  read_expect(document.find("expect"), document.find("checks") != nullptr, scenario);
  require_quiet(document, scenario);
  require_bounds(document, scenario);
  refuse_outside_claims(document, scenario, nodes);
  return scenario;
}

void drive_by_schedule(Scenario& scenario, const std::string& schedule) {
  scenario.script =
      read_script(engine::parse_json(schedule, "recorded schedule"),
                  scenario.model->assembled(scenario.cluster), scenario.cluster.service);
  scenario.recorded_schedule = true;
}

}  // namespace stampede::scenarios
