#include "checkers/convergence.hpp"

namespace stampede::checkers {

std::optional<std::string> not_converged(const engine::World& world) {
  const auto& members = world.members();
  const engine::Observation& first = world.observation(members.front());
  for (const NodeId member : members) {
    const engine::Observation& shown = world.observation(member);
    if (!world.up(member)) return world.name(member) + " is down";
    if (!shown.operational) return world.name(member) + " is not operational";
    if (shown.epoch != first.epoch) {
      return world.name(member) + " is in epoch " + std::to_string(shown.epoch) + ", " +
             world.name(members.front()) + " in " + std::to_string(first.epoch);
    }
    if (!(shown.log == first.log)) {
      return "the logs of " + world.name(member) + " (" + std::to_string(shown.log.size()) +
             " entries) and " + world.name(members.front()) + " (" +
             std::to_string(first.log.size()) + ") differ";
    }
    if (shown.committed != shown.log.size() || shown.executed != shown.committed) {
      return world.name(member) + " has committed " + std::to_string(shown.committed) +
             " and executed " + std::to_string(shown.executed) + " of " +
             std::to_string(shown.log.size()) + " entries";
    }
  }
  // States last: digests cost O(state).
  std::optional<std::uint64_t> digest;
  for (const NodeId member : members) {
    const engine::ProcessValue& process = world.process(member);
    if (process.type().state_digest == nullptr) continue;
    const std::uint64_t state = process.type().state_digest(process.get());
    if (!digest) digest = state;
    if (*digest != state) {
      return "the service states of " + world.name(member) + " and " + world.name(members.front()) +
             " differ";
    }
  }
  return std::nullopt;
}

}  // namespace stampede::checkers
