// `answered`: whatever a client begins is answered in the end. Searches judge it, on the whole
// graph; of a run `liveness` says the same, and how soon.
#pragma once

#include <optional>
#include <string>

#include "engine/world/property.hpp"

namespace stampede::checkers {

inline constexpr const char* answered_about = "Whatever a client begins is answered in the end.";

/// What a client had begun before it crashed nobody waits for any more.
engine::Property answered();

/// If the monitor is that of `answered`: who waits, where a run ends. Unless all had come to rest,
/// nobody knows whether an answer would have come.
std::optional<std::string> still_open(const engine::Monitor& monitor,
                                      const engine::WorldView& world);

}  // namespace stampede::checkers
