#include "scenarios/scenario.hpp"

#include <algorithm>

#include "models/models.hpp"
#include "models/service/services.hpp"
#include "scenarios/checks.hpp"
#include "scenarios/yaml.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

template <class Names>
[[noreturn]] void fail_unknown(const Document& document, const std::string& what,
                               const std::string& written, const Names& known) {
  const std::string hint = engine::did_you_mean(written, known);
  document.fail("unknown " + what + " '" + written + "'",
                hint.empty() ? "known: " + engine::comma_list(known) : hint);
}

void read_cluster(const Document& document, Scenario& scenario) {
  scenario.model = models::find_model(document.at("model").text);
  const engine::Model& model = *scenario.model;
  engine::ClusterSpec& cluster = scenario.cluster;
  if (const Document* replicas = document.find("replicas")) {
    cluster.replicas = static_cast<std::uint32_t>(
        engine::read_integer(*replicas, model.replicas_min, model.replicas_max));
  }
  if (const Document* clients = document.find("clients")) {
    cluster.clients = static_cast<std::uint32_t>(engine::read_integer(*clients, 0, 1000));
  }
  const Document* service = document.find("service");
  if (service != nullptr && !model.uses_service)
    service->fail("model '" + model.name + "' has no service");
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
        fail_unknown(item, "defect", item.text, known);
      }
      scenario.defects.push_back(&*found);
    }
  }
  cluster.options = model.read_options(document.find("options"), scenario.defects);
}

void read_workload(const Document* document, Scenario& scenario) {
  models::client::Workload& workload = scenario.workload;
  workload.service = scenario.cluster.service;
  const std::vector<std::string>& kinds = workload.service->kinds;
  if (document != nullptr) {
    if (const Document* operations = document->find("operations"))
      workload.operations = read_count(*operations);
    if (const Document* keys = document->find("keys"))
      workload.keys = static_cast<std::uint32_t>(engine::read_integer(*keys, 1, 1'000'000));
    if (const Document* think = document->find("think_time"))
      scenario.clients.think_time = engine::read_duration(*think);
    if (const Document* timeout = document->find("timeout")) {
      scenario.cluster.client_timeout = engine::read_duration(*timeout);
      if (scenario.cluster.client_timeout.nanoseconds < 1000)
        timeout->fail("a timeout needs at least 1us");
    }
    if (const Document* give_up = document->find("give_up"))
      scenario.clients.give_up = engine::read_duration(*give_up);
    if (const Document* open_loop = document->find("open_loop"))
      scenario.clients.open_loop = engine::read_boolean(*open_loop);
    if (const Document* mix = document->find("mix")) {
      mix->expect_keys("weights", kinds);
      std::uint64_t total = 0;
      for (const Document::Entry& entry : mix->entries) {
        const auto weight =
            static_cast<std::uint32_t>(engine::read_integer(entry.value, 0, 1'000'000));
        workload.mix.emplace_back(entry.key, weight);
        total += weight;
      }
      if (total == 0) mix->fail("all weights are 0");
    }
  }
  scenario.cluster.open_loop = scenario.clients.open_loop;
  if (workload.mix.empty()) {
    for (const std::string& kind : kinds)
      workload.mix.emplace_back(kind, kind == "delete" ? 1 : 10);
  }
}

