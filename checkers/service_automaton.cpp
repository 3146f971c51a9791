#include "checkers/service_automaton.hpp"

#include <map>

#include "checkers/configuration.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

ServiceAutomaton::ServiceAutomaton(const engine::History& history, const engine::ServiceType& type,
                                   const Part& part)
    : specification_(std::make_unique<engine::Specification>(type)),
      is_ignored_(part.operations.size(), false) {
  operations_.reserve(part.operations.size());
  std::map<std::uint32_t, std::uint32_t> latest_open;
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& operation = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[operation.position];
    Entry& entry = operations_.emplace_back();
    entry.responded_at = operation.responded_at;
    entry.open = operation.is_open();
    if (entry.open) is_ignored_[index] = only_reads(open_shape(type, seen.operation));
    if (is_ignored_[index]) continue;
    entry.operation = specification_->intern_operation(seen.operation);
    if (entry.open) {
      const auto [found, inserted] =
          latest_open.emplace(entry.operation, static_cast<std::uint32_t>(index));
      if (!inserted) {
        entry.twin = found->second;
        found->second = static_cast<std::uint32_t>(index);
      }
      continue;
    }
    entry.result = specification_->intern_result(seen.result);
    entry.pure = specification_->is_pure(entry.operation, entry.result);
  }
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
  return sizeof(Entry) * operations_.capacity() + state_bytes_;
}

}  // namespace stampede::checkers
