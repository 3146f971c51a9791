// Cycles of a directed graph, for checkers whose violations are cycles.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/patience.hpp"

namespace stampede::checkers {

/// A cycle of the graph (vertices in their order, the last one leads to the first): a shortest one
/// through some edge of a smallest strongly connected component. Empty if there is none. `next` has
/// the heads of the edges that leave each vertex.
std::vector<std::uint32_t> find_cycle(const std::vector<std::vector<std::uint32_t>>& next,
                                      Patience& patience);

}  // namespace stampede::checkers
