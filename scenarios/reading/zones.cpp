#include "scenarios/reading/zones.hpp"

#include <algorithm>

namespace stampede::scenarios {
namespace {

using engine::Document;

std::string number_of(std::size_t zones) {
  return zones == 1 ? "there is 1 zone" : "there are " + std::to_string(zones) + " zones";
}

/// The zones as they are written, without a place to stand for each node yet.
std::vector<const Document*> written_zones(const Document& document, Zones& zones) {
  std::vector<const Document*> written;
  if (document.is_mapping()) {
    for (const Document::Entry& entry : document.entries) {
      zones.names.push_back(entry.key);
      written.push_back(&entry.value);
    }
  } else {
    document.expect_sequence("the nodes of each zone");
    for (const Document& item : document.items) {
      zones.names.push_back(std::to_string(written.size()));
      written.push_back(&item);
    }
  }
  if (written.empty())
    document.fail("there are no zones", "list the nodes of each: zones: [[r0, r1], [r2]]");
  return written;
}

void read_nodes(const Document& document, const Participants& nodes, Zones& zones) {
  std::vector<bool> placed(nodes.names().size());
  for (const Document* written : written_zones(document, zones)) {
    written->expect_sequence("nodes");
    std::vector<NodeId>& here = zones.nodes.emplace_back();
    for (const Document& item : written->items) {
      const NodeId node = nodes.find(item);
      if (placed[node.value])
        item.fail("'" + item.text + "' stands in two zones", "name it in one of them");
      placed[node.value] = true;
      here.push_back(node);
    }
    std::sort(here.begin(), here.end());
  }
  const auto missing = std::find(placed.begin(), placed.end(), false);
  if (missing == placed.end()) return;
  const auto name = nodes.names()[static_cast<std::size_t>(missing - placed.begin())];
  document.fail("'" + name + "' stands in no zone",
                "each node does, clients too: " + engine::comma_list(nodes.names()));
}

void read_matrix(const Document& document, std::size_t zones, engine::NetworkSettings& settings) {
  if (document.items.size() != zones)
    document.fail("one row for each zone is needed", number_of(zones));
  for (const Document& row : document.items) {
    if (row.items.size() != zones)
      row.fail("one latency for each zone is needed", number_of(zones));
    auto& latencies = settings.zone_latency.emplace_back();
    for (const Document& one : row.items) latencies.push_back(engine::read_duration(one));
  }
}

}  // namespace

const std::vector<NodeId>& Zones::find(const Document& name) const {
  const auto found = std::find(names.begin(), names.end(), name.scalar("a zone"));
  if (names.empty())
    name.fail("there are no zones", "'zones' under 'network' says who stands where");
  if (found == names.end()) engine::fail_unknown(name.place(), "zone", name.text, names);
  const std::vector<NodeId>& there = nodes[static_cast<std::size_t>(found - names.begin())];
  if (there.empty()) name.fail("nobody stands in zone '" + name.text + "'", "name another one");
  return there;
}

Zones read_zones(const Document& network, const Participants& nodes,
                 engine::NetworkSettings& settings) {
  Zones zones;
  const Document* written = network.find("zones");
  const Document* matrix = network.find("zone_latency");
  if ((written == nullptr) != (matrix == nullptr))
    network.fail(
        "'zones' and 'zone_latency' come together",
        "write for example zones: [[r0], [r1, r2]] and zone_latency: [[1ms, 9ms], [9ms, 1ms]]");
  if (written == nullptr) return zones;
  read_nodes(*written, nodes, zones);
  read_matrix(*matrix, zones.nodes.size(), settings);
  settings.zones.assign(nodes.names().size(), 0);
  for (std::uint32_t zone = 0; zone < zones.nodes.size(); ++zone) {
    for (const NodeId node : zones.nodes[zone]) settings.zones[node.value] = zone;
  }
  return zones;
}

}  // namespace stampede::scenarios
