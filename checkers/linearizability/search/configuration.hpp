// What the search and its automatons agree on: states are small numbers, and one number is no
// state.
#pragma once

#include <cstdint>

namespace stampede::checkers {

/// What automatons return where an operation is not legal.
inline constexpr std::uint32_t no_state = UINT32_MAX;
/// The kind of an operation that is like no other.
inline constexpr std::uint32_t own_kind = UINT32_MAX;

}  // namespace stampede::checkers
