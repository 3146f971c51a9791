#include "scenarios/reading/replica_order.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "scenarios/reading/network_reader.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

/// All orders of so many zones are compared.
constexpr std::size_t compared_zones_max = 8;

/// What it takes all clients together from zone to zone, in nanoseconds.
struct Distances {
  const engine::NetworkSettings& network;
  const engine::Clients& clients;

  [[nodiscard]] std::int64_t between(std::uint32_t from, std::uint32_t to) const {
    return network.zone_latency[from][to].nanoseconds;
  }
  [[nodiscard]] std::int64_t from_clients(std::uint32_t zone) const {
    std::int64_t sum = 0;
    for (const NodeId client : clients.nodes()) sum += between(network.zones[client.value], zone);
    return sum;
  }
  [[nodiscard]] std::int64_t to_clients(std::uint32_t zone) const {
    std::int64_t sum = 0;
    for (const NodeId client : clients.nodes()) sum += between(zone, network.zones[client.value]);
    return sum;
  }
  /// Of an update by each client, and of a query to the last one.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> cost(
      const std::vector<std::uint32_t>& zones) const {
    std::int64_t along = 0;
    for (std::size_t i = 1; i < zones.size(); ++i) along += between(zones[i - 1], zones[i]);
    const auto each = static_cast<std::int64_t>(std::max<std::size_t>(clients.nodes().size(), 1));
    const std::int64_t back = to_clients(zones.back());
    return {from_clients(zones.front()) + each * along + back, from_clients(zones.back()) + back};
  }
};

std::vector<NodeId> by_latency(const Document& at, const Document* network,
                               const Participants& nodes) {
  engine::NetworkSettings settings;
  if (read_network(network, nodes, settings).names.empty())
    at.fail("there is no latency to go by",
            "'zones' and 'zone_latency' under 'network' say how far replicas are");
  std::map<std::uint32_t, std::vector<NodeId>> replicas;
  for (const NodeId node : nodes.membership().main().members())
    replicas[settings.zones[node.value]].push_back(node);
  std::vector<std::uint32_t> zones;
  for (const auto& [zone, there] : replicas) zones.push_back(zone);
  if (zones.size() > compared_zones_max)
    at.fail("replicas stand in " + std::to_string(zones.size()) + " zones",
            "orders of at most " + std::to_string(compared_zones_max) +
                " are compared: list the replicas");
  const Distances distances{settings, nodes.membership().clients()};
  std::vector<std::uint32_t> best = zones;
  auto least = distances.cost(zones);
  while (std::next_permutation(zones.begin(), zones.end())) {
    const auto cost = distances.cost(zones);
    if (cost >= least) continue;
    least = cost;
    best = zones;
  }
  std::vector<NodeId> order;
  for (const std::uint32_t zone : best)
    order.insert(order.end(), replicas[zone].begin(), replicas[zone].end());
  return order;
}

std::vector<NodeId> as_listed(const Document& list, const Participants& nodes) {
  list.expect_sequence("'listed', 'latency' or a list of all replicas");
  const std::vector<NodeId>& replicas = nodes.membership().main().members();
  if (list.items.size() > replicas.size())
    list.fail(
        "an order of " + std::to_string(list.items.size()) + " is longer than the nodes",
        "there are " + std::to_string(replicas.size()) + " replicas: 'replicas' under 'cluster'");
  std::vector<NodeId> order;
  for (const Document& item : list.items) {
    const NodeId node = nodes.find(item);
    if (!nodes.membership().main().contains(node))
      item.fail("'" + item.text + "' is no replica", "this is an order of replicas: r0 and so on");
    if (std::find(order.begin(), order.end(), node) != order.end())
      item.fail("'" + item.text + "' has two places", "name each replica once");
    order.push_back(node);
  }
  if (order.size() != replicas.size())
    list.fail("the order names " + std::to_string(order.size()) + " of " +
                  std::to_string(replicas.size()) + " replicas",
              "each has a place");
  return order;
}

Document as_numbers(const std::vector<NodeId>& order) {
  Document list;
  list.kind = Document::Kind::sequence;
  for (const NodeId node : order) {
    Document& number = list.items.emplace_back();
    number.kind = Document::Kind::scalar;
    number.text = std::to_string(node.value);
  }
  return list;
}

bool says(const Document& order, const char* word) {
  return order.is_scalar() && order.text == word;
}

}  // namespace

Document with_orders(Document options, const Document* network, const Scenario& scenario) {
  if (!options.is_mapping()) return options;
  const engine::Model& model = *scenario.model;
  std::vector<Document::Entry> orders;
  for (const engine::OptionInfo& option : model.options) {
    if (option.kind != engine::OptionInfo::Kind::order) continue;
    const auto place =
        std::find_if(options.entries.begin(), options.entries.end(),
                     [&](const Document::Entry& one) { return one.key == option.name; });
    if (place == options.entries.end()) continue;
    if (!says(place->value, "listed")) orders.push_back(*place);
    options.entries.erase(place);
  }
  if (orders.empty()) return options;
  engine::ClusterSpec cluster = scenario.cluster;
  cluster.options = model.read_options(&options, scenario.defects);
  const Participants nodes(model.assemble(cluster));
  for (Document::Entry& entry : orders) {
    entry.value = as_numbers(says(entry.value, "latency") ? by_latency(entry.value, network, nodes)
                                                          : as_listed(entry.value, nodes));
    options.entries.push_back(std::move(entry));
  }
  return options;
}

}  // namespace stampede::scenarios
