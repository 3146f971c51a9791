// says: vote
// says: Replica
#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  int votes = 0;
};
STAMPEDE_VALUE(Replica, vote);
}  // namespace mistake
