// Zones of a network: data centres, regions. Who stands where, and how long it takes from one to
// the other.
#pragma once

#include <string>
#include <vector>

#include "engine/simulate/network.hpp"
#include "scenarios/reading/names.hpp"

namespace stampede::scenarios {

struct Zones {
  /// Those of a list have none: they go by their positions, from 0.
  std::vector<std::string> names;
  /// Nodes of each, ascending.
  std::vector<std::vector<NodeId>> nodes;

  /// InputError with a hint when there is no such zone, or nobody stands in it.
  [[nodiscard]] const std::vector<NodeId>& find(const engine::Document& name) const;
};

/// `zones` and `zone_latency` of the section `network:`. InputError if a node stands in no zone, or
/// in two, and if the matrix has another size.
Zones read_zones(const engine::Document& network, const Participants& nodes,
                 engine::NetworkSettings& settings);

}  // namespace stampede::scenarios
