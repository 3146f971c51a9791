#include "checkers/linearizability/search/counter_automaton.hpp"

#include <algorithm>

#include "checkers/linearizability/search/operation_kinds.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

using engine::Shape;

std::optional<CounterAutomaton> CounterAutomaton::make(const engine::History& history,
                                                       const engine::ServiceType& type,
                                                       const Part& part, Patience& patience) {
  if (type.shape == nullptr) return std::nullopt;
  CounterAutomaton automaton;
  automaton.patience_ = &patience;
  OperationKinds<std::uint64_t> kinds;
  std::uint64_t total = 0;
  for (const PartOperation& entry : part.operations) {
    patience.spend(2);
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    const auto [result, shape] = shape_of(type, seen, entry.is_open());
    const bool is_read = shape.kind == Shape::Kind::read;
    if (!is_read && shape.kind != Shape::Kind::add) return std::nullopt;
    const engine::ShapeValue& number = is_read ? shape.reads : shape.writes;
    if (!number.is_number()) return std::nullopt;
    const auto amount = static_cast<std::int64_t>(number.number());
    Operation& operation = automaton.operations_.emplace_back();
    operation.is_read = is_read;
    operation.open = entry.is_open();
    operation.number = number.number();
    operation.responded_at = entry.responded_at;
    automaton.is_ignored_.push_back(operation.open && (is_read || amount == 0));
    if (is_read) {
      kinds.skip();
      continue;
    }
    kinds.add(operation.number);
    total += operation.number;
    if (amount < 0 || total > INT64_MAX) automaton.only_grows_ = false;
  }
  automaton.kind_count_ = kinds.count();
  automaton.kinds_ = kinds.take();
  automaton.state_of(0);
  automaton.collect_sums();
  return automaton;
}

bool CounterAutomaton::begin_with(std::uint32_t operation) {
  const Operation& first = operations_[operation];
  if (!first.is_read || first.open) return false;
  initial_ = state_of(first.number);
  // Together with what is added from there on it must not wrap around either.
  only_grows_ = only_grows_ && first.number <= INT64_MAX;
  return true;
}

void CounterAutomaton::collect_sums() {
  for (const Operation& operation : operations_) {
    if (operation.is_read && !operation.open) sums_read_.push_back({operation.number, 0});
  }
  const auto less = [](const SumRead& left, const SumRead& right) { return left.sum < right.sum; };
  std::sort(sums_read_.begin(), sums_read_.end(), less);
  sums_read_.erase(
      std::unique(sums_read_.begin(), sums_read_.end(),
                  [](const SumRead& left, const SumRead& right) { return left.sum == right.sum; }),
      sums_read_.end());
  for (Operation& operation : operations_) {
    if (!operation.is_read || operation.open) continue;
    const auto found =
        std::lower_bound(sums_read_.begin(), sums_read_.end(), SumRead{operation.number, 0}, less);
    operation.place = static_cast<std::uint32_t>(found - sums_read_.begin());
    ++found->left;
  }
}

std::uint32_t CounterAutomaton::state_of(std::uint64_t sum) {
  const std::uint32_t known = states_.find(sum);
  if (known != NumberMap::absent) return known;
  states_.insert(sum, static_cast<std::uint32_t>(sums_.size()), *patience_);
  sums_.push_back(sum);
  return static_cast<std::uint32_t>(sums_.size() - 1);
}

std::uint32_t CounterAutomaton::force(std::uint32_t operation, std::uint32_t state) const {
  const Operation& candidate = operations_[operation];
  if (!candidate.is_read) return candidate.number == 0 ? state : no_state;
  return candidate.number == sums_[state] ? state : no_state;
}

void CounterAutomaton::look_at(std::uint32_t /*state*/,
                               const std::vector<std::uint32_t>& in_progress) {
  read_in_progress_ =
      std::any_of(in_progress.begin(), in_progress.end(),
                  [&](std::uint32_t operation) { return operations_[operation].is_read; });
}

bool CounterAutomaton::may_choose(std::uint32_t operation, std::uint32_t state,
                                  std::uint32_t blocking) const {
  const Operation& candidate = operations_[operation];
  if (candidate.is_read) return false;
  if (!read_in_progress_ && operation != blocking) return false;
  if (!only_grows_ || first_left_ == sums_read_.size()) return true;
  return sums_[state] + candidate.number <= sums_read_[first_left_].sum;
}

std::uint32_t CounterAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  return state_of(sums_[state] + operations_[operation].number);
}

void CounterAutomaton::linearized(std::uint32_t operation) {
  const Operation& done = operations_[operation];
  if (!done.is_read) return;
  --sums_read_[done.place].left;
  while (first_left_ < sums_read_.size() && sums_read_[first_left_].left == 0) ++first_left_;
}

void CounterAutomaton::undone(std::uint32_t operation) {
  const Operation& back = operations_[operation];
  if (!back.is_read) return;
  ++sums_read_[back.place].left;
  first_left_ = std::min<std::size_t>(first_left_, back.place);
}

std::uint64_t CounterAutomaton::memory_bytes() const {
  return (sizeof(Operation) + 4) * operations_.capacity() +
         sizeof(SumRead) * sums_read_.capacity() + 8 * sums_.capacity() + states_.bytes();
}

std::uint64_t CounterAutomaton::bytes_to_grow(std::size_t /*choices*/) const {
  const bool full = sums_.size() == sums_.capacity();
  return (full ? 16 * sums_.capacity() : 0) + states_.bytes_to_insert(1) - states_.bytes();
}

}  // namespace stampede::checkers
