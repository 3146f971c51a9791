// says: Options::ratio is no value
// says: for a float, count in integers
#include "engine/core/value.hpp"

namespace mistake {
struct Options {
  double ratio = 0.5;
};
STAMPEDE_VALUE(Options, ratio);
}  // namespace mistake
