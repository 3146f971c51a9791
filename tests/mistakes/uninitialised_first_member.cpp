// says: Replica
// says: every_member_needs_an_initialiser_such_as_braces
#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  int term;
  int votes = 0;
};
STAMPEDE_VALUE(Replica, term, votes);
}  // namespace mistake
