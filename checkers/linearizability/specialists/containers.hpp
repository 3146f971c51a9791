// Queues and stacks of different values: whichever the part is, its own judge answers.
#pragma once

#include "checkers/linearizability/specialists/container_part.hpp"

namespace stampede::checkers {

/// Judges the part up to event `end` (queues.hpp, stacks.hpp). Nothing if that takes a search.
std::optional<ContainerAnswer> judge_container(const Container& container, const Part& part,
                                               Patience& patience, std::uint32_t end = events_max);

}  // namespace stampede::checkers
