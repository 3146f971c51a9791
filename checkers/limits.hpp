// What a judgement may use at most.
#pragma once

#include <cstdint>

#include "checkers/patience.hpp"

namespace stampede::checkers {

struct Limits {
  /// Configurations that searches may visit, over all parts and the search for a core.
  std::uint64_t max_configurations = 50'000'000;
  /// Memory of the searches and of what they are told; the history itself is not counted.
  std::uint64_t max_memory_bytes = std::uint64_t{4} << 30;
  /// Asked every millisecond or so: anything but the empty text ends the check, `undecided` for
  /// that reason; or, once a violation is known, only the search for a smaller core.
  Patience::Stop stop{};
};

}  // namespace stampede::checkers
