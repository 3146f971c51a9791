// Strongly connected components, for checkers whose violations are cycles.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "checkers/patience.hpp"

namespace stampede::checkers {

using DirectedEdge = std::pair<std::uint32_t, std::uint32_t>;

/// What strong_components() holds besides its arguments and its result, at most.
std::uint64_t strong_components_bytes(std::size_t vertices, std::size_t edges);

/// The number of each vertex's component, from 0. `edges` are sorted. Throws Stopped.
std::vector<std::uint32_t> strong_components(std::size_t vertices,
                                             const std::vector<DirectedEdge>& edges,
                                             Patience& patience);

}  // namespace stampede::checkers
