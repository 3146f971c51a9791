// The JSON Schema of what documents may say: what editors and other programs read.
#pragma once

#include <string>

#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

/// JSON Schema (draft 2020-12), pretty-printed. What `schema` uses under a name of its own stands
/// once, under `$defs`. REQUIRES: one name, one meaning.
std::string json_schema(const Schema& schema, const std::string& title, const std::string& about);

}  // namespace stampede::scenarios
