#include "scenarios/reading/workload_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "models/service/queries.hpp"
#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;
using models::client::Kind;
using models::client::Phase;
using models::client::Zipf;

/// The option of models whose clients can have several requests on their way.
constexpr const char* window_option = "client_window";

/// What a file says of one phase, and where that says nothing, of all.
struct SaidOfPhase {
  const Document* own = nullptr;
  const Document* general = nullptr;

  [[nodiscard]] const Document* find(std::string_view key) const {
    const Document* found = own == nullptr ? nullptr : own->find(key);
    return found != nullptr || general == nullptr ? found : general->find(key);
  }
  /// A phase that says how often it reads, or its mix, says all of what it asks for.
  [[nodiscard]] const Document* find_of_mix(std::string_view key) const {
    const bool is_own =
        own != nullptr && (own->find("mix") != nullptr || own->find("reads") != nullptr);
    const Document* place = is_own ? own : general;
    return place == nullptr ? nullptr : place->find(key);
  }
};

const Document* phases_of(const Document* workload) {
  return workload == nullptr ? nullptr : workload->find("phases");
}

SaidOfPhase said_of(const Document* workload, std::size_t phase) {
  const Document* phases = phases_of(workload);
  return {phases == nullptr ? nullptr : &phases->items.at(phase), workload};
}

bool only_reads(const engine::ServiceType& service, const std::string& kind) {
  engine::OperationTemplate any;
  any.key = "k0";
  any.unique_value = "0.1";
  return models::service::is_query(service, service.generate(kind, any));
}

std::vector<Kind> read_mix(const Document& mix, const std::vector<std::string>& kinds,
                           const engine::ServiceType& service) {
  mix.expect_keys("weights", kinds);
  std::vector<Kind> read;
  std::uint64_t total = 0;
  for (const Document::Entry& entry : mix.entries) {
    const auto weight = static_cast<std::uint32_t>(engine::read_integer(entry.value, 0, 1'000'000));
    read.push_back({entry.key, weight, only_reads(service, entry.key)});
    total += weight;
  }
  if (total == 0) mix.fail("all weights are 0", "give one operation a weight of 1 or more");
  return read;
}

/// All that the model claims to do, deletes more rarely.
std::vector<Kind> usual_mix(const engine::Claims& claims, const engine::ServiceType& service) {
  std::vector<Kind> usual;
  const auto& kinds = !claims.usual_operations.empty() ? claims.usual_operations
                      : !claims.operations.empty()     ? claims.operations
                                                       : service.kinds;
  for (const std::string& kind : kinds)
    usual.push_back({kind, kind == "delete" ? 1U : 10U, only_reads(service, kind)});
  return usual;
}

/// The distributions of keys: phases with the same keys and skew share one.
class Distributions {
 public:
  Zipf read(const SaidOfPhase& said) {
    const Document* keys = said.find("keys");
    const Document* skew = said.find("skew");
    const auto count = keys == nullptr
                           ? Phase{}.keys.keys()
                           : static_cast<std::uint32_t>(engine::read_integer(*keys, 1, 1'000'000));
    const engine::Ppm exponent = skew == nullptr ? engine::Ppm{} : read_rate(*skew);
    if (exponent.value == 0) return Zipf(count);
    const auto known = skewed_.find({count, exponent.value});
    if (known != skewed_.end()) return known->second;
    keys_ += count;
    if (keys_ > keys_max) {
      (keys == nullptr ? skew : keys)
          ->fail("phases whose 'keys' or 'skew' differ have more than " + std::to_string(keys_max) +
                     " skewed keys together",
                 "give some of them the same 'keys' and 'skew', or fewer keys");
    }
    return skewed_.emplace(std::pair(count, exponent.value), Zipf(count, exponent)).first->second;
  }

 private:
  /// Eight bytes each, and half a microsecond.
  static constexpr std::uint64_t keys_max = 4'000'000;

  std::map<std::pair<std::uint32_t, std::uint32_t>, Zipf> skewed_;
  std::uint64_t keys_ = 0;
};

/// Which kinds of operation, and how often they read.
void read_kinds(const SaidOfPhase& said, const Scenario& scenario, Phase& phase) {
  const engine::ServiceType& service = *scenario.cluster.service;
  const engine::Claims claims = scenario.model->claimed(scenario.cluster);
  const Document* mix = said.find_of_mix("mix");
  const Document* reads = said.find_of_mix("reads");
  if (mix != nullptr && reads != nullptr)
    reads->fail("'mix' says how often clients read", "leave one of 'mix' and 'reads' out");
  if (reads != nullptr) phase.reads = read_rate(*reads);
  phase.mix =
      mix == nullptr
          ? usual_mix(claims, service)
          : read_mix(*mix, claims.operations.empty() ? service.kinds : claims.operations, service);
}

Phase read_phase(const SaidOfPhase& said, const Scenario& scenario, Distributions& distributions) {
  Phase phase;
  if (const Document* operations = said.find("operations"))
    phase.operations = read_count(*operations);
  phase.keys = distributions.read(said);
  read_kinds(said, scenario, phase);
  return phase;
}

