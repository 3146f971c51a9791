// says: Replica::votes is no value
// says: for an unordered container, take std::map
#include <unordered_map>

#include "engine/core/value.hpp"

namespace mistake {
struct Replica {
  std::unordered_map<int, int> votes{};
};
STAMPEDE_VALUE(Replica, votes);
}  // namespace mistake