void read_network(const Document* document, const NodeNames& nodes, Scenario& scenario) {
  engine::NetworkSettings& network = scenario.network;
  if (document == nullptr) return;
  if (const Document* latency = document->find("latency")) network.latency = read_latency(*latency);
  if (const Document* latency = document->find("client_latency"))
    network.client_latency = read_latency(*latency);
  if (const Document* loss = document->find("loss")) network.loss = read_rate(*loss);
  if (const Document* duplicate = document->find("duplicate"))
    network.duplicate = read_rate(*duplicate);
  if (const Document* corrupt = document->find("corrupt")) network.corrupt = read_rate(*corrupt);
  if (const Document* order = document->find("order")) network.fifo = order->text == "fifo";
  if (const Document* reorder = document->find("reorder")) {
    if (!network.fifo)
      reorder->fail(
          "'reorder' is for fifo networks: without 'order: fifo' messages overtake each other "
          "anyway");
    network.reorder = read_rate(*reorder);
  }
  if (const Document* limit = document->find("queue_limit")) {
    network.queue_limit = static_cast<std::uint32_t>(engine::read_integer(*limit, 1, 1'000'000));
  }
  const Document* zones = document->find("zones");
  const Document* matrix = document->find("zone_latency");
  if ((zones == nullptr) != (matrix == nullptr))
    document->fail("'zones' and 'zone_latency' come together");
  if (zones == nullptr) return;
  network.zones.assign(nodes.names().size(), 0);
  for (std::uint32_t zone = 0; zone < zones->items.size(); ++zone) {
    for (const Document& item : zones->items[zone].items)
      network.zones[nodes.find(item).value] = zone;
  }
  if (matrix->items.size() != zones->items.size()) matrix->fail("one row for each zone is needed");
  for (const Document& row : matrix->items) {
    if (row.items.size() != zones->items.size()) row.fail("one latency for each zone is needed");
    auto& latencies = network.zone_latency.emplace_back();
    for (const Document& one : row.items) latencies.push_back(engine::read_duration(one));
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

/// Names that `checks:` and `expect:` may use.
std::vector<std::string> known_checks(const Scenario& scenario) {
  std::vector<std::string> known;
  for (const CheckInfo& check : applicable_checks(*scenario.model, scenario.cluster))
    known.push_back(check.name);
  for (const CheckInfo& check : optional_checks(*scenario.model)) known.push_back(check.name);
  return known;
}

void read_checks(const Document* document, Scenario& scenario) {
  std::vector<std::string> known;
  for (const CheckInfo& check : applicable_checks(*scenario.model, scenario.cluster))
    known.push_back(check.name);
  if (document != nullptr) known = known_checks(scenario);
  if (document == nullptr) {
    scenario.checks = known;
    return;
  }
  for (const Document& item : document->items) {
    if (std::find(known.begin(), known.end(), item.text) == known.end())
      fail_unknown(item, "check", item.text, known);
  }
  // In listing order, each once.
  for (const std::string& name : known) {
    const auto wanted = std::any_of(document->items.begin(), document->items.end(),
                                    [&](const Document& item) { return item.text == name; });
    if (wanted) scenario.checks.push_back(name);
  }
}

Expectation read_expectation(const Document& document, const std::vector<std::string>& known) {
  if (document.is_scalar()) return {};
  const Document& property = document.at("violation");
  if (std::find(known.begin(), known.end(), property.text) == known.end())
    fail_unknown(property, "check", property.text, known);
  return {property.text};
}

void read_expect(const Document* document, Scenario& scenario) {
  if (document == nullptr) return;
  const std::vector<std::string> known = known_checks(scenario);
  if (document->is_scalar() || document->find("violation") != nullptr) {
    if (document->is_mapping() && document->entries.size() != 1)
      document->fail("'violation' stands alone");
    scenario.expect_run = scenario.expect_sweep = scenario.expect_explore =
        read_expectation(*document, known);
    return;
  }
  if (const Document* run = document->find("run"))
    scenario.expect_run = read_expectation(*run, known);
  if (const Document* sweep = document->find("sweep"))
    scenario.expect_sweep = read_expectation(*sweep, known);
  if (const Document* explore = document->find("explore"))
    scenario.expect_explore = read_expectation(*explore, known);
}

}  // namespace

NodeNames::NodeNames(const engine::Assembly& assembly) {
  for (const engine::NodeSpec& node : assembly.nodes) {
    names_.push_back(node.name);
    roles_.push_back(node.role);
  }
}

NodeId NodeNames::find(const Document& document) const {
  return find(document, document.scalar("a node's name"));
}

NodeId NodeNames::find(const Document& document, std::string_view name) const {
  const auto place = std::find(names_.begin(), names_.end(), name);
  if (place == names_.end()) fail_unknown(document, "node", std::string(name), names_);
  return NodeId{static_cast<std::uint32_t>(place - names_.begin())};
}

TypeNames::TypeNames(const engine::Model& model) : probes(model.probes) {
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  };
  for (const engine::ProcessType* type : model.process_types) {
    for (const engine::NamedType* message : type->message_types) add(messages, message->name);
    for (const engine::NamedType* timer : type->timer_types) add(timers, timer->name);
  }
}

