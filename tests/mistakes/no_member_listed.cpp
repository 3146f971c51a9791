// says: Replica: STAMPEDE_VALUE must list every member
#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  int term = 0;
};
STAMPEDE_VALUE(Replica);
}  // namespace mistake
