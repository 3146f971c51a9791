// `answered`: whatever a client begins is answered in the end. Searches judge it, on the whole
// graph; of a run `liveness` says the same, and how soon.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::checkers {

inline constexpr const char* answered_about = "Whatever a client begins is answered in the end.";

/// What a client had begun before it crashed nobody waits for any more.
engine::Property answered();

}  // namespace stampede::checkers
