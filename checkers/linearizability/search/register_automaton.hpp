// The automaton of parts that behave as a register: reads, writes and compare-and-sets of whole
// values, by the shapes that the service promises. States are numbers of values, so a step costs a
// comparison; and because every operation says which value it needs and which it leaves, most dead
// ends are seen before they are entered.
//
// An *observer* of a value is a completed read of it or a completed cas that expects it; a
// *producer* leaves it behind.
//
// 1. A value with observers left and no producer left is never overwritten: they could not be
//    linearized any more.
// 2. The last producer of v is not linearized while the operation at the frontier must come before
//    it: that one does not fit between the producer and the observers of v, and it responded before
//    the last of these was invoked (Gibbons and Korach 1997 compare the same two times, of all
//    values at once).
// 3. A completed write of a value without any observer (open cas included) is linearized as soon as
//    nothing needs the present value any more. Moved to the front of any completion it overwrites a
//    value nobody needs, and where it was, the value before it stays, which nobody looks at before
//    the next change: a cas would have to expect the unobserved value. Failed cas do look (they
//    need *another* value), so this is for parts without them.
// 4. An open write or cas that leaves a value without any observer is left out, in parts without
//    failed cas; whatever it would have observed is then needed less.
// 5. An open write or cas is linearized only if an observer of its value (open cas included) is in
//    progress, or a failed cas that waits for the present value to go. Take a completion of fewest
//    open operations, each as late as possible: what stands right behind the open one is such an
//    observer. A write there would make the open operation superfluous, and so would the end; a
//    failed cas that is right before it too could change places with it.
#pragma once

#include <algorithm>
#include <vector>

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/linearizability/specialists/register_part.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// See windowed_search.hpp for what an automaton offers.
class RegisterAutomaton {
 public:
  RegisterAutomaton(RegisterPart values, const Part& part, Patience& patience);

  [[nodiscard]] const std::vector<RegisterOperation>& operations() const { return operations_; }
  [[nodiscard]] std::size_t value_count() const { return values_.size(); }

  [[nodiscard]] std::uint32_t initial() const { return initial_; }
  [[nodiscard]] const std::vector<bool>& is_ignored() const { return is_ignored_; }
  [[nodiscard]] std::uint32_t force(std::uint32_t operation, std::uint32_t state) const;
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t blocking) const;
  [[nodiscard]] std::uint32_t choose(std::uint32_t operation, std::uint32_t /*state*/) const {
    return operations_[operation].writes;
  }
  [[nodiscard]] std::uint64_t deadline(std::uint32_t operation) const;
  void look_at(std::uint32_t state, const std::vector<std::uint32_t>& in_progress);
  [[nodiscard]] std::uint32_t kind(std::uint32_t operation) const { return kinds_[operation]; }
  [[nodiscard]] std::uint32_t kind_count() const { return kind_count_; }
  void linearized(std::uint32_t operation) { count(operation, -1); }
  void undone(std::uint32_t operation) { count(operation, +1); }
  [[nodiscard]] std::uint64_t memory_bytes() const;

 private:
  using Kind = RegisterOperation::Kind;

  struct Value {
    /// Not linearized yet.
    std::int32_t observers = 0;
    std::int32_t producers = 0;
    /// Observers at all, and open cas that expect the value.
    std::uint32_t observers_ever = 0;
    std::uint32_t open_observers = 0;
    std::uint64_t last_observer_invoked_at = 0;
    std::uint64_t first_observer_responded_at = engine::HistoryOperation::open;

    [[nodiscard]] bool is_ever_observed() const { return observers_ever + open_observers > 0; }
  };

  void count(std::uint32_t operation, std::int32_t change);
  void find_values(const Part& part, Patience& patience);
  void find_kinds(Patience& patience);
  void ignore_open_operations(Patience& patience);
  [[nodiscard]] bool is_useless(const RegisterOperation& operation) const;
  [[nodiscard]] bool must_precede(std::uint32_t blocking, std::uint32_t operation) const;

  std::vector<RegisterOperation> operations_;
  std::vector<std::uint64_t> responded_at_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
  /// By value: the last time that an observer of it was seen in progress.
  std::vector<std::uint64_t> awaited_at_;
  std::uint64_t now_ = 0;
  bool change_awaited_ = false;
  std::vector<bool> is_ignored_;
  std::vector<Value> values_;
  std::uint32_t initial_ = 0;
  bool has_failed_cas_ = false;
  bool has_open_ = false;
};

