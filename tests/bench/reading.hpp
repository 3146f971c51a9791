// What it costs to read a history, beside judging it.
#pragma once

#include <cstdint>

namespace stampede::tests {

/// A line for each format: CPU time to read a history of so many operations of 100 clients on one
/// register, whose values are all different, and to judge it; the shortest of three rounds each.
void measure_reading(std::uint32_t operations);

}  // namespace stampede::tests
