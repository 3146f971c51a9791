// The section `network:` of a scenario: how messages travel.
#pragma once

#include "engine/simulate/network.hpp"
#include "scenarios/reading/zones.hpp"

namespace stampede::scenarios {

/// REQUIRES: the document fits its schema. Without one nothing changes, and there are no zones.
Zones read_network(const engine::Document* document, const Participants& nodes,
                   engine::NetworkSettings& network);
/// Reads a latency distribution.
engine::Latency read_latency(const engine::Document& document);

}  // namespace stampede::scenarios
