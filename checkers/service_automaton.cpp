#include "checkers/service_automaton.hpp"

#include "checkers/configuration.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

ServiceAutomaton::ServiceAutomaton(const engine::History& history, const engine::ServiceType& type,
                                   const Part& part)
    : specification_(std::make_unique<engine::Specification>(type)),
      is_ignored_(part.operations.size(), false) {
  operations_.reserve(part.operations.size());
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& operation = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[operation.position];
    Entry& entry = operations_.emplace_back();
    entry.responded_at = operation.responded_at;
    entry.open = operation.is_open();
    if (entry.open) is_ignored_[index] = only_reads(open_shape(type, seen.operation));
    if (is_ignored_[index]) continue;
    entry.operation = specification_->intern_operation(seen.operation);
    if (entry.open) continue;
    entry.result = specification_->intern_result(seen.result);
    entry.pure = specification_->is_pure(entry.operation, entry.result);
  }
}

std::uint32_t ServiceAutomaton::force(std::uint32_t operation, std::uint32_t state) {
  return operations_[operation].pure ? choose(operation, state) : impossible;
}

std::uint32_t ServiceAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  const Entry& entry = operations_[operation];
  const auto [next, result] = specification_->apply(state, entry.operation);
  return entry.open || result == entry.result ? next : impossible;
}

std::uint64_t ServiceAutomaton::memory_bytes() const {
  // A state is a payload, an entry of the pool and at least one transition. Its content is not
  // counted.
  constexpr std::uint64_t bytes_per_state = 256;
  return sizeof(Entry) * operations_.capacity() + bytes_per_state * specification_->state_count();
}

}  // namespace stampede::checkers
