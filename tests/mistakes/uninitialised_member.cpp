// says: Replica
// says: term
// says: every_member_needs_an_initialiser_such_as_braces
#include <map>

#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  std::map<int, int> votes;
  int term;
};
STAMPEDE_VALUE(Replica, votes, term);
}  // namespace mistake
