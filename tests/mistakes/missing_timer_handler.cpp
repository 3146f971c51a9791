// says: Replica
// says: ElectionTimeout
// says: void on(const Timer& timer, Context& context)
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct ElectionTimeout {};
STAMPEDE_VALUE(ElectionTimeout);
struct Replica {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<ElectionTimeout>;
  int term = 0;
};
STAMPEDE_VALUE(Replica, term);
static_assert(engine::Process<Replica>);
}  // namespace mistake
