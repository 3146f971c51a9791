// says: Replica
// says: Vote
// says: put a line STAMPEDE_VALUE(Message, members...) after this message
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct Vote {
  int term = 0;
};
struct Replica {
  using Messages = engine::Messages<Vote>;
  using Timers = engine::Timers<>;
  int term = 0;
  void on(const Vote& vote, NodeId from, Context& context);
};
STAMPEDE_VALUE(Replica, term);
static_assert(engine::Process<Replica>);
}  // namespace mistake
