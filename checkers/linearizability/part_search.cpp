#include "checkers/linearizability/part_search.hpp"

#include "checkers/linearizability/search/counter_automaton.hpp"
#include "checkers/linearizability/search/lock_automaton.hpp"
#include "checkers/linearizability/search/register_automaton.hpp"
#include "checkers/linearizability/search/service_automaton.hpp"
#include "checkers/linearizability/search/text_automaton.hpp"
#include "checkers/linearizability/search/windowed_search.hpp"
#include "checkers/linearizability/specialists/collections.hpp"
#include "checkers/linearizability/specialists/containers.hpp"
#include "checkers/linearizability/specialists/zones.hpp"

namespace stampede::checkers {
namespace {

/// An answer that was found without a search.
class Answer final : public PartSearch {
 public:
  Answer(bool linearizable, std::vector<std::uint32_t> order)
      : linearizable_(linearizable), order_(std::move(order)) {}

  Status run(std::uint64_t, std::uint64_t) override {
    return linearizable_ ? Status::linearizable : Status::impossible;
  }
  [[nodiscard]] std::vector<std::uint32_t> order() const override { return order_; }
  std::vector<std::uint32_t> take_order() override { return std::move(order_); }
  [[nodiscard]] std::uint64_t configurations() const override { return 0; }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return 4 * order_.capacity(); }

 private:
  bool linearizable_;
  std::vector<std::uint32_t> order_;
};

template <class Automaton>
std::unique_ptr<PartSearch> search(const Part& part, Automaton automaton, Patience& patience) {
  return std::make_unique<WindowedSearch<Automaton>>(part, std::move(automaton), patience);
}

/// Without a search: what the part is if it is a list, set, queue or stack of different values.
std::unique_ptr<PartSearch> judge_at_once(const engine::History& history,
                                          const engine::ServiceType& type, const Part& part,
                                          Patience& patience) {
  if (const auto collection = make_collection(history, type, part, patience)) {
    CollectionAnswer answer = judge_collection(*collection, part, patience);
    return std::make_unique<Answer>(answer.linearizable, std::move(answer.order));
  }
  if (const auto container = make_container(history, type, part, patience)) {
    if (auto answer = judge_container(*container, part, patience)) {
      return std::make_unique<Answer>(answer->linearizable, std::move(answer->order));
    }
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part,
                                             Patience& patience, Method method) {
  return make_part_search(history, type, part, make_register_part(history, type, part, patience),
                          patience, method);
}

std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part,
                                             std::optional<RegisterPart> values, Patience& patience,
                                             Method method) {
  if (values) {
    if (method == Method::fastest) {
      if (auto zones = judge_by_zones(*values, part, patience)) {
        return std::make_unique<Answer>(zones->linearizable, std::move(zones->order));
      }
    }
    return search(part, RegisterAutomaton(std::move(*values), part, patience), patience);
  }
  if (method == Method::fastest) {
    if (auto answer = judge_at_once(history, type, part, patience)) return answer;
  }
  if (auto automaton = TextAutomaton::make(history, type, part, patience)) {
    return search(part, std::move(*automaton), patience);
  }
  if (auto automaton = CounterAutomaton::make(history, type, part, patience)) {
    return search(part, std::move(*automaton), patience);
  }
  if (auto automaton = LockAutomaton::make(history, type, part, patience)) {
    return search(part, std::move(*automaton), patience);
  }
  return search(part, ServiceAutomaton(history, type, part, patience), patience);
}

std::unique_ptr<PartSearch> make_suffix_search(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part,
                                               std::uint32_t first, Patience& patience) {
  if (auto automaton = CounterAutomaton::make(history, type, part, patience)) {
    if (automaton->begin_with(first)) return search(part, std::move(*automaton), patience);
  } else if (auto lock = LockAutomaton::make(history, type, part, patience)) {
    if (lock->begin_with(first)) return search(part, std::move(*lock), patience);
  }
  return nullptr;
}

}  // namespace stampede::checkers
