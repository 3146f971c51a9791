// `memory-bound`: no collection of a node holds more elements than it may.
#pragma once

#include <cstdint>
#include <string>

#include "engine/world/collection.hpp"
#include "engine/world/property.hpp"

namespace stampede::checkers {

/// Of the log that a node shows of a group, called `collection`: entries that it has
/// forgotten behind a snapshot do not count.
engine::Property log_bound(std::string collection, std::uint64_t bound);
/// Of a collection that the model names, after each step of a node that has it.
engine::Property collection_bound(engine::Collection collection, std::uint64_t bound);

}  // namespace stampede::checkers
