#include "scenarios/reading/explore_reader.hpp"

#include <algorithm>

#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

std::uint32_t read_budget(const Document& document) {
  if (document.text == "unlimited") return engine::Budgets::unlimited;
  const std::uint64_t value = read_count(document);
  if (value >= engine::Budgets::unlimited)
    document.fail("'" + document.text + "' is too large",
                  "write 'unlimited', or less than " + std::to_string(engine::Budgets::unlimited));
  return static_cast<std::uint32_t>(value);
}

void read_plan(const Document& document, const engine::ServiceType* service,
               const Participants& nodes, ExploreSettings& settings) {
  document.expect_mapping("clients with their operations");
  if (service == nullptr) document.fail("this model has no clients", "leave 'plan' out");
  const engine::Clients& clients = nodes.membership().clients();
  const engine::NodeNames names(nodes.names());
  for (const Document::Entry& entry : document.entries) {
    const NodeId node = nodes.find(entry.value, entry.key);
    const std::optional<std::uint32_t> place = clients.place(node);
    if (!place)
      entry.value.fail("'" + entry.key + "' is not a client",
                       "clients are called c0, c1, and so on");
    entry.value.expect_sequence("a list of operations");
    engine::PlannedClient client{node, {}};
    const ClientId id = clients.identity(*place);
    for (const Document& item : entry.value.items) {
      const auto number = static_cast<std::uint32_t>(client.operations.size() + 1);
      // `{ put: [x, 1] }`, or `{ operation: { put: [x, 1] }, to: r1 }`: whom it asks first.
      const Document* inner = item.is_mapping() ? item.find("operation") : nullptr;
      if (inner != nullptr) item.expect_keys("an operation", {"operation", "to"});
      const Document* to = inner == nullptr ? nullptr : item.find("to");
      client.operations.push_back({{id, number},
                                   engine::read_operation(inner == nullptr ? item : *inner,
                                                          *service, nodes.membership(), names),
                                   to == nullptr ? std::nullopt : std::optional(nodes.find(*to))});
    }
    if (!client.operations.empty()) settings.plan.push_back(std::move(client));
  }
}

/// The service's kind of operation among `names`.
std::string kind_among(const engine::ServiceType& service, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::find(service.kinds.begin(), service.kinds.end(), name) != service.kinds.end())
      return name;
  }
  return service.kinds.front();
}

/// Each client alternates a write of a value of its own and a read, all on one key.
void make_plan(std::uint32_t operations, const engine::ServiceType& service,
               const Participants& nodes, ExploreSettings& settings) {
  if (operations == 0) return;
  const std::string writes =
      kind_among(service, {"write", "put", "append", "increment", "acquire", "insert"});
  const std::string reads = kind_among(service, {"read", "get", "release"});
  const engine::Clients& clients = nodes.membership().clients();
  for (std::uint32_t place = 0; place < clients.nodes().size(); ++place) {
    engine::PlannedClient planned{clients.nodes()[place], {}};
    const ClientId client = clients.identity(place);
    for (std::uint32_t number = 1; number <= operations; ++number) {
      engine::OperationTemplate request;
      request.key = "x";
      request.unique_value = std::to_string(client.value) + "." + std::to_string(number);
      planned.operations.push_back({{client, number},
                                    service.generate(number % 2 == 1 ? writes : reads, request),
                                    std::nullopt});
    }
    settings.plan.push_back(std::move(planned));
  }
}

void read_timers(const Document& document, const TypeNames& types, ExploreSettings& settings) {
  document.expect_mapping("timer types with how often they may fire");
  for (const Document::Entry& entry : document.entries) {
    if (std::find(types.timers.begin(), types.timers.end(), entry.key) == types.timers.end()) {
      engine::fail_unknown(entry.value.place(), "timer type", entry.key, types.timers);
    }
    static_cast<void>(entry.value.scalar("a number or 'unlimited'"));
    settings.budgets.timers.emplace_back(entry.key, read_budget(entry.value));
  }
}

void read_reductions(const Document& document, ExploreSettings& settings) {
  const auto listed = [&](const char* name) {
    if (document.is_scalar()) return document.text == "all";
    return std::any_of(document.items.begin(), document.items.end(),
                       [&](const Document& item) { return item.text == name; });
  };
  settings.drop_dead_messages = listed("dead-messages");
  settings.normal_form = listed("normal-form");
  settings.symmetry = listed("symmetry");
}

