// says: Replica::leader is no value
// says: NodeId
#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  const Replica* leader = nullptr;
};
STAMPEDE_VALUE(Replica, leader);
}  // namespace mistake
