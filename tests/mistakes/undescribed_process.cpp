// says: Replica
// says: put a line STAMPEDE_VALUE(Process, members...) after this process
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct Replica {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  int term = 0;
};
static_assert(engine::Process<Replica>);
}  // namespace mistake