/// Closed loop or open loop.
void read_pace(const Document& document, Scenario& scenario) {
  engine::ClientSettings& clients = scenario.clients;
  if (const Document* think = document.find("think_time"))
    clients.think_time = engine::read_duration(*think);
  if (const Document* open_loop = document.find("open_loop"))
    clients.open_loop = engine::read_boolean(*open_loop);
  if (const Document* rate = document.find("per_second")) {
    for (const char* other : {"think_time", "open_loop"}) {
      if (document.find(other) != nullptr)
        rate->fail(
            "'per_second' says when operations begin, and so does '" + std::string(other) + "'",
            "leave one of them out");
    }
    const std::int64_t begun = engine::read_integer(*rate, 1, 1'000'000);
    clients.open_loop = true;
    clients.think_time = engine::nanoseconds(1'000'000'000LL * scenario.cluster.clients / begun);
  }
  const Document* in_flight = document.find("in_flight");
  if (in_flight != nullptr && !clients.open_loop && in_flight->text != "1")
    in_flight->fail("in a closed loop a client has one operation open",
                    "write 'per_second: 500' or 'open_loop: true'");
}

}  // namespace

std::optional<Document> options_for_clients(const Document& cluster, const Document* workload,
                                            const engine::Model& model) {
  std::optional<Document> options;
  if (const Document* written = cluster.find("options")) options = *written;
  const Document* in_flight = workload == nullptr ? nullptr : workload->find("in_flight");
  if (in_flight == nullptr) return options;
  const bool has_window =
      std::any_of(model.options.begin(), model.options.end(),
                  [](const engine::OptionInfo& option) { return option.name == window_option; });
  if (!has_window) {
    if (engine::read_integer(*in_flight, 1, 1'000) != 1)
      in_flight->fail("clients of model '" + model.name + "' have one request on its way",
                      "write 'in_flight: 1', or let more clients ask");
    return options;
  }
  if (!options) options = engine::mapping_document({});
  if (options->is_mapping() && options->find(window_option) != nullptr)
    in_flight->fail("the option '" + std::string(window_option) + "' says how many, too",
                    "leave one of them out");
  options->entries.push_back({window_option, in_flight->line, in_flight->column, *in_flight});
  return options;
}

void read_workload(const Document* document, Scenario& scenario) {
  models::client::Workload& workload = scenario.workload;
  workload.service = scenario.cluster.service;
  workload.phases.clear();
  const Document* phases = phases_of(document);
  const std::size_t count = phases == nullptr ? 1 : phases->items.size();
  if (count == 0)
    phases->fail("there are no phases", "write what clients do in one, or leave it out");
  if (phases != nullptr && document->find("operations") != nullptr)
    document->at("operations")
        .fail("each phase says how many operations it has",
              "leave 'operations' out beside 'phases'");
  // It may be wrong where every phase has its own, too.
  Phase general;
  read_kinds({nullptr, document}, scenario, general);
  Distributions distributions;
  for (std::size_t phase = 0; phase < count; ++phase)
    workload.phases.push_back(read_phase(said_of(document, phase), scenario, distributions));
  if (document != nullptr) {
    read_pace(*document, scenario);
    if (const Document* timeout = document->find("timeout")) {
      scenario.cluster.client_timeout = engine::read_duration(*timeout);
      if (scenario.cluster.client_timeout.nanoseconds < 1000)
        timeout->fail("a timeout needs at least 1us", "write for example 200ms");
    }
    if (const Document* give_up = document->find("give_up"))
      scenario.clients.give_up = engine::read_duration(*give_up);
  }
  scenario.cluster.open_loop = scenario.clients.open_loop;
}

void read_reconfigurations(const Document* workload, const Participants& nodes,
                           Scenario& scenario) {
  const Document* list = workload == nullptr ? nullptr : workload->find("reconfigure");
  if (list == nullptr) return;
  const engine::NodeNames names(nodes.names());
  engine::Time last{};
  for (const Document& item : list->items) {
    const engine::Time at = engine::read_duration(item.at("at"));
    if (at < last)
      item.at("at").fail("changes of members come in the order of their times",
                         "the one before is at " + engine::to_string(last));
    last = at;
    scenario.clients.reconfigurations.emplace_back(
        at, engine::read_members(item.at("members"), nodes.membership(), names));
  }
}

const Document* written_mix(const Document* workload, std::size_t phase) {
  return said_of(workload, phase).find_of_mix("mix");
}

void require_kinds(const Document* workload, const Scenario& scenario) {
  const auto& phases = scenario.workload.phases;
  for (std::size_t phase = 0; phase < phases.size(); ++phase) {
    if (!phases[phase].reads) continue;
    const auto has = [&](bool reads) {
      const auto& mix = phases[phase].mix;
      return std::any_of(mix.begin(), mix.end(),
                         [&](const Kind& kind) { return kind.reads == reads; });
    };
    const Document& place = *said_of(workload, phase).find_of_mix("reads");
    if (phases[phase].reads->value != 0 && !has(true))
      place.fail("no operation that is asked for here only reads",
                 "leave 'reads' out: 'mix' has weights of all kinds");
    if (phases[phase].reads->value != 1'000'000 && !has(false))
      place.fail("all operations that are asked for here only read",
                 "leave 'reads' out: 'mix' has weights of all kinds");
  }
}

}  // namespace stampede::scenarios
