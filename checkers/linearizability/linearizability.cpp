#include "checkers/linearizability/linearizability.hpp"

#include "checkers/linearizability/core.hpp"
#include "checkers/linearizability/rounds.hpp"

namespace stampede::checkers {

LinearizabilityResult check_linearizability(const engine::History& history,
                                            const engine::ServiceType& type,
                                            const LinearizabilityLimits& limits) {
  if (auto refused = refuse_too_large(history, limits)) return *std::move(refused);
  // What each part is as a register, until its search begins.
  std::vector<RegisterPartBuilder> registers;
  // Operations of a long history are far apart: each is looked at once, while it is at hand. A part
  // that is alone, or small, is read faster by itself.
  constexpr std::size_t long_history = 1U << 16;
  const bool at_once = type.key != nullptr && history.operations().size() >= long_history;
  PartVisitor collect;
  if (at_once) {
    collect = [&](std::uint32_t part, const engine::HistoryOperation& operation) {
      if (part == registers.size()) registers.emplace_back(type);
      registers[part].add(operation, operation.is_open());
    };
  }
  const std::vector<Part> parts = partition(history, type, collect);
  auto [result, failed] = check_parts(history, parts, limits, [&](std::uint32_t part) {
    if (!at_once) return make_part_search(history, type, parts[part], limits.method);
    RegisterPartBuilder builder = std::move(registers[part]);
    return make_part_search(history, type, parts[part], builder.take(), limits.method);
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
