// says: Replica
// says: Vote
// says: void on(const Message& message, NodeId from, Context& context)
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct Vote {
  int term = 0;
};
STAMPEDE_VALUE(Vote, term);
struct Replica {
  using Messages = engine::Messages<Vote>;
  using Timers = engine::Timers<>;
  int term = 0;
};
STAMPEDE_VALUE(Replica, term);
static_assert(engine::Process<Replica>);
}  // namespace mistake
