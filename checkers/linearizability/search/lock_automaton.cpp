#include "checkers/linearizability/search/lock_automaton.hpp"

#include <algorithm>
#include <tuple>

#include "checkers/linearizability/search/operation_kinds.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

using engine::Shape;

std::optional<LockAutomaton> LockAutomaton::make(const engine::History& history,
                                                 const engine::ServiceType& type, const Part& part,
                                                 Patience& patience) {
  if (type.shape == nullptr) return std::nullopt;
  LockAutomaton automaton;
  OperationKinds<std::tuple<Kind, bool, std::uint32_t, std::uint64_t, bool>> kinds;
  for (std::uint32_t index = 0; index < part.operations.size(); ++index) {
    patience.spend(4);
    const PartOperation& entry = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    const auto [result, shape] = shape_of(type, seen, entry.is_open());
    if (!automaton.add(shape, entry.is_open(), entry.responded_at)) return std::nullopt;
    const Operation& operation = automaton.operations_.back();
    automaton.is_ignored_.push_back(operation.open && operation.kind == Kind::read);
    if (operation.kind == Kind::read || !operation.succeeds) {
      kinds.skip();
      continue;
    }
    kinds.add({operation.kind, operation.open, operation.owner, operation.token, true});
    if (operation.open) continue;
    if (operation.kind == Kind::acquire) automaton.granted_.emplace(operation.token, index);
    if (operation.kind == Kind::release && operation.token != 0) {
      automaton.released_.emplace(operation.token, index);
    }
  }
  automaton.kind_count_ = kinds.count();
  automaton.kinds_ = kinds.take();
  automaton.state_of({});
  return automaton;
}

bool LockAutomaton::begin_with(std::uint32_t operation) {
  const Operation& first = operations_[operation];
  if (first.kind != Kind::acquire || first.open || !first.succeeds || first.token == 0)
    return false;
  initial_ = state_of({nobody, first.token - 1});
  return true;
}

bool LockAutomaton::add(const Shape& shape, bool open, std::uint64_t responded_at) {
  Operation& operation = operations_.emplace_back();
  operation.open = open;
  operation.responded_at = responded_at;
  const bool is_release = shape.kind == Shape::Kind::release;
  const engine::ShapeValue& token = is_release ? shape.writes : shape.reads;
  operation.succeeds = open || !shape.reads.is_nothing();
  if (token.is_number() && !(open && !is_release)) operation.token = token.number();
  switch (shape.kind) {
    case Shape::Kind::read_lock:
      operation.kind = Kind::read;
      operation.owner = owner_of(shape.writes);
      return true;
    case Shape::Kind::acquire:
      operation.kind = Kind::acquire;
      operation.owner = owner_of(shape.writes);
      return true;
    case Shape::Kind::release:
      operation.kind = Kind::release;
      return true;
    default:
      return false;
  }
}

std::uint32_t LockAutomaton::owner_of(const engine::ShapeValue& owner) {
  if (owner.is_nothing()) return nobody;
  return owners_.emplace(owner.text(), static_cast<std::uint32_t>(owners_.size()) + 1)
      .first->second;
}

std::uint32_t LockAutomaton::state_of(const State& state) {
  const auto [found, inserted] =
      numbers_.emplace(state, static_cast<std::uint32_t>(states_.size()));
  if (inserted) states_.push_back(state);
  return found->second;
}

bool LockAutomaton::releases(const Operation& operation, const State& state) const {
  return state.owner != nobody && (operation.token == 0 || operation.token == state.token);
}

std::uint32_t LockAutomaton::force(std::uint32_t operation, std::uint32_t state) const {
  const Operation& candidate = operations_[operation];
  const State& present = states_[state];
  bool legal = false;
  switch (candidate.kind) {
    case Kind::read:
      legal = candidate.owner == present.owner && candidate.token == present.token;
      break;
    case Kind::acquire:
      legal = !candidate.succeeds && present.owner != nobody;
      break;
    case Kind::release:
      legal = !candidate.succeeds && !releases(candidate, present);
      break;
  }
  return legal ? state : no_state;
}

void LockAutomaton::look_at(std::uint32_t /*state*/,
                            const std::vector<std::uint32_t>& in_progress) {
  any_release_ = std::any_of(in_progress.begin(), in_progress.end(), [&](std::uint32_t index) {
    const Operation& operation = operations_[index];
    return operation.kind == Kind::release && operation.succeeds && !operation.open &&
           operation.token == 0;
  });
}

bool LockAutomaton::may_choose(std::uint32_t operation, std::uint32_t state,
                               std::uint32_t /*blocking*/) const {
  const Operation& candidate = operations_[operation];
  const State& present = states_[state];
  if (candidate.kind == Kind::read || !candidate.succeeds) return false;
  if (candidate.kind == Kind::acquire) {
    if (present.owner != nobody) return false;
    const auto granted = granted_.find(present.token + 1);
    return granted == granted_.end() ? candidate.open : granted->second == operation;
  }
  if (!releases(candidate, present)) return false;
  const auto released = released_.find(present.token);
  if (released != released_.end()) return released->second == operation;
  return !(candidate.open && candidate.token == 0 && any_release_);
}

std::uint32_t LockAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  const Operation& candidate = operations_[operation];
  const State present = states_[state];
  if (candidate.kind == Kind::release) return state_of({nobody, present.token});
  return state_of({candidate.owner, present.token + 1});
}

std::uint64_t LockAutomaton::memory_bytes() const {
  constexpr std::uint64_t bytes_per_state = 96;
  constexpr std::uint64_t bytes_per_entry = 64;
  return (sizeof(Operation) + 8) * operations_.capacity() + bytes_per_state * states_.size() +
         bytes_per_entry * (granted_.size() + released_.size() + owners_.size());
}

}  // namespace stampede::checkers
