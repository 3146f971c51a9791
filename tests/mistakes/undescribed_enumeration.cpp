// says: Replica::roles is no value. Put a line
// says: STAMPEDE_ENUM(Type, enumerators...)
#include <vector>

#include "engine/core/value.hpp"

namespace mistake {
enum class Role { follower, leader };
struct Replica {
  std::vector<Role> roles{};
};
STAMPEDE_VALUE(Replica, roles);
}  // namespace mistake
