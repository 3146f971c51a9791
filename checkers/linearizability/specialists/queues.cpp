#include "checkers/linearizability/specialists/queues.hpp"

#include <algorithm>
#include <numeric>

namespace stampede::checkers {
namespace {

class QueueJudge {
 public:
  QueueJudge(ContainerPart container, const Part& part, Patience& patience)
      : container_(std::move(container)),
        values_(container_.values),
        part_(part),
        patience_(patience) {}

  ContainerAnswer judge() {
    if (!container_.culprits.empty()) {
      answer_.culprits = container_.culprits;
      return std::move(answer_);
    }
    assign_open_takes(container_, part_, patience_);
    PlacedEmpties placed =
        place_empties(container_, part_, CertainGaps(values_, patience_), patience_);
    answer_.culprits = std::move(placed.culprits);
    answer_.linearizable = answer_.culprits.empty() && order_all(placed.empties);
    return std::move(answer_);
  }

 private:
  /// The values between one gap where the queue is empty and the next, one such stretch after the
  /// other.
  bool order_all(const std::vector<PlacedEmpties::Empty>& empties) {
    std::vector<std::uint32_t> by_removal(values_.size());
    std::iota(by_removal.begin(), by_removal.end(), 0U);
    std::sort(by_removal.begin(), by_removal.end(), [&](std::uint32_t left, std::uint32_t right) {
      patience_.spend();
      return values_[left].take_call < values_[right].take_call;
    });
    std::size_t next = 0;
    for (const PlacedEmpties::Empty& empty : empties) {
      std::vector<std::uint32_t> stretch;
      for (; next < by_removal.size() && values_[by_removal[next]].take_call <= empty.gap; ++next) {
        stretch.push_back(by_removal[next]);
      }
      if (!order_values(stretch)) return false;
      answer_.order.push_back(empty.index);
    }
    return order_values({by_removal.begin() + static_cast<std::ptrdiff_t>(next), by_removal.end()});
  }

  /// Values of a stretch sorted by some time of theirs, and how far a pass over them came.
  struct Sorted {
    std::vector<std::uint32_t> values;
    std::size_t next = 0;
  };
  [[nodiscard]] Sorted sorted_by(const std::vector<std::uint32_t>& stretch,
                                 std::uint64_t ContainerValue::*time) const {
    Sorted sorted{stretch};
    std::sort(sorted.values.begin(), sorted.values.end(),
              [&](std::uint32_t left, std::uint32_t right) {
                patience_.spend();
                return values_[left].*time < values_[right].*time;
              });
    return sorted;
  }

  bool order_values(const std::vector<std::uint32_t>& stretch) {
    enum : std::uint8_t { may_be_added = 1, may_be_taken = 2, gone = 4 };
    constexpr std::uint8_t free = may_be_added | may_be_taken;
    marks_.resize(values_.size(), 0);
    Sorted additions = sorted_by(stretch, &ContainerValue::add_call);
    Sorted added = sorted_by(stretch, &ContainerValue::add_response);
    Sorted removals = sorted_by(stretch, &ContainerValue::take_call);
    Sorted taken = sorted_by(stretch, &ContainerValue::take_response);
    const auto first_left = [&](Sorted& sorted) {
      while ((marks_[sorted.values[sorted.next]] & gone) != 0) ++sorted.next;
      return sorted.values[sorted.next];
    };
    std::vector<std::uint32_t> ready;
    const auto mark = [&](std::uint32_t value, std::uint8_t what) {
      marks_[value] |= what;
      if (marks_[value] == free) ready.push_back(value);
    };
    std::vector<std::uint32_t> order;
    while (order.size() < stretch.size()) {
      patience_.spend();
      const std::uint32_t first_added = first_left(added);
      for (; additions.next < stretch.size() &&
             values_[additions.values[additions.next]].add_call < values_[first_added].add_response;
           ++additions.next) {
        mark(additions.values[additions.next], may_be_added);
      }
      const std::uint32_t first_taken = first_left(taken);
      for (; removals.next < stretch.size() &&
             values_[removals.values[removals.next]].take_call < values_[first_taken].take_response;
           ++removals.next) {
        mark(removals.values[removals.next], may_be_taken);
      }
      if (ready.empty()) {
        answer_.culprits = culprits_of(container_, {first_added, first_taken}, {});
        return false;
      }
      order.push_back(ready.back());
      marks_[ready.back()] |= gone;
      ready.pop_back();
    }
    write(order);
    return true;
  }

  /// Point 2: additions up to each removal's point, then the removal.
  void write(const std::vector<std::uint32_t>& order) {
    std::uint64_t addition_point = 0;
    std::uint64_t removal_point = 0;
    std::uint64_t latest_call = 0;
    std::size_t added = 0;
    for (const std::uint32_t taken : order) {
      const ContainerValue& value = values_[taken];
      latest_call = std::max(latest_call, value.add_call);
      removal_point = std::max({removal_point, latest_call, value.take_call});
      for (; added < order.size(); ++added) {
        const ContainerValue& next = values_[order[added]];
        if (std::max(addition_point, next.add_call) > removal_point) break;
        addition_point = std::max(addition_point, next.add_call);
        answer_.order.push_back(next.added_by);
      }
      if (value.taken_by != ContainerValue::none) answer_.order.push_back(value.taken_by);
    }
  }

  ContainerPart container_;
  const std::vector<ContainerValue>& values_;
  const Part& part_;
  Patience& patience_;
  std::vector<std::uint8_t> marks_;
  ContainerAnswer answer_;
};

}  // namespace

ContainerAnswer judge_queue(ContainerPart container, const Part& part, Patience& patience) {
  return QueueJudge(std::move(container), part, patience).judge();
}

}  // namespace stampede::checkers
