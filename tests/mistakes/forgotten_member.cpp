// says: Replica
// says: only 1 name
// says: every_member_must_be_listed
#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  int term = 0;
  int votes = 0;
};
STAMPEDE_VALUE(Replica, term);
}  // namespace mistake