engine::Latency read_latency(const Document& document) {
  using engine::Latency;
  if (document.is_scalar())
    return {Latency::Kind::constant, engine::read_duration(document), {}, {}};
  const Document::Entry& entry = document.entries.front();
  const Document& value = entry.value;
  if (entry.key == "constant")
    return {Latency::Kind::constant, engine::read_duration(value), {}, {}};
  if (entry.key == "uniform") {
    if (value.items.size() != 2) value.fail("'uniform' takes two ends", "write [least, most]");
    const Latency latency{Latency::Kind::uniform,
                          engine::read_duration(value.items[0]),
                          engine::read_duration(value.items[1]),
                          {}};
    if (latency.high < latency.low) value.fail("the ends are in the wrong order");
    return latency;
  }
  if (entry.key == "exponential") {
    return {Latency::Kind::exponential,
            engine::read_duration(value.at("floor")),
            engine::read_duration(value.at("mean")),
            {}};
  }
  return {Latency::Kind::bimodal, engine::read_duration(value.at("usual")),
          engine::read_duration(value.at("rare")), read_rate(value.at("rate"))};
}

ScenarioFile ScenarioFile::load(const std::string& path,
                                const std::vector<std::string>& overrides) {
  return parse(read_yaml_text(path), path, overrides);
}

ScenarioFile ScenarioFile::parse(const std::string& text, const std::string& name,
                                 const std::vector<std::string>& overrides) {
  ScenarioFile file;
  file.path_ = name;
  file.text_ = text;
  file.overrides_ = overrides;
  file.document_ = parse_yaml(text, name);
  for (const std::string& assignment : overrides) apply_override(file.document_, assignment);
  validate(file.document_, scenario_shape());
  name_faults(file.document_);
  if (const Document* seed = file.document_.find("seed")) {
    file.seed_ = static_cast<std::uint64_t>(engine::read_integer(*seed, 0, INT64_MAX));
  }
  static_cast<void>(file.resolve(file.seed_));
  return file;
}

