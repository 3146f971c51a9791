#include "checkers/service_automaton.hpp"

#include "checkers/configuration.hpp"
#include "checkers/open_shape.hpp"
#include "checkers/operation_kinds.hpp"

namespace stampede::checkers {

ServiceAutomaton::ServiceAutomaton(const engine::History& history, const engine::ServiceType& type,
                                   const Part& part)
    : specification_(std::make_unique<engine::Specification>(type)),
      is_ignored_(part.operations.size(), false) {
  operations_.reserve(part.operations.size());
  // Open operations are like each other, but not like completed ones, which need their result.
  constexpr std::uint32_t no_result = UINT32_MAX;
  OperationKinds<std::pair<std::uint32_t, std::uint32_t>> kinds;
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& operation = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[operation.position];
    Entry& entry = operations_.emplace_back();
    entry.responded_at = operation.responded_at;
    entry.open = operation.is_open();
    if (entry.open) is_ignored_[index] = only_reads(open_shape(type, seen.operation));
    if (is_ignored_[index]) {
      kinds.skip();
      continue;
    }
    entry.operation = specification_->intern_operation(seen.operation);
    if (!entry.open) {
      entry.result = specification_->intern_result(seen.result);
      entry.pure = specification_->is_pure(entry.operation, entry.result);
    }
    kinds.add({entry.operation, entry.open ? no_result : entry.result});
  }
  kind_count_ = kinds.count();
  kinds_ = kinds.take();
}

std::uint32_t ServiceAutomaton::force(std::uint32_t operation, std::uint32_t state) {
  return operations_[operation].pure ? choose(operation, state) : impossible;
}

std::uint32_t ServiceAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  const Entry& entry = operations_[operation];
  const std::size_t states = specification_->state_count();
  const auto [next, result] = specification_->apply(state, entry.operation);
  if (specification_->state_count() != states) weigh(next);
  return entry.open || result == entry.result ? next : impossible;
}

void ServiceAutomaton::weigh(std::uint32_t state) {
  // A state is a payload, an entry of the pool, transitions, and perhaps a result that shows all of
  // it. Content is estimated from every 64th state: small strings take many times their length.
  constexpr std::uint64_t bytes_per_state = 256;
  constexpr std::uint64_t bytes_per_character = 16;
  if (specification_->state_count() % 64 <= 1) {
    content_bytes_ = bytes_per_character * specification_->state(state).to_json().size();
  }
  state_bytes_ += bytes_per_state + content_bytes_;
}

std::uint64_t ServiceAutomaton::memory_bytes() const {
  return (sizeof(Entry) + 4) * operations_.capacity() + state_bytes_;
}

}  // namespace stampede::checkers
