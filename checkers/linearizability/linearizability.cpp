#include "checkers/linearizability/linearizability.hpp"

#include "checkers/linearizability/core.hpp"
#include "checkers/linearizability/rounds.hpp"

namespace stampede::checkers {

LinearizabilityResult check_linearizability(const engine::History& history,
                                            const engine::ServiceType& type,
                                            const LinearizabilityLimits& limits) {
  if (auto refused = refuse_too_large(history, limits)) return *std::move(refused);
  // What each part is as a register, until its search begins. Operations of a long history are far
  // apart: each is looked at once, while it is at hand.
  RegisterParts registers(type, history.operations().size());
  const auto collect = [&](std::uint32_t part, const engine::HistoryOperation& operation) {
    registers.add(part, operation, operation.is_open());
  };
  const std::vector<Part> parts = partition(history, type, collect);
  auto [result, failed] = check_parts(history, parts, limits, [&](std::uint32_t part) {
    return make_part_search(history, type, parts[part], registers.take(part), limits.method);
  });
  if (failed) {
    Core core = find_core(history, type, parts[failed->part], failed->configurations);
    result.impossible_at_event = core.impossible_at_event;
    result.core = std::move(core.positions);
    result.core_open = std::move(core.open_positions);
    result.reason = std::move(core.reason);
  }
  return std::move(result);
}

}  // namespace stampede::checkers
