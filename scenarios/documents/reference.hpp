// The Markdown reference of what documents may say, from the same table as their JSON Schema.
#pragma once

#include <string>

#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

/// A heading for each key of the mapping `schema` and one for each mapping that it uses under a
/// name, lines of at most 120 columns. REQUIRES: one name, one meaning.
std::string markdown_reference(const Schema& schema);

}  // namespace stampede::scenarios
