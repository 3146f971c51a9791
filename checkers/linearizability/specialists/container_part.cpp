#include "checkers/linearizability/specialists/container_part.hpp"

#include <algorithm>

#include "checkers/linearizability/specialists/queues.hpp"
#include "checkers/linearizability/specialists/stacks.hpp"
#include "checkers/open_shape.hpp"
#include "checkers/value_pool.hpp"

namespace stampede::checkers {

using engine::Shape;

namespace {

class Maker {
 public:
  Maker(const engine::History& history, const engine::ServiceType& type, const Part& part)
      : history_(history), type_(type), part_(part) {}

  std::optional<ContainerPart> make(Shape::Kind add, Shape::Kind take) {
    for (std::uint32_t index = 0; index < part_.operations.size(); ++index) {
      const PartOperation& entry = part_.operations[index];
      const engine::HistoryOperation& seen = history_.operations()[entry.position];
      const auto [result, shape] = shape_of(type_, seen, entry.is_open());
      if (shape.kind == add) {
        if (!note_addition(shape.writes, index)) return std::nullopt;
      } else if (shape.kind == take) {
        note_removal(shape.reads, index);
      } else {
        return std::nullopt;
      }
    }
    settle();
    return std::move(container_);
  }

 private:
  ContainerValue& value(const engine::ShapeValue& seen) {
    const std::uint32_t number = texts_.intern(seen.text());
    if (number == container_.values.size()) container_.values.emplace_back();
    return container_.values[number];
  }

  bool note_addition(const engine::ShapeValue& seen, std::uint32_t index) {
    ContainerValue& added = value(seen);
    if (added.added_by != ContainerValue::none) return false;
    added.added_by = index;
    added.add_call = part_.operations[index].invoked_at;
    if (!part_.operations[index].is_open()) {
      added.add_response = part_.operations[index].responded_at;
    }
    return true;
  }

  void note_removal(const engine::ShapeValue& seen, std::uint32_t index) {
    if (part_.operations[index].is_open()) {
      container_.open_takes.push_back(index);
    } else if (seen.is_nothing()) {
      container_.empties.push_back(index);
    } else {
      ContainerValue& taken = value(seen);
      if (taken.taken_by != ContainerValue::none) {
        twice_ = {taken.taken_by, index};
        return;
      }
      taken.taken_by = index;
      taken.take_call = part_.operations[index].invoked_at;
      taken.take_response = part_.operations[index].responded_at;
    }
  }

  /// Leaves out what was perhaps never added, and makes the intervals of a value fit each other.
  void settle() {
    if (!twice_.empty()) blame_twice();
    std::erase_if(container_.values, [](const ContainerValue& value) {
      return value.taken_by == ContainerValue::none && value.add_response == ContainerValue::never;
    });
    for (ContainerValue& value : container_.values) {
      if (value.added_by == ContainerValue::none) {
        container_.culprits = {value.taken_by};
      } else if (value.take_response < value.add_call) {
        container_.culprits = {value.added_by, value.taken_by};
      }
      if (value.taken_by == ContainerValue::none) continue;
      value.add_response = std::min(value.add_response, value.take_response);
      value.take_call = std::max(value.take_call, value.add_call);
    }
  }

  void blame_twice() {
    container_.culprits = twice_;
    for (const ContainerValue& value : container_.values) {
      const bool concerned = value.taken_by == twice_.front();
      if (concerned && value.added_by != ContainerValue::none) {
        container_.culprits.push_back(value.added_by);
      }
    }
  }

