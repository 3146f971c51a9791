// What `--set` changes in a document before anything reads it.
#pragma once

#include <string>

#include "engine/core/document.hpp"

namespace stampede::scenarios {

/// Applies `PATH=VALUE` (`cluster.defects=[]`, `faults[0].crash.at=3s`) to a document. InputError
/// where the path leads nowhere, or the value is not YAML.
void apply_override(engine::Document& document, const std::string& assignment);

}  // namespace stampede::scenarios
