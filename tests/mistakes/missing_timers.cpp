// says: Replica
// says: using Timers = engine::Timers<Timeout>;
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct Replica {
  using Messages = engine::Messages<>;
  int term = 0;
};
STAMPEDE_VALUE(Replica, term);
static_assert(engine::Process<Replica>);
}  // namespace mistake
