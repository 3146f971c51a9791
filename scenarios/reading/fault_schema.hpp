// The part of the scenario table that says what may go wrong.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

/// One item of `faults:`; of sequences also inside it.
const SchemaPtr& fault_schema();
/// How long messages take.
SchemaPtr latency_schema();
/// Fault kinds with a sentence each.
std::vector<std::pair<std::string, std::string>> fault_kinds();

}  // namespace stampede::scenarios