// The rest is what every step of the search runs.

inline void RegisterAutomaton::count(std::uint32_t operation, std::int32_t change) {
  const RegisterOperation& counted = operations_[operation];
  if (counted.writes != RegisterOperation::no_value) values_[counted.writes].producers += change;
  const bool observes = counted.kind == Kind::read || counted.kind == Kind::cas;
  if (observes && !counted.open) values_[counted.reads].observers += change;
}

inline std::uint32_t RegisterAutomaton::force(std::uint32_t operation, std::uint32_t state) const {
  const RegisterOperation& candidate = operations_[operation];
  switch (candidate.kind) {
    case Kind::read:
      return candidate.reads == state ? state : no_state;
    case Kind::failed_cas:
      return candidate.reads != state ? state : no_state;
    case Kind::cas:
      return no_state;
    case Kind::write:
      break;
  }
  // Argument 3 above.
  if (candidate.open || has_failed_cas_) return no_state;
  if (values_[candidate.writes].is_ever_observed()) return no_state;
  const Value& present = values_[state];
  const bool is_needed = present.observers > 0 || present.open_observers > 0;
  return is_needed ? no_state : candidate.writes;
}

inline void RegisterAutomaton::look_at(std::uint32_t state,
                                       const std::vector<std::uint32_t>& in_progress) {
  if (!has_open_) return;
  ++now_;
  change_awaited_ = false;
  for (const std::uint32_t index : in_progress) {
    const RegisterOperation& operation = operations_[index];
    if (operation.kind == Kind::read || operation.kind == Kind::cas) {
      awaited_at_[operation.reads] = now_;
    } else if (operation.kind == Kind::failed_cas && operation.reads == state) {
      change_awaited_ = true;
    }
  }
}

inline bool RegisterAutomaton::may_choose(std::uint32_t operation, std::uint32_t state,
                                          std::uint32_t blocking) const {
  const RegisterOperation& candidate = operations_[operation];
  if (candidate.kind != Kind::write && candidate.kind != Kind::cas) return false;
  if (candidate.kind == Kind::cas && candidate.reads != state) return false;
  if (candidate.open && !change_awaited_ && awaited_at_[candidate.writes] != now_) {
    return false;  // argument 5
  }
  if (candidate.writes == state) return true;
  const Value& present = values_[state];
  const std::int32_t own = candidate.kind == Kind::cas && !candidate.open ? 1 : 0;
  if (present.observers > own && present.producers == 0) return false;  // argument 1
  return !must_precede(blocking, operation);                            // argument 2
}

inline bool RegisterAutomaton::must_precede(std::uint32_t blocking, std::uint32_t operation) const {
  const std::uint32_t written = operations_[operation].writes;
  const Value& value = values_[written];
  if (blocking == operation || value.observers == 0 || value.producers > 1) return false;
  if (responded_at_[blocking] > value.last_observer_invoked_at) return false;
  const RegisterOperation& first = operations_[blocking];
  // These two kinds can stand among the observers of the value.
  if (first.kind == Kind::failed_cas) return first.reads == written;
  return first.reads != written;
}

inline std::uint64_t RegisterAutomaton::deadline(std::uint32_t operation) const {
  const Value& written = values_[operations_[operation].writes];
  return std::min(responded_at_[operation], written.first_observer_responded_at);
}

}  // namespace stampede::checkers
