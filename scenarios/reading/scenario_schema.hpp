// The table of everything that a scenario file may say: the loader validates by it, and the JSON
// Schema for editors is made of it.
#pragma once

#include <string>

#include "models/models.hpp"
#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

/// With these models to choose from.
SchemaPtr scenario_schema(const models::ModelList& models = models::all_models());
/// `stampede schema`.
std::string scenario_json_schema(const models::ModelList& models = models::all_models());
/// `stampede schema --markdown`: the reference in docs/scenarios.md.
std::string scenario_reference(const models::ModelList& models = models::all_models());

}  // namespace stampede::scenarios
