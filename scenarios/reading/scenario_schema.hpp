// The table of everything that a scenario file may say: the loader validates by it, and the JSON
// Schema for editors is made of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/models.hpp"
#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

/// With these models to choose from.
SchemaPtr scenario_schema(const models::ModelList& models = models::all_models());
/// One item of `faults:`, for sequences inside it.
const Schema& single_fault_schema();
/// `stampede schema`.
std::string scenario_json_schema(const models::ModelList& models = models::all_models());
/// Fault kinds with a sentence each.
std::vector<std::pair<std::string, std::string>> fault_kinds();

}  // namespace stampede::scenarios
