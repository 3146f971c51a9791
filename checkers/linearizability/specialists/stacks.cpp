#include "checkers/linearizability/specialists/stacks.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "checkers/linearizability/specialists/coverage.hpp"

namespace stampede::checkers {
namespace {

using Run = CertainGaps::Run;

class StackJudge {
 public:
  StackJudge(const ContainerPart& container, const Part& part, Patience& patience)
      : container_(container),
        values_(container.values),
        part_(part),
        patience_(patience),
        is_removed_(values_.size()) {}

  ContainerAnswer judge() {
    if (!container_.culprits.empty()) {
      answer_.culprits = container_.culprits;
      return std::move(answer_);
    }
    const CertainGaps certain(values_, patience_);
    PlacedEmpties placed = place_empties(container_, part_, certain, patience_);
    answer_.culprits = std::move(placed.culprits);
    if (!answer_.culprits.empty()) return std::move(answer_);
    collect_moments(placed.empties);
    answer_.linearizable = nest(certain.runs());
    return std::move(answer_);
  }

 private:
  /// What is over at one gap: a removal that found nothing, or a value added and removed.
  struct Moment {
    std::uint64_t gap;
    std::uint32_t first;
    std::uint32_t second;
  };

  void collect_moments(const std::vector<PlacedEmpties::Empty>& empties) {
    for (const PlacedEmpties::Empty& empty : empties) {
      moments_.push_back({empty.gap, empty.index, ContainerValue::none});
    }
    for (const ContainerValue& value : values_) {
      if (!value.is_certain())
        moments_.push_back({value.take_call, value.added_by, value.taken_by});
    }
    std::sort(moments_.begin(), moments_.end(), [&](const Moment& left, const Moment& right) {
      patience_.spend();
      return left.gap < right.gap;
    });
  }

  /// Values that are certainly there, one after the other, and do not let each other go: no choice
  /// of what stands below is left in a run of its own.
  void blame(const Run& run) {
    std::vector<std::uint32_t> left;
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      if (values_[value].is_certain() && !is_removed_[value]) left.push_back(value);
    }
    answer_.culprits = culprits_of(container_, covering_chain(values_, left, run, patience_), {});
  }

  bool nest(const std::vector<Run>& runs) {
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      if (values_[value].is_certain()) by_addition_.push_back(value);
    }
    std::sort(by_addition_.begin(), by_addition_.end(),
              [&](std::uint32_t left, std::uint32_t right) {
                patience_.spend();
                return values_[left].add_response < values_[right].add_response;
              });
    std::vector<std::uint64_t> calls;
    for (const std::uint32_t value : by_addition_) calls.push_back(values_[value].add_call);
    earliest_call_ = MinimumTree(calls);
    fill_coverage();
    for (const Run& run : runs) {
      if (!nest_run(run)) return false;
    }
    write_moments(UINT64_MAX);
    return true;
  }

  /// How many values are certainly there, by gap; gaps only where an addition or removal has an
  /// end.
  void fill_coverage() {
    for (const std::uint32_t value : by_addition_) {
      gaps_.push_back(values_[value].add_response);
      gaps_.push_back(values_[value].take_call);
    }
    std::sort(gaps_.begin(), gaps_.end(), [&](std::uint64_t left, std::uint64_t right) {
      patience_.spend();
      return left < right;
    });
    gaps_.erase(std::unique(gaps_.begin(), gaps_.end()), gaps_.end());
    std::vector<std::uint32_t> changes(gaps_.size() + 1, 0);
    for (const std::uint32_t value : by_addition_) {
      patience_.spend(4);
      ++changes[place_of(values_[value].add_response)];
      --changes[place_of(values_[value].take_call)];
    }
    std::partial_sum(changes.begin(), changes.end(), changes.begin());
    coverage_ = Coverage(changes);
  }
  [[nodiscard]] std::size_t place_of(std::uint64_t gap) const {
    return static_cast<std::size_t>(std::lower_bound(gaps_.begin(), gaps_.end(), gap) -
                                    gaps_.begin());
  }

