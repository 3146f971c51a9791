// Judges of queues, stacks, counters and locks that are wrong in one point each: the comparison
// with the definition, which the right ones pass, must tell them from it.
#include <catch2/catch.hpp>
#include <functional>

#include "checkers/brute_force.hpp"
#include "checkers/linearizability/search/counter_automaton.hpp"
#include "checkers/linearizability/search/lock_automaton.hpp"
#include "checkers/linearizability/search/windowed_search.hpp"
#include "checkers/linearizability/specialists/container_part.hpp"
#include "checkers/linearizability/specialists/queues.hpp"
#include "checkers/linearizability/specialists/stacks.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::ContainerPart;
using checkers::ContainerValue;
using checkers::Part;
using engine::History;
using engine::ServiceType;

using IsPartLinearizable = std::function<bool(const History&, const Part&)>;

bool is_caught(const char* name, const IsPartLinearizable& variant) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    HistoryShape shape;
    shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
    shape.operations = 5 + static_cast<std::uint32_t>(seed % 5);
    shape.keys = 1;
    shape.values = 0;
    shape.open_percent = seed % 2 == 0 ? 0 : 25;
    shape.stale_percent = seed % 3 == 0 ? 0 : 20;
    const History history = random_history(service(name), shape, seed);
    const Part part = checkers::partition(history, service(name)).front();
    const bool right = checkers::is_linearizable_by_brute_force(history, service(name));
    if (variant(history, part) != right) return true;
  }
  return false;
}

using Change = std::function<void(ContainerPart&, const Part&)>;

/// What the history says of each value, if it does not fail by itself then with a change.
ContainerPart changed(const char* name, const History& history, const Part& part,
                      const Change& change) {
  checkers::Patience unlimited;
  const auto container = make_container(history, service(name), part, unlimited);
  ContainerPart settled = make_container_part(*container, part, unlimited);
  if (settled.culprits.empty()) change(settled, part);
  return settled;
}

/// The judge of queues, told something else than the history says.
IsPartLinearizable queue_with(const Change& change) {
  return [change](const History& history, const Part& part) {
    checkers::Patience unlimited;
    return judge_queue(changed("queue", history, part, change), part, unlimited).linearizable;
  };
}

/// The same for stacks. What is left to the search there is `otherwise`.
IsPartLinearizable stack_with(const Change& change, bool otherwise) {
  return [=](const History& history, const Part& part) {
    checkers::Patience unlimited;
    const auto answer = judge_stack(changed("stack", history, part, change), part, unlimited);
    return answer ? answer->linearizable : otherwise;
  };
}

void as_it_is(ContainerPart&, const Part&) {}
void without_empties(ContainerPart& container, const Part&) { container.empties.clear(); }
void without_open_takes(ContainerPart& container, const Part&) { container.open_takes.clear(); }
void with_late_takes_first(ContainerPart& container, const Part&) {
  std::reverse(container.open_takes.begin(), container.open_takes.end());
}
void without_untaken(ContainerPart& container, const Part&) {
  std::erase_if(container.values,
                [](const ContainerValue& value) { return value.taken_by == ContainerValue::none; });
}
/// As if removals were under way from the beginning.
void with_early_removals(ContainerPart& container, const Part&) {
  for (ContainerValue& value : container.values) {
    if (value.taken_by != ContainerValue::none) value.take_call = value.add_call;
  }
}

template <class Automaton>
IsPartLinearizable by_part_search(const char* name) {
  return [name](const History& history, const Part& part) {
    checkers::Patience unlimited;
    checkers::WindowedSearch<Automaton> search(
        part, Automaton(*Automaton::make(history, service(name), part, unlimited)), unlimited);
    return search.run(1'000'000, 1U << 30) == checkers::PartSearch::Status::linearizable;
  };
}

template <class Right>
struct Unchanged : Right {
  explicit Unchanged(Right right) : Right(std::move(right)) {}
};

