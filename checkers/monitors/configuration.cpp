#include "checkers/monitors/configuration.hpp"

#include <algorithm>

namespace stampede::checkers {

bool Configuration::follow(const engine::ObservationChanged& change, const engine::Judge& judge) {
  const NodeSet& next = change.after.configuration;
  if (next.empty() || next == members) return false;
  const engine::Group now = of(judge.group());
  const auto shown =
      std::count_if(now.members().begin(), now.members().end(), [&](NodeId member) {
        return judge.world.observation(member, judge.group()).configuration == next;
      });
  if (static_cast<std::size_t>(shown) < now.quorums().acknowledging) return false;
  members = next;
  return true;
}

}  // namespace stampede::checkers
