// What the search and its automatons agree on: states are small numbers, and one number is no
// state.
#pragma once

#include <cstdint>

namespace stampede::checkers {

/// What automatons return where an operation is not legal.
inline constexpr std::uint32_t impossible = UINT32_MAX;
/// An open operation that no earlier one is equal to.
inline constexpr std::uint32_t no_twin = UINT32_MAX;

}  // namespace stampede::checkers