  const engine::History& history_;
  const engine::ServiceType& type_;
  const Part& part_;
  ValuePool texts_;
  ContainerPart container_;
  /// Two removals of one value.
  std::vector<std::uint32_t> twice_;
};

}  // namespace

std::optional<ContainerPart> make_container_part(const engine::History& history,
                                                 const engine::ServiceType& type, const Part& part,
                                                 Shape::Kind add, Shape::Kind take) {
  if (type.shape == nullptr) return std::nullopt;
  return Maker(history, type, part).make(add, take);
}

std::optional<ContainerAnswer> judge_container(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part) {
  if (auto queue =
          make_container_part(history, type, part, Shape::Kind::enqueue, Shape::Kind::dequeue)) {
    return judge_queue(std::move(*queue), part);
  }
  if (const auto stack =
          make_container_part(history, type, part, Shape::Kind::push, Shape::Kind::pop)) {
    return judge_stack(*stack, part);
  }
  return std::nullopt;
}

void assign_open_takes(ContainerPart& container, const Part& part) {
  std::vector<ContainerValue*> left;
  for (ContainerValue& value : container.values) {
    if (value.taken_by == ContainerValue::none) left.push_back(&value);
  }
  std::sort(left.begin(), left.end(), [](const ContainerValue* one, const ContainerValue* other) {
    return one->add_response < other->add_response;
  });
  const std::size_t count = std::min(left.size(), container.open_takes.size());
  for (std::size_t place = 0; place < count; ++place) {
    ContainerValue& value = *left[place];
    value.taken_by = container.open_takes[place];
    value.take_call =
        std::max<std::uint64_t>(value.add_call, part.operations[value.taken_by].invoked_at);
    value.take_response = ContainerValue::never;
  }
}

CertainGaps::CertainGaps(const std::vector<ContainerValue>& values) {
  std::vector<Run> runs;
  for (const ContainerValue& value : values) {
    if (value.is_certain()) runs.push_back({value.add_response, value.take_call});
  }
  std::sort(runs.begin(), runs.end(),
            [](const Run& left, const Run& right) { return left.begin < right.begin; });
  for (const Run& run : runs) {
    if (!runs_.empty() && run.begin <= runs_.back().end) {
      runs_.back().end = std::max(runs_.back().end, run.end);
    } else {
      runs_.push_back(run);
    }
  }
}

std::uint64_t CertainGaps::next_free(std::uint64_t gap) const {
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), gap,
                       [](std::uint64_t wanted, const Run& run) { return wanted < run.begin; });
  if (after == runs_.begin()) return gap;
  return std::max(gap, (after - 1)->end);
}

std::vector<std::uint32_t> covering_chain(const std::vector<ContainerValue>& values,
                                          const std::vector<std::uint32_t>& among,
                                          const CertainGaps::Run& gaps) {
  std::vector<std::uint32_t> chain;
  for (std::uint64_t covered = gaps.begin; covered < gaps.end;) {
    std::uint32_t best = ContainerValue::none;
    for (const std::uint32_t place : among) {
      if (values[place].add_response > covered) continue;
      if (best == ContainerValue::none || values[place].take_call > values[best].take_call) {
        best = place;
      }
    }
    ASSERT(best != ContainerValue::none && values[best].take_call > covered);
    chain.push_back(best);
    covered = values[best].take_call;
  }
  return chain;
}

std::vector<std::uint32_t> culprits_of(const ContainerPart& container,
                                       const std::vector<std::uint32_t>& values,
                                       std::vector<std::uint32_t> others) {
  const auto is_left = [](const ContainerValue& value) {
    return value.take_response >= ContainerValue::never;
  };
  std::uint64_t last_left = 0;
  for (const std::uint32_t place : values) {
    const ContainerValue& value = container.values[place];
    others.push_back(value.added_by);
    if (is_left(value)) {
      last_left = std::max(last_left, value.add_response);
    } else {
      others.push_back(value.taken_by);
    }
  }
  if (last_left > 0 && !container.open_takes.empty()) {
    for (const ContainerValue& value : container.values) {
      if (is_left(value) && value.add_response <= last_left) others.push_back(value.added_by);
    }
    others.insert(others.end(), container.open_takes.begin(), container.open_takes.end());
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return others;
}

}  // namespace stampede::checkers