  /// A run to be judged, or, once that is done, the removal of the value below it.
  struct Task {
    Run run;
    std::uint32_t closing;
  };

  bool nest_run(const Run& whole) {
    std::vector<Task> tasks{{whole, ContainerValue::none}};
    while (!tasks.empty()) {
      patience_.spend(16);
      const Task task = tasks.back();
      tasks.pop_back();
      if (task.closing != ContainerValue::none) {
        // Behind it the stack may be empty: what needs that comes later.
        write(task.closing, task.run.end - 1);
        continue;
      }
      const std::uint32_t bottom = take_bottom(task.run);
      if (bottom == ContainerValue::none) {
        blame(task.run);
        return false;
      }
      const ContainerValue& value = values_[bottom];
      write(value.added_by, task.run.begin - 1);
      const bool is_taken = task.run.end < ContainerValue::never;
      if (is_taken) tasks.push_back({task.run, value.taken_by});
      const std::size_t first_inner = tasks.size();
      push_inner_runs(task.run, tasks);
      std::reverse(tasks.begin() + static_cast<std::ptrdiff_t>(first_inner), tasks.end());
    }
    return true;
  }

  /// Takes away a value that can stand below all others of the run.
  std::uint32_t take_bottom(const Run& run) {
    const auto first = std::lower_bound(by_addition_.begin(), by_addition_.end(), run.begin,
                                        [&](std::uint32_t value, std::uint64_t time) {
                                          return values_[value].add_response < time;
                                        });
    const auto begin = static_cast<std::size_t>(first - by_addition_.begin());
    // Additions under way when the run begins: no more than there are clients.
    for (std::size_t place = earliest_call_.find_below(begin, run.begin);
         place < by_addition_.size(); place = earliest_call_.find_below(place + 1, run.begin)) {
      patience_.spend();
      const ContainerValue& value = values_[by_addition_[place]];
      if (value.add_response >= run.end) break;
      const bool stays = value.take_response >= ContainerValue::never;
      if (value.take_response < run.end && !stays) continue;
      is_removed_[by_addition_[place]] = true;
      earliest_call_.set(place, UINT64_MAX);
      coverage_.add(place_of(value.add_response), place_of(value.take_call), UINT32_MAX);
      return by_addition_[place];
    }
    return ContainerValue::none;
  }

  void push_inner_runs(const Run& run, std::vector<Task>& tasks) const {
    const std::size_t end = place_of(run.end);
    std::size_t place = coverage_.find(place_of(run.begin), false);
    while (place < end) {
      patience_.spend(4);
      const std::size_t free = coverage_.find(place, true);
      tasks.push_back({{gaps_[place], gaps_[free]}, ContainerValue::none});
      place = coverage_.find(free, false);
    }
  }

  void write(std::uint32_t operation, std::uint64_t moments_until) {
    write_moments(moments_until);
    answer_.order.push_back(operation);
  }
  void write_moments(std::uint64_t gap) {
    for (; next_moment_ < moments_.size() && moments_[next_moment_].gap <= gap; ++next_moment_) {
      const Moment& moment = moments_[next_moment_];
      answer_.order.push_back(moment.first);
      if (moment.second != ContainerValue::none) answer_.order.push_back(moment.second);
    }
  }

  const ContainerPart& container_;
  const std::vector<ContainerValue>& values_;
  const Part& part_;
  Patience& patience_;
  std::vector<bool> is_removed_;
  std::vector<Moment> moments_;
  std::size_t next_moment_ = 0;
  std::vector<std::uint32_t> by_addition_;
  /// By place in by_addition_: when its addition was invoked, if it is still there.
  MinimumTree earliest_call_;
  std::vector<std::uint64_t> gaps_;
  Coverage coverage_;
  ContainerAnswer answer_;
};

bool is_untaken(const ContainerValue& value) { return value.taken_by == ContainerValue::none; }

/// As if every value that nobody took could go as soon as any open removal was invoked: what fails
/// even so fails.
ContainerPart relaxed(ContainerPart container, const Part& part) {
  const std::uint32_t first = container.open_takes.front();
  for (ContainerValue& value : container.values) {
    if (!is_untaken(value)) continue;
    value.taken_by = first;
    value.take_call = std::max<std::uint64_t>(value.add_call, part.operations[first].invoked_at);
    value.take_response = ContainerValue::never;
  }
  return container;
}

