// The operation by which a client changes the members of a group. It is ordered like any other, and
// is no operation of the service: judges of what clients saw are not told of it.
#pragma once

#include <vector>

#include "engine/process/service.hpp"

namespace stampede::engine {

/// From here on the group's members shall be these, ascending.
struct Reconfigure {
  std::vector<NodeId> reconfigure{};
};
STAMPEDE_VALUE(Reconfigure, reconfigure);

/// What it returns.
struct Reconfigured {};
STAMPEDE_VALUE(Reconfigured);

}  // namespace stampede::engine
