#include "checkers/linearizability/linearizability.hpp"

#include "checkers/linearizability/core.hpp"
#include "checkers/linearizability/rounds.hpp"

namespace stampede::checkers {
namespace {

LinearizabilityResult check(const engine::History& history, const engine::ServiceType& type,
                            const LinearizabilityLimits& limits, Budget& budget) {
  // What each part is as a register, until its search begins. Operations of a long history are far
  // apart: each is looked at once, while it is at hand.
  RegisterParts registers(type, history.operations().size());
  const auto collect = [&](std::uint32_t part, const engine::HistoryOperation& operation) {
    budget.spend();
    registers.add(part, operation, operation.is_open());
  };
  const std::vector<Part> parts = partition(history, type, collect);
  const auto make_search = [&](std::uint32_t part) {
    return make_part_search(history, type, parts[part], registers.take(part), budget,
                            limits.method);
  };
  auto [result, failed] = check_parts(history, parts, limits, make_search, budget);
  if (failed) {
    LinearizabilityLimits left = limits;
    left.max_memory_bytes -= preparation_bytes(history);
    Core core =
        find_core(history, type, parts[failed->part], *failed, left, result.configurations, budget);
    result.impossible_at_event = core.impossible_at_event;
    result.core = std::move(core.positions);
    result.core_open = std::move(core.open_positions);
    result.core_limit = std::move(core.limit);
    result.reason = std::move(core.reason);
    result.configurations += core.configurations;
  }
  return std::move(result);
}

}  // namespace

LinearizabilityResult check_linearizability(const engine::History& history,
                                            const engine::ServiceType& type,
                                            const LinearizabilityLimits& limits) {
  if (auto refused = refuse_too_large(history, limits)) return *std::move(refused);
  Budget budget(limits.stop);
  try {
    return check(history, type, limits, budget);
  } catch (const Stopped& stopped) {
    LinearizabilityResult result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
