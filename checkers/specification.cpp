#include "checkers/specification.hpp"

#include <algorithm>
#include <map>

#include "checkers/linearizability/core.hpp"
#include "checkers/linearizability/search/operation_kinds.hpp"
#include "checkers/linearizability/search/state_pool.hpp"
#include "checkers/linearizability/search/windowed_search.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;
using engine::Payload;

/// States are numbers of sets of states of the specification: all that may be. See
/// windowed_search.hpp for what an automaton offers.
class SpecificationAutomaton {
 public:
  SpecificationAutomaton(const engine::History& history,
                         const SequentialSpecification& specification, const Part& part,
                         Patience& patience)
      : specification_(&specification),
        patience_(&patience),
        is_ignored_(part.operations.size(), false) {
    OperationKinds<std::pair<Payload, Payload>> kinds;
    for (const PartOperation& entry : part.operations) {
      patience.spend(8);
      const HistoryOperation& seen = history.operations()[entry.position];
      const engine::Result result = entry.is_open() ? engine::Result() : seen.result;
      operations_.push_back({seen.operation, result, entry.responded_at});
      kinds.add({seen.operation, result});
    }
    kind_count_ = kinds.count();
    kinds_ = kinds.take();
    intern({pool_.intern(specification.initial(), patience)});
  }

  [[nodiscard]] std::uint32_t initial() const { return 0; }
  [[nodiscard]] const std::vector<bool>& is_ignored() const { return is_ignored_; }
  [[nodiscard]] std::uint32_t force(std::uint32_t, std::uint32_t) const { return no_state; }
  void look_at(std::uint32_t, const std::vector<std::uint32_t>&) {}
  [[nodiscard]] bool may_choose(std::uint32_t, std::uint32_t, std::uint32_t) const { return true; }
  std::uint32_t choose(std::uint32_t operation, std::uint32_t state) {
    const std::uint64_t key = std::uint64_t{state} << 32 | operation;
    const std::uint32_t known = transitions_.find(key);
    if (known != NumberMap::absent) return known;
    const std::uint32_t next = find_next(operation, state);
    transitions_.insert(key, next, *patience_);
    return next;
  }
  [[nodiscard]] std::uint64_t deadline(std::uint32_t operation) const {
    return operations_[operation].responded_at;
  }
  [[nodiscard]] std::uint32_t kind(std::uint32_t operation) const { return kinds_[operation]; }
  [[nodiscard]] std::uint32_t kind_count() const { return kind_count_; }
  void linearized(std::uint32_t) {}
  void undone(std::uint32_t) {}
  [[nodiscard]] std::uint64_t memory_bytes() const {
    return (sizeof(Entry) + 4) * operations_.capacity() + 8 * sets_.capacity() + set_bytes_ +
           pool_.bytes() + transitions_.bytes();
  }
  [[nodiscard]] std::uint64_t bytes_to_grow(std::size_t choices) const {
    return 16 * sets_.capacity() + pool_.bytes_to_insert(2 * largest_set_) +
           transitions_.bytes_to_insert(choices) - transitions_.bytes();
  }

 private:
  struct Entry {
    engine::Operation operation;
    engine::Result result;
    std::uint64_t responded_at;
  };
  using States = std::vector<std::uint32_t>;  // ascending, all different

  std::uint32_t find_next(std::uint32_t operation, std::uint32_t state) {
    const Entry& entry = operations_[operation];
    States next;
    for (const std::uint32_t one : sets_[state]->first) {
      patience_->spend(64);  // states may be large
      for (const Payload& after :
           specification_->next(pool_.state(one), entry.operation, entry.result)) {
        next.push_back(pool_.intern(after, *patience_));
      }
    }
    if (next.empty()) return no_state;
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    return intern(std::move(next));
  }

  std::uint32_t intern(States states) {
    constexpr std::uint64_t node_bytes = 96;
    const std::uint64_t bytes = node_bytes + sizeof(std::uint32_t) * states.capacity();
    largest_set_ = std::max<std::uint64_t>(largest_set_, states.size());
    const auto [found, inserted] =
        numbers_.emplace(std::move(states), static_cast<std::uint32_t>(sets_.size()));
    if (inserted) {
      sets_.push_back(&*found);
      set_bytes_ += bytes;
    }
    return found->second;
  }

  const SequentialSpecification* specification_;
  Patience* patience_;
  std::vector<Entry> operations_;
  std::vector<bool> is_ignored_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
  StatePool pool_;
  std::map<States, std::uint32_t> numbers_;
  std::vector<const std::pair<const States, std::uint32_t>*> sets_;  // by number
  NumberMap transitions_;
  std::uint64_t set_bytes_ = 0;
  std::uint64_t largest_set_ = 0;
};

std::unique_ptr<PartSearch> search_of(const engine::History& history,
                                      const SequentialSpecification& specification,
                                      const Part& part, Patience& patience) {
  return std::make_unique<WindowedSearch<SpecificationAutomaton>>(
      part, SpecificationAutomaton(history, specification, part, patience), patience);
}

/// The shortest prefix that fails; where the limits do not let that be told, a longer one. `last`
/// is the last response of one that does.
Part failing_prefix(const engine::History& history, const SequentialSpecification& specification,
                    const Part& part, std::size_t reached, const Limits& limits, Patience& patience,
                    Finding& result) {
  const std::vector<std::uint32_t> responses = responses_of(part);
  const auto prefix = [&](std::size_t response) {
    return prefix_of(part, part.operations[responses[response]].responded_at);
  };
  std::size_t last = responses.size() - 1;
  try {
    last = first_failure(reached, last, [&](std::size_t response) {
      const std::uint64_t left =
          limits.max_configurations - std::min(limits.max_configurations, result.configurations);
      const auto search = search_of(history, specification, prefix(response), patience);
      const auto status = search->run(left, limits.max_memory_bytes - preparation_bytes(history));
      result.configurations += search->configurations();
      return status == PartSearch::Status::impossible;
    });
  } catch (const Stopped& stopped) {
    result.core_limit = stopped.reason();
  }
  return prefix(last);
}

void explain(const Part& prefix, Finding& result) {
  const PartOperation& last = last_to_respond(prefix);
  result.impossible_at_event = last.responded_at;
  for (const PartOperation& operation : prefix.operations) {
    result.core.push_back(operation.position);
    if (operation.is_open()) result.core_open.push_back(operation.position);
  }
  result.reason = Sentence("no order explains %, completed at event ", {last.position});
  result.reason.say(std::to_string(last.responded_at));
}

Finding check(const engine::History& history, const SequentialSpecification& specification,
              const Limits& limits, Patience& patience) {
  const std::vector<Part> parts = partition_by(
      history, [&](const engine::Operation& operation) { return specification.key(operation); },
      [&](std::uint32_t, const HistoryOperation&) { patience.spend(); });
  const auto make_search = [&](std::uint32_t part) {
    return search_of(history, specification, parts[part], patience);
  };
  auto [result, failed] = check_parts(history, parts, limits, make_search, patience);
  if (failed) {
    explain(failing_prefix(history, specification, parts[failed->part], failed->reached, limits,
                           patience, result),
            result);
  }
  return std::move(result);
}

}  // namespace

Finding check_specification(const engine::History& history,
                            const SequentialSpecification& specification, const Limits& limits) {
  if (auto refused = refuse_too_large(history, limits)) return *std::move(refused);
  Patience patience(limits.stop);
  try {
    return check(history, specification, limits, patience);
  } catch (const Stopped& stopped) {
    Finding result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
