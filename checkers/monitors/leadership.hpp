// `stable-leader`: once faults have stopped and all has come to rest, nobody else begins to lead.
#pragma once

#include <string>

#include "engine/world/world.hpp"

namespace stampede::checkers {

/// Who leads the group in its latest epoch, in words: `r1 leads in epoch 4`, `nobody leads`.
std::string who_leads(const engine::World& world, const engine::Group& group);

}  // namespace stampede::checkers
