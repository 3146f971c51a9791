#include "checkers/register_automaton.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "checkers/text_pool.hpp"

namespace stampede::checkers {
namespace {

using engine::Shape;
using Kind = RegisterOperation::Kind;

/// The shape as a register operation; false if registers have no such operation.
bool translate(const Shape& shape, TextPool& values, RegisterOperation& operation) {
  switch (shape.kind) {
    case Shape::Kind::read:
      operation.kind = Kind::read;
      operation.reads = values.intern(shape.reads);
      return true;
    case Shape::Kind::write:
      operation.kind = Kind::write;
      operation.writes = values.intern(shape.writes);
      return true;
    case Shape::Kind::cas:
    case Shape::Kind::failed_cas:
      // An open cas is one that may yet succeed, wherever it was tried.
      operation.kind =
          shape.kind == Shape::Kind::cas || operation.open ? Kind::cas : Kind::failed_cas;
      operation.reads = values.intern(shape.reads);
      if (operation.kind == Kind::cas) operation.writes = values.intern(shape.writes);
      return true;
    default:
      return false;
  }
}

/// The initial value, found by asking the service: any read tells it, a cas that succeeds does too.
/// If neither occurs, no operation of the part can tell it from a value that never occurs.
std::uint32_t initial_value(const engine::History& history, const engine::ServiceType& type,
                            const Part& part, const std::vector<RegisterOperation>& operations,
                            TextPool& values) {
  for (std::size_t index = 0; index < operations.size(); ++index) {
    if (operations[index].kind == Kind::write) continue;
    const Shape shape =
        open_shape(type, history.operations()[part.operations[index].position].operation);
    if (shape.kind == Shape::Kind::read || shape.kind == Shape::Kind::cas) {
      return values.intern(shape.reads);
    }
  }
  return static_cast<std::uint32_t>(values.size());
}

/// Operations and results are spread over memory: fetched early, their latencies overlap.
constexpr std::size_t prefetch_distance = 8;
void prefetch(const engine::History& history, const Part& part, std::size_t index) {
  if (index + prefetch_distance >= part.operations.size()) return;
  const engine::HistoryOperation* operations = history.operations().data();
  __builtin_prefetch(operations + part.operations[index + prefetch_distance].position);
  const engine::HistoryOperation& next = operations[part.operations[index].position];
  __builtin_prefetch(next.operation.content());
  __builtin_prefetch(static_cast<const char*>(next.operation.content()) + 64);
  if (next.result) __builtin_prefetch(next.result.content());
}

}  // namespace

std::optional<RegisterAutomaton> RegisterAutomaton::make(const engine::History& history,
                                                         const engine::ServiceType& type,
                                                         const Part& part) {
  if (type.shape == nullptr) return std::nullopt;
  RegisterAutomaton automaton;
  TextPool values;
  automaton.operations_.reserve(part.operations.size());
  automaton.responded_at_.reserve(part.operations.size());
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& entry = part.operations[index];
    prefetch(history, part, index + prefetch_distance);
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    RegisterOperation& operation = automaton.operations_.emplace_back();
    operation.open = entry.is_open();
    const Shape shape =
        operation.open ? open_shape(type, seen.operation) : type.shape(seen.operation, seen.result);
    if (!translate(shape, values, operation)) return std::nullopt;
    automaton.responded_at_.push_back(entry.responded_at);
  }
  automaton.initial_ = initial_value(history, type, part, automaton.operations_, values);
  automaton.values_.resize(std::max<std::size_t>(values.size(), automaton.initial_ + 1));
  automaton.find_values(part);
  automaton.ignore_open_operations();
  return automaton;
}

void RegisterAutomaton::find_values(const Part& part) {
  for (std::uint32_t index = 0; index < operations_.size(); ++index) {
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
    value.first_observer_responded_at =
        std::min(value.first_observer_responded_at, part.operations[index].responded_at);
  }
}

void RegisterAutomaton::ignore_open_operations() {
  is_ignored_.assign(operations_.size(), false);
  std::vector<std::uint32_t> left;
  for (std::uint32_t index = 0; index < operations_.size(); ++index) {
    if (operations_[index].open) left.push_back(index);
  }
  // Ignoring a cas may make what it would have observed useless too: until nothing changes.
  for (bool again = true; again;) {
    again = std::erase_if(left, [&](std::uint32_t index) {
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
  return (sizeof(RegisterOperation) + 8) * operations_.capacity() +
         sizeof(Value) * values_.capacity();
}

}  // namespace stampede::checkers