/// A value that nobody took and that must go, and the one below it that was taken until then.
struct MustGo {
  std::uint64_t deadline = UINT64_MAX;
  std::uint32_t value = ContainerValue::none;
  std::uint32_t below = ContainerValue::none;
};

/// All of them: what was certainly added after another value, and before that one's removal began.
std::vector<MustGo> values_that_must_go(const std::vector<ContainerValue>& values,
                                        Patience& patience) {
  std::vector<std::uint32_t> by_call(values.size());
  std::iota(by_call.begin(), by_call.end(), 0U);
  std::vector<std::uint32_t> taken = by_call;
  std::erase_if(taken, [&](std::uint32_t value) { return is_untaken(values[value]); });
  std::sort(by_call.begin(), by_call.end(), [&](std::uint32_t left, std::uint32_t right) {
    patience.spend();
    return values[left].add_call < values[right].add_call;
  });
  std::sort(taken.begin(), taken.end(), [&](std::uint32_t left, std::uint32_t right) {
    patience.spend();
    return values[left].add_response < values[right].add_response;
  });
  // Of those added so far: the one taken first among those whose removal began after some time.
  std::map<std::uint64_t, std::uint32_t> below;  // by that time; deadlines grow with it
  std::vector<MustGo> found;
  std::size_t added = 0;
  for (const std::uint32_t place : by_call) {
    const ContainerValue& value = values[place];
    patience.spend(4);
    if (!is_untaken(value)) continue;
    for (; added < taken.size() && values[taken[added]].add_response < value.add_call; ++added) {
      const ContainerValue& lower = values[taken[added]];
      auto at = below.lower_bound(lower.take_call);
      if (at != below.end() && values[at->second].take_response < lower.take_response) continue;
      while (at != below.begin() &&
             values[std::prev(at)->second].take_response > lower.take_response) {
        below.erase(std::prev(at));
      }
      below.emplace(lower.take_call, taken[added]);
    }
    const auto at = below.upper_bound(value.add_response);
    if (at != below.end()) found.push_back({values[at->second].take_response, place, at->second});
  }
  std::sort(found.begin(), found.end(),
            [](const MustGo& left, const MustGo& right) { return left.deadline < right.deadline; });
  return found;
}

/// More values must go than open removals could have taken by then; nothing if not.
std::optional<ContainerAnswer> refute_by_count(const ContainerPart& container, const Part& part,
                                               Patience& patience) {
  const std::vector<MustGo> must_go = values_that_must_go(container.values, patience);
  std::vector<std::uint32_t> involved;
  for (std::size_t place = 0; place < must_go.size(); ++place) {
    involved.push_back(must_go[place].value);
    involved.push_back(must_go[place].below);
    const bool in_time =
        place < container.open_takes.size() &&
        part.operations[container.open_takes[place]].invoked_at < must_go[place].deadline;
    if (in_time) continue;
    ContainerAnswer answer;
    answer.culprits = culprits_of(container, involved, container.open_takes);
    return answer;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ContainerAnswer> judge_stack(const ContainerPart& container, const Part& part,
                                           Patience& patience) {
  ContainerAnswer answer = StackJudge(container, part, patience).judge();
  const bool none_left = std::none_of(container.values.begin(), container.values.end(), is_untaken);
  const bool final = answer.linearizable || container.open_takes.empty() || none_left ||
                     !container.culprits.empty();
  if (final) return answer;
  if (auto refuted = refute_by_count(container, part, patience)) return refuted;
  answer = StackJudge(relaxed(container, part), part, patience).judge();
  if (!answer.linearizable) return answer;
  ContainerPart assigned = container;
  assign_open_takes(assigned, part, patience);
  answer = StackJudge(assigned, part, patience).judge();
  if (answer.linearizable) return answer;
  return std::nullopt;
}

}  // namespace stampede::checkers
