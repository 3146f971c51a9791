// The section `faults:` of a scenario. Each item is one key out of the fault table with its fields
// and timing, or the short form `{ isolate: primary, lasts: 1s }` with the nodes as value and the
// timing beside it.
#pragma once

#include <vector>

#include "faults/fault.hpp"
#include "scenarios/reading/names.hpp"
#include "scenarios/reading/zones.hpp"

namespace stampede::scenarios {

/// REQUIRES: the document fits its schema.
std::vector<faults::Fault> read_faults(const engine::Document& document, const Participants& nodes,
                                       const Zones& zones, const TypeNames& types);

}  // namespace stampede::scenarios
