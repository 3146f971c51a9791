#include "checkers/linearizability/search/service_automaton.hpp"

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/linearizability/search/operation_kinds.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

ServiceAutomaton::ServiceAutomaton(const engine::History& history, const engine::ServiceType& type,
                                   const Part& part, Patience& patience)
    : type_(&type), patience_(&patience), is_ignored_(part.operations.size(), false) {
  operations_.reserve(part.operations.size());
  OperationKinds<std::pair<engine::Operation, engine::Result>> kinds;
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    patience.spend(8);
    const PartOperation& operation = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[operation.position];
    Entry& entry = operations_.emplace_back();
    entry.responded_at = operation.responded_at;
    const bool open = operation.is_open();
    if (open) is_ignored_[index] = only_reads(open_shape(type, seen.operation));
    if (is_ignored_[index]) {
      kinds.skip();
      continue;
    }
    entry.operation = seen.operation;
    if (!open) {
      entry.result = seen.result;
      entry.pure = type.is_pure != nullptr && type.is_pure(entry.operation, entry.result);
    }
    // Open operations are like each other, but not like completed ones, which need their result.
    kinds.add({entry.operation, entry.result});
  }
  kind_count_ = kinds.count();
  kinds_ = kinds.take();
  states_.intern(type.initial, patience);
}

std::uint32_t ServiceAutomaton::force(std::uint32_t operation, std::uint32_t state) {
  return operations_[operation].pure ? choose(operation, state) : no_state;
}

std::uint32_t ServiceAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  const std::uint64_t key = std::uint64_t{state} << 32 | operation;
  const std::uint32_t known = transitions_.find(key);
  if (known != NumberMap::absent) return known;
  // States may be large.
  patience_->spend(64);
  const Entry& entry = operations_[operation];
  const auto [after, result] = type_->apply(states_.state(state), entry.operation);
  const bool fits = !entry.result || result == entry.result;
  const std::uint32_t next = fits ? states_.intern(after, *patience_) : no_state;
  transitions_.insert(key, next, *patience_);
  return next;
}

std::uint64_t ServiceAutomaton::memory_bytes() const {
  return sizeof(Entry) * operations_.capacity() + 4 * kinds_.capacity() + states_.bytes() +
         transitions_.bytes();
}

std::uint64_t ServiceAutomaton::bytes_to_grow(std::size_t choices) const {
  return states_.bytes_to_insert(1) + transitions_.bytes_to_insert(choices) - transitions_.bytes();
}

}  // namespace stampede::checkers
