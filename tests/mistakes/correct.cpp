// says:
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "engine/process/process.hpp"

namespace mistake {
using namespace stampede;
enum class Role { follower, leader };
STAMPEDE_ENUM(Role, follower, leader);
struct Vote {
  int term = 0;
};
STAMPEDE_VALUE(Vote, term);
struct ElectionTimeout {};
STAMPEDE_VALUE(ElectionTimeout);
struct Replica {
  using Messages = engine::Messages<Vote>;
  using Timers = engine::Timers<ElectionTimeout>;
  Role role{};
  std::map<NodeId, std::vector<std::optional<std::pair<Vote, std::string>>>> votes;
  std::variant<Role, Vote> last{};
  engine::Payload said;
  void on(const Vote& vote, NodeId from, Context& context);
  void on(const ElectionTimeout& timeout, Context& context);
};
STAMPEDE_VALUE(Replica, role, votes, last, said);
static_assert(engine::Process<Replica>);
}  // namespace mistake