/// Never passes the smallest sum that was read, even if that one was seen before.
struct NeverPasses : checkers::CounterAutomaton {
  explicit NeverPasses(CounterAutomaton right) : CounterAutomaton(std::move(right)) {}
  void linearized(std::uint32_t) {}
  void undone(std::uint32_t) {}
};
/// Additions wait until they respond, whatever is read.
struct OnlyBlocking : checkers::CounterAutomaton {
  explicit OnlyBlocking(CounterAutomaton right) : CounterAutomaton(std::move(right)) {}
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t blocking) const {
    return operation == blocking && CounterAutomaton::may_choose(operation, state, blocking);
  }
};
/// All additions are alike.
struct AdditionsAlike : checkers::CounterAutomaton {
  explicit AdditionsAlike(CounterAutomaton right) : CounterAutomaton(std::move(right)) {}
  [[nodiscard]] std::uint32_t kind(std::uint32_t) const { return 0; }
  [[nodiscard]] std::uint32_t kind_count() const { return 1; }
};

/// Open acquires and releases never take effect.
struct OnlyCompleted : checkers::LockAutomaton {
  explicit OnlyCompleted(LockAutomaton right) : LockAutomaton(std::move(right)) {}
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t blocking) const {
    return deadline(operation) != checkers::PartOperation::open &&
           LockAutomaton::may_choose(operation, state, blocking);
  }
};
/// Refusals fit everywhere.
struct RefusesAlways : checkers::LockAutomaton {
  explicit RefusesAlways(LockAutomaton right) : LockAutomaton(std::move(right)) {}
  [[nodiscard]] std::uint32_t force(std::uint32_t operation, std::uint32_t state) const {
    return kind(operation) == checkers::own_kind && !may_choose(operation, state, operation)
               ? state
               : LockAutomaton::force(operation, state);
  }
};
/// All acquires and releases are alike, whatever token they name.
struct AnyToken : checkers::LockAutomaton {
  explicit AnyToken(LockAutomaton right) : LockAutomaton(std::move(right)) {}
  [[nodiscard]] std::uint32_t kind(std::uint32_t) const { return 0; }
  [[nodiscard]] std::uint32_t kind_count() const { return 1; }
};

}  // namespace

TEST_CASE("specialist variants: the right ones pass the comparison", "[unit]") {
  CHECK(!is_caught("queue", queue_with(as_it_is)));
  CHECK(!is_caught("counter", by_part_search<Unchanged<checkers::CounterAutomaton>>("counter")));
  CHECK(!is_caught("lock", by_part_search<Unchanged<checkers::LockAutomaton>>("lock")));
  // What the judge of stacks leaves open goes either way.
  CHECK(is_caught("stack", stack_with(as_it_is, true)));
  CHECK(is_caught("stack", stack_with(as_it_is, false)));
}

TEST_CASE("specialist variants: queues", "[unit]") {
  for (const auto& change : {without_empties, without_open_takes, with_late_takes_first,
                             without_untaken, with_early_removals}) {
    CHECK(is_caught("queue", queue_with(change)));
  }
}

TEST_CASE("specialist variants: stacks", "[unit]") {
  // Where nothing is left open; what the variants leave open is never wrong.
  const auto is_told = [](const Change& change) {
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
      HistoryShape shape;
      shape.operations = 5 + static_cast<std::uint32_t>(seed % 5);
      shape.keys = 1;
      shape.values = 0;
      shape.open_percent = seed % 2 == 0 ? 0 : 25;
      shape.stale_percent = 20;
      const History history = random_history(service("stack"), shape, seed);
      const Part part = checkers::partition(history, service("stack")).front();
      checkers::Patience unlimited;
      const auto answer = judge_stack(changed("stack", history, part, change), part, unlimited);
      const bool right = checkers::is_linearizable_by_brute_force(history, service("stack"));
      if (answer && answer->linearizable != right) return true;
    }
    return false;
  };
  CHECK(!is_told(as_it_is));
  for (const auto& change :
       {without_empties, without_open_takes, without_untaken, with_early_removals}) {
    CHECK(is_told(change));
  }
}

TEST_CASE("specialist variants: counters and locks", "[unit]") {
  CHECK(is_caught("counter", by_part_search<NeverPasses>("counter")));
  CHECK(is_caught("counter", by_part_search<OnlyBlocking>("counter")));
  CHECK(is_caught("counter", by_part_search<AdditionsAlike>("counter")));
  CHECK(is_caught("lock", by_part_search<OnlyCompleted>("lock")));
  CHECK(is_caught("lock", by_part_search<RefusesAlways>("lock")));
  CHECK(is_caught("lock", by_part_search<AnyToken>("lock")));
}

}  // namespace stampede::tests
