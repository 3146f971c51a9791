#include "checkers/linearizability/search/register_automaton.hpp"

#include <algorithm>
#include <tuple>

#include "checkers/linearizability/search/operation_kinds.hpp"

namespace stampede::checkers {

RegisterAutomaton::RegisterAutomaton(RegisterPart values, const Part& part, Patience& patience)
    : operations_(std::move(values.operations)),
      values_(values.value_count),
      initial_(values.initial) {
  responded_at_.reserve(operations_.size());
  for (const PartOperation& entry : part.operations) responded_at_.push_back(entry.responded_at);
  find_values(part, patience);
  ignore_open_operations(patience);
  find_kinds(patience);
}

void RegisterAutomaton::find_kinds(Patience& patience) {
  OperationKinds<std::tuple<Kind, std::uint32_t, std::uint32_t>> kinds;
  for (std::uint32_t index = 0; index < operations_.size(); ++index) {
    patience.spend(4);
    const RegisterOperation& operation = operations_[index];
    const bool changes = operation.kind == Kind::write || operation.kind == Kind::cas;
    if (changes && !is_ignored_[index]) {
      kinds.add({operation.kind, operation.reads, operation.writes});
      has_open_ = has_open_ || operation.open;
    } else {
      kinds.skip();
    }
  }
  kind_count_ = kinds.count();
  kinds_ = kinds.take();
  if (has_open_) awaited_at_.assign(values_.size(), 0);
}

void RegisterAutomaton::find_values(const Part& part, Patience& patience) {
  for (std::uint32_t index = 0; index < operations_.size(); ++index) {
    patience.spend();
    const RegisterOperation& operation = operations_[index];
    count(index, +1);
    if (operation.kind == Kind::failed_cas) has_failed_cas_ = true;
    if (operation.kind != Kind::read && operation.kind != Kind::cas) continue;
    Value& value = values_[operation.reads];
    if (operation.open) {
      if (operation.kind == Kind::cas) ++value.open_observers;
      continue;
    }
    ++value.observers_ever;
    value.last_observer_invoked_at = part.operations[index].invoked_at;  // they only grow
    value.first_observer_responded_at = std::min<std::uint64_t>(
        value.first_observer_responded_at, part.operations[index].responded_at);
  }
}

void RegisterAutomaton::ignore_open_operations(Patience& patience) {
  is_ignored_.assign(operations_.size(), false);
  std::vector<std::uint32_t> left;
  for (std::uint32_t index = 0; index < operations_.size(); ++index) {
    if (operations_[index].open) left.push_back(index);
  }
  // Ignoring a cas may make what it would have observed useless too: until nothing changes.
  for (bool again = true; again;) {
    again = std::erase_if(left, [&](std::uint32_t index) {
              patience.spend();
              const RegisterOperation& operation = operations_[index];
              if (!is_useless(operation)) return false;
              is_ignored_[index] = true;
              count(index, -1);
              if (operation.kind == Kind::cas) --values_[operation.reads].open_observers;
              return true;
            }) > 0;
  }
}

bool RegisterAutomaton::is_useless(const RegisterOperation& operation) const {
  if (operation.kind == Kind::read) return true;
  return !has_failed_cas_ && !values_[operation.writes].is_ever_observed();
}

std::uint64_t RegisterAutomaton::memory_bytes() const {
  return (sizeof(RegisterOperation) + 12) * operations_.capacity() + 8 * awaited_at_.capacity() +
         sizeof(Value) * values_.capacity();
}

}  // namespace stampede::checkers
