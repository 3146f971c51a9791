#include "checkers/linearizability/specialists/container_part.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "checkers/value_pool.hpp"

namespace stampede::checkers {

using engine::Shape;

namespace {

/// Is it the addition or the removal of a container of the kind? Nothing if it is neither.
std::optional<bool> adds(Shape::Kind kind, bool is_stack) {
  if (kind == (is_stack ? Shape::Kind::push : Shape::Kind::enqueue)) return true;
  if (kind == (is_stack ? Shape::Kind::pop : Shape::Kind::dequeue)) return false;
  return std::nullopt;
}

class Settler {
 public:
  Settler(const Container& container, const Part& part, Patience& patience, std::uint32_t end)
      : container_(container), part_(part), patience_(patience), end_(end) {}

  ContainerPart settle() {
    settled_.values.resize(container_.value_count);
    for (std::uint32_t index = 0; index < part_.operations.size(); ++index) {
      patience_.spend();
      if (part_.operations[index].invoked_at > end_) break;
      if (container_.entries[index].adds) {
        note_addition(index);
      } else {
        note_removal(index);
      }
    }
    if (!twice_.empty()) blame_twice();
    drop_and_fit();
    return std::move(settled_);
  }

 private:
  [[nodiscard]] bool is_open(std::uint32_t index) const {
    return part_.operations[index].responded_at > end_;
  }

  void note_addition(std::uint32_t index) {
    ContainerValue& added = settled_.values[container_.entries[index].value];
    added.added_by = index;
    added.add_call = part_.operations[index].invoked_at;
    if (!is_open(index)) added.add_response = part_.operations[index].responded_at;
  }

  void note_removal(std::uint32_t index) {
    const std::uint32_t number = container_.entries[index].value;
    if (is_open(index)) {
      settled_.open_takes.push_back(index);
    } else if (number == Container::nothing) {
      settled_.empties.push_back(index);
    } else {
      ContainerValue& taken = settled_.values[number];
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
  void drop_and_fit() {
    std::erase_if(settled_.values, [&](const ContainerValue& value) {
      patience_.spend();
      return value.taken_by == ContainerValue::none && value.add_response == ContainerValue::never;
    });
    for (ContainerValue& value : settled_.values) {
      if (value.added_by == ContainerValue::none) {
        settled_.culprits = {value.taken_by};
      } else if (value.take_response < value.add_call) {
        settled_.culprits = {value.added_by, value.taken_by};
      }
      if (value.taken_by == ContainerValue::none) continue;
      value.add_response = std::min(value.add_response, value.take_response);
      value.take_call = std::max(value.take_call, value.add_call);
    }
  }

  void blame_twice() {
    settled_.culprits = twice_;
    for (const ContainerValue& value : settled_.values) {
      const bool concerned = value.taken_by == twice_.front();
      if (concerned && value.added_by != ContainerValue::none) {
        settled_.culprits.push_back(value.added_by);
      }
    }
  }

  const Container& container_;
  const Part& part_;
  Patience& patience_;
  std::uint32_t end_;
  ContainerPart settled_;
  /// Two removals of one value.
  std::vector<std::uint32_t> twice_;
};

}  // namespace

std::optional<Container> make_container(const engine::History& history,
                                        const engine::ServiceType& type, const Part& part,
                                        Patience& patience) {
  if (type.shape == nullptr) return std::nullopt;
  Container container;
  ValuePool texts;
  std::vector<bool> is_added;
  for (const PartOperation& entry : part.operations) {
    patience.spend();
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    const bool open = entry.is_open();
    const auto [result, shape] = shape_of(type, seen, open);
    if (container.entries.empty()) {
      container.is_stack = shape.kind == Shape::Kind::push || shape.kind == Shape::Kind::pop;
    }
    const std::optional<bool> addition = adds(shape.kind, container.is_stack);
    if (!addition) return std::nullopt;
    Container::Entry& made = container.entries.emplace_back();
    made.adds = *addition;
    if (!made.adds && (open || shape.reads.is_nothing())) continue;
    made.value = texts.intern((made.adds ? shape.writes : shape.reads).text());
    is_added.resize(texts.size(), false);
    if (!made.adds) continue;
    if (is_added[made.value]) return std::nullopt;
    is_added[made.value] = true;
  }
  container.value_count = static_cast<std::uint32_t>(texts.size());
  return container;
}

ContainerPart make_container_part(const Container& container, const Part& part, Patience& patience,
                                  std::uint32_t end) {
  return Settler(container, part, patience, end).settle();
}

void assign_open_takes(ContainerPart& container, const Part& part, Patience& patience) {
  std::vector<ContainerValue*> left;
  for (ContainerValue& value : container.values) {
    if (value.taken_by == ContainerValue::none) left.push_back(&value);
  }
  std::sort(left.begin(), left.end(), [&](const ContainerValue* one, const ContainerValue* other) {
    patience.spend();
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

CertainGaps::CertainGaps(const std::vector<ContainerValue>& values, Patience& patience) {
  std::vector<Run> runs;
  for (const ContainerValue& value : values) {
    if (value.is_certain()) runs.push_back({value.add_response, value.take_call});
  }
  std::sort(runs.begin(), runs.end(), [&](const Run& left, const Run& right) {
    patience.spend();
    return left.begin < right.begin;
  });
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
                                          const CertainGaps::Run& gaps, Patience& patience) {
  std::vector<std::uint32_t> chain;
  for (std::uint64_t covered = gaps.begin; covered < gaps.end;) {
    std::uint32_t best = ContainerValue::none;
    for (const std::uint32_t place : among) {
      patience.spend();
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

PlacedEmpties place_empties(const ContainerPart& container, const Part& part,
                            const CertainGaps& certain, Patience& patience) {
  PlacedEmpties placed;
  for (const std::uint32_t index : container.empties) {
    patience.spend();
    const PartOperation& operation = part.operations[index];
    const std::uint64_t gap = certain.next_free(operation.invoked_at);
    if (gap >= operation.responded_at) {
      std::vector<std::uint32_t> there;
      for (std::uint32_t value = 0; value < container.values.size(); ++value) {
        if (container.values[value].is_certain()) there.push_back(value);
      }
      const CertainGaps::Run gaps{operation.invoked_at, operation.responded_at};
      placed.culprits =
          culprits_of(container, covering_chain(container.values, there, gaps, patience), {index});
      return placed;
    }
    placed.empties.push_back({gap, index});
  }
  using Empty = PlacedEmpties::Empty;
  std::sort(placed.empties.begin(), placed.empties.end(),
            [&](const Empty& left, const Empty& right) {
              patience.spend();
              return left.gap < right.gap;
            });
  return placed;
}

}  // namespace stampede::checkers