Scenario ScenarioFile::resolve(std::uint64_t seed) const {
  const Document document = pick(document_, seed);
  Scenario scenario;
  scenario.seed = seed;
  if (const Document* about = document.find("about")) scenario.about = about->text;
  read_cluster(document.at("cluster"), scenario);
  read_workload(document.find("workload"), scenario);
  const NodeNames nodes(scenario.model->assemble(scenario.cluster));
  const TypeNames types(*scenario.model);
  read_network(document.find("network"), nodes, scenario);
  if (const Document* clocks = document.find("clocks")) {
    if (const Document* offset = clocks->find("offset"))
      scenario.clock_offset = engine::read_duration(*offset);
    if (const Document* drift = clocks->find("drift"))
      scenario.clock_drift_ppm = read_rate(*drift).value;
  }
  if (const Document* list = document.find("faults"))
    scenario.faults = read_faults(*list, nodes, types);
  if (const Document* budget = document.find("fault_budget"))
    scenario.unlimited_faults = budget->text == "unlimited";
  read_checks(document.find("checks"), scenario);
  if (const Document* liveness = document.find("liveness")) {
    scenario.liveness = {engine::read_duration(liveness->at("faults_stop")),
                         engine::read_duration(liveness->at("within"))};
    if (scenario.unlimited_faults) {
      liveness->fail("liveness cannot be judged with an unlimited fault budget",
                     "remove liveness or fault_budget");
    }
  }
  if (const Document* limits = document.find("limits")) {
    if (const Document* time = limits->find("virtual_time"))
      scenario.virtual_time = engine::read_duration(*time);
    if (const Document* decisions = limits->find("decisions"))
      scenario.decisions_max = read_count(*decisions);
  }
  if (const Document* reach = document.find("reach")) {
    for (const Document& item : reach->items) {
      if (std::find(types.probes.begin(), types.probes.end(), item.text) == types.probes.end()) {
        fail_unknown(item, "probe", item.text, types.probes);
      }
      scenario.reach.push_back(item.text);
    }
  }
  if (const Document* script = document.find("script")) {
    scenario.script = read_script(
        *script, nodes, types, scenario.model->uses_service ? scenario.cluster.service : nullptr);
  }
  scenario.explore = read_explore(document.find("explore"), scenario, nodes, types);
  read_expect(document.find("expect"), scenario);
  return scenario;
}

void drive_by_schedule(Scenario& scenario, const std::string& schedule) {
  const NodeNames nodes(scenario.model->assemble(scenario.cluster));
  scenario.script = read_script(engine::parse_json(schedule, "recorded schedule"), nodes,
                                TypeNames(*scenario.model), scenario.cluster.service);
  scenario.recorded_schedule = true;
}

void apply_override(Document& document, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const auto fail = [&](const std::string& message, const std::string& hint = {}) {
    throw engine::InputError("--set " + assignment + ": " + message, hint);
  };
  if (equals == std::string::npos || equals == 0)
    fail("expected PATH=VALUE", "for example --set cluster.replicas=5");
  // The value is YAML of one line: reuse the strict parser by giving it a key.
  Document value;
  try {
    value =
        parse_yaml("value: " + assignment.substr(equals + 1), "--set " + assignment).at("value");
  } catch (const engine::InputError& error) {
    fail("the value is not YAML", error.what());
  }
  Document* at = &document;
  std::string path = assignment.substr(0, equals);
  std::size_t position = 0;
  while (position < path.size()) {
    if (path[position] == '[') {
      const std::size_t close = path.find(']', position);
      const std::string index =
          close == std::string::npos ? "" : path.substr(position + 1, close - position - 1);
      if (index.empty() || index.size() > 6 ||
          index.find_first_not_of("0123456789") != std::string::npos)
        fail("'[' needs a position and ']'");
      if (!at->is_sequence() || std::stoul(index) >= at->items.size())
        fail("there is no item " + path.substr(0, close + 1));
      at = &at->items[std::stoul(index)];
      position = close + 1;
      if (position < path.size() && path[position] == '.') ++position;
      continue;
    }
    const std::size_t end = std::min(path.find_first_of(".[", position), path.size());
    const std::string key = path.substr(position, end - position);
    if (key.empty()) fail("the path has an empty part");
    if (at->kind == Document::Kind::null) at->kind = Document::Kind::mapping;
    if (!at->is_mapping()) fail("'" + path.substr(0, position) + "' has no keys");
    auto entry = std::find_if(at->entries.begin(), at->entries.end(),
                              [&](const Document::Entry& one) { return one.key == key; });
    if (entry == at->entries.end()) {
      Document fresh;
      fresh.file = value.file;
      fresh.line = 1;
      fresh.column = 1;
      entry = at->entries.insert(at->entries.end(), {key, 1, 1, std::move(fresh)});
    }
    at = &entry->value;
    position = end < path.size() && path[end] == '.' ? end + 1 : end;
  }
  *at = std::move(value);
}

}  // namespace stampede::scenarios
