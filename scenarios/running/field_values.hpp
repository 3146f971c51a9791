// Why a search does not end: which field of which process never stops having new values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/explore/state_space.hpp"

namespace stampede::scenarios {

/// How many values a field of a process has in the local states that a search met.
struct FieldValues {
  /// `Replica.log`
  std::string field{};
  std::uint64_t values = 0;
};
STAMPEDE_VALUE(FieldValues, field, values);

/// Of all fields of processes, most values first. Looks at the first `locals` local states.
std::vector<FieldValues> values_of_fields(const engine::StateSpace& space, std::uint64_t locals);

}  // namespace stampede::scenarios
