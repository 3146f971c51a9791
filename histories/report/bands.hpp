// From where to where in a history something was going on beside the operations: a partition, a
// node that was down.
#pragma once

#include <string>
#include <vector>

#include "histories/import/import.hpp"

namespace stampede::histories {

struct Band {
  /// Events of the history before its beginning and before its end; to the end of the history where
  /// none was told. Equal for what only happened.
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::string text;
};

/// Pairs beginnings with the ends of the same subject, in the order of the beginnings. One that
/// begins while it goes on (Jepsen tells both that it is asked for and that it is done) is one band
/// with what both say.
std::vector<Band> bands_of(const std::vector<Annotation>& annotations, std::uint64_t events);

}  // namespace stampede::histories
