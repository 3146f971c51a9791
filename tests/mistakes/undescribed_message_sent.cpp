// says: Vote
// says: put a line STAMPEDE_VALUE(Message, members...) after this message
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct Vote {
  int term = 0;
};
void vote(NodeId candidate, Context& context) { context.send(candidate, Vote{7}); }
}  // namespace mistake
