// says: ElectionTimeout
// says: put a line STAMPEDE_VALUE(Timer, members...) after this timer
#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
struct ElectionTimeout {};
void wait(Context& context) { context.arm(ElectionTimeout{}, engine::milliseconds(10)); }
}  // namespace mistake
