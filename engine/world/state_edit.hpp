// What makes one state of a node another, told as an edit (engine/core/edit.hpp).
#pragma once

#include "engine/core/json.hpp"
#include "engine/process/local_state.hpp"

namespace stampede::engine {

/// Writes the edit that makes `after` of `before`; of none (nullptr), or of one of another type, it
/// is all new.
void write_state_edit(JsonWriter& json, const ProcessValue* before, const ProcessValue& after);

}  // namespace stampede::engine