/// Where a node may crash it matters what it has saved; where none does, a save that takes its time
/// is a message that does.
Saves default_saves(const engine::Model& model, const engine::Budgets& budgets) {
  const auto& types = model.process_types;
  const bool persists = std::any_of(types.begin(), types.end(),
                                    [](const auto* type) { return !type->durable.empty(); });
  return persists && budgets.crashes != 0 ? Saves::decisions : Saves::in_step;
}

}  // namespace

ExploreSettings read_explore(const Document* document, const engine::Model& model,
                             const engine::ClusterSpec& cluster, const Participants& nodes,
                             const TypeNames& types, std::optional<Saves> saves) {
  ExploreSettings settings;
  const engine::ServiceType* service = model.uses_service ? cluster.service : nullptr;
  const auto find = [&](const char* key) {
    return document == nullptr ? nullptr : document->find(key);
  };
  const auto budget = [&](const char* key, std::uint32_t& into) {
    if (const Document* value = find(key)) into = read_budget(*value);
  };
  budget("crashes", settings.budgets.crashes);
  // Under crash-stop nobody comes back unless the file says so.
  if (model.claimed(cluster).failures != engine::FailureModel::crash_stop)
    settings.budgets.restarts = settings.budgets.crashes;
  budget("restarts", settings.budgets.restarts);
  budget("boots", settings.budgets.boots);
  budget("drops", settings.budgets.drops);
  budget("duplicates", settings.budgets.duplicates);
  if (const Document* timers = find("timers")) read_timers(*timers, types, settings);
  if (const Document* clocks = find("clocks")) {
    settings.budgets.clock_moves = read_budget(clocks->at("moves"));
    settings.clock_step = engine::read_duration(clocks->at("step"));
    if (settings.clock_step == engine::Duration{})
      clocks->at("step").fail("a move of nothing", "write for example 10ms");
    if (const Document* skew = clocks->find("skew"))
      settings.clock_skew = engine::read_duration(*skew);
  }
  if (const Document* plan = find("plan")) {
    if (const Document* operations = find("operations"))
      operations->fail("'plan' and 'operations' exclude each other",
                       "leave 'operations' out: the plan says them all");
    read_plan(*plan, service, nodes, settings);
  } else {
    std::uint32_t operations = 2;
    if (const Document* given = find("operations"))
      operations = static_cast<std::uint32_t>(engine::read_integer(*given, 0, 1000));
    if (service != nullptr) make_plan(operations, *service, nodes, settings);
  }
  // A client alone loses nothing by it: no other client can see whether it waited.
  settings.begins = settings.plan.size() == 1 ? engine::Begins::at_once : engine::Begins::any_time;
  if (const Document* begins = find("begins")) {
    settings.begins =
        begins->text == "at_once" ? engine::Begins::at_once : engine::Begins::any_time;
  }
  if (const Document* failures = find("failures"))
    settings.unlimited_failures = failures->text == "unlimited";
  settings.saves = saves ? *saves : default_saves(model, settings.budgets);
  if (const Document* own = find("saves")) engine::read(*own, settings.saves);
  if (const Document* torn = find("torn_writes"))
    settings.torn_writes = engine::read_boolean(*torn);
  if (const Document* subsets = find("any_subset_of_writes"))
    settings.any_subset_of_writes = engine::read_boolean(*subsets);
  if (const Document* caps = find("caps")) {
    if (const Document* epoch = caps->find("epoch")) settings.epoch_max = read_count(*epoch);
    if (const Document* log = caps->find("log")) settings.log_max = read_count(*log);
  }
  if (const Document* network = find("network")) {
    settings.network = network->text == "set"     ? engine::NetworkKind::set
                       : network->text == "queue" ? engine::NetworkKind::queue
                                                  : engine::NetworkKind::multiset;
  }
  if (const Document* history = find("history")) settings.raw_history = history->text == "raw";
  if (const Document* reductions = find("reductions")) read_reductions(*reductions, settings);
  return settings;
}

}  // namespace stampede::scenarios
