// says: Replica::saved is no value. Put a line STAMPEDE_VALUE
#include "engine/core/value.hpp"

namespace mistake {
struct Saved {
  int term = 0;
};
struct Replica {
  Saved saved{};
};
STAMPEDE_VALUE(Replica, saved);
}  // namespace mistake
