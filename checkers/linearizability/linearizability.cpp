#include "checkers/linearizability/linearizability.hpp"

#include "checkers/linearizability/core.hpp"
#include "checkers/linearizability/rounds.hpp"

namespace stampede::checkers {
namespace {

Finding check(const engine::History& history, const engine::ServiceType& type, const Limits& limits,
              Method method, Patience& patience) {
  // What each part is as a register, until its search begins. Operations of a long history are far
  // apart: each is looked at once, while it is at hand.
  RegisterParts registers(type, history.operations().size());
  const auto collect = [&](std::uint32_t part, const engine::HistoryOperation& operation) {
    patience.spend();
    registers.add(part, operation, operation.is_open());
  };
  const std::vector<Part> parts = partition(history, type, collect);
  const auto make_search = [&](std::uint32_t part) {
    return make_part_search(history, type, parts[part], registers.take(part), patience, method);
  };
  auto [result, failed] = check_parts(history, parts, limits, make_search, patience);
  if (failed) {
    Limits left = limits;
    left.max_memory_bytes -= preparation_bytes(history);
    Core core = find_core(history, type, parts[failed->part], *failed, left, result.configurations,
                          patience);
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

Finding check_linearizability(const engine::History& history, const engine::ServiceType& type,
                              const Limits& limits, Method method) {
  if (auto refused = refuse_too_large(history, limits)) return *std::move(refused);
  Patience patience(limits.stop);
  try {
    return check(history, type, limits, method, patience);
  } catch (const Stopped& stopped) {
    Finding result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
