#include "checkers/linearizability/rounds.hpp"

#include <algorithm>
#include <numeric>

namespace stampede::checkers {
namespace {

using Status = PartSearch::Status;

/// The searches of all parts, run in turns until one fails or none is left.
class Rounds {
 public:
  Rounds(const engine::History& history, const std::vector<Part>& parts, const Limits& limits,
         const MakeSearch& make_search, Patience& patience)
      : history_(history),
        limits_(limits),
        parts_(parts),
        make_search_(make_search),
        patience_(patience),
        memory_bytes_(preparation_bytes(history)) {}

  PartsResult judge();

 private:
  struct Turn {
    std::uint32_t part = 0;
    std::unique_ptr<PartSearch> search;
    std::uint64_t memory_bytes = 0;
  };

  /// Runs one search for at most `configurations`. True if it is to be continued.
  bool run(Turn& turn, std::uint64_t configurations);
  Status run_search(Turn& turn, std::uint64_t configurations);
  [[nodiscard]] std::vector<Turn> turns_by_size() const;
  void reach_limit(std::string limit) {
    if (result_.limit.empty()) result_.limit = std::move(limit);
  }
  /// The part of this turn stays undecided: what is known of it bounds what is known of all.
  void note_prefix(const Turn& turn);
  /// The same, and keeps what the search held for whoever gets the result. False.
  bool give_up(Turn& turn);
  [[nodiscard]] std::vector<std::size_t> merge_orders() const;

  const engine::History& history_;
  const Limits& limits_;
  const std::vector<Part>& parts_;
  const MakeSearch& make_search_;
  Patience& patience_;
  bool stopped_ = false;
  std::vector<std::vector<std::uint32_t>> orders_;
  /// Of all searches that are not over, and of what was made of the history for them.
  std::uint64_t memory_bytes_;
  std::optional<FailedPart> failed_;
  std::uint64_t known_prefix_ = UINT64_MAX;
  Finding result_;
};

PartsResult Rounds::judge() {
  orders_.resize(parts_.size());
  std::vector<Turn> turns = turns_by_size();
  constexpr std::uint64_t first_turn = 20'000;
  for (std::uint64_t configurations = first_turn; !turns.empty(); configurations *= 4) {
    std::vector<Turn> unfinished;
    for (Turn& turn : turns) {
      if (run(turn, configurations)) unfinished.push_back(std::move(turn));
      if (failed_) return {std::move(result_), failed_};
    }
    turns = std::move(unfinished);
  }
  if (result_.limit.empty()) {
    result_.verdict = Verdict::ok;
    known_prefix_ = history_.event_count();
    result_.witness = merge_orders();
  }
  result_.known_prefix = std::min(known_prefix_, history_.event_count());
  return {std::move(result_), std::nullopt};
}

/// Small parts first: they are cheap to refute, and give their memory back.
std::vector<Rounds::Turn> Rounds::turns_by_size() const {
  std::vector<std::uint32_t> numbers(parts_.size());
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::stable_sort(numbers.begin(), numbers.end(), [&](std::uint32_t left, std::uint32_t right) {
    patience_.spend();
    return parts_[left].operations.size() < parts_[right].operations.size();
  });
  std::vector<Turn> turns(parts_.size());
  for (std::size_t place = 0; place < turns.size(); ++place) turns[place].part = numbers[place];
  return turns;
}

void Rounds::note_prefix(const Turn& turn) {
  const Part& part = parts_[turn.part];
  const std::size_t reached = turn.search ? turn.search->reached() : 0;
  if (reached == 0) {
    for (const PartOperation& operation : part.operations) {
      if (!operation.is_open()) {
        known_prefix_ = std::min<std::uint64_t>(known_prefix_, operation.responded_at);
      }
    }
    return;
  }
  const std::vector<std::uint32_t> responses = responses_of(part);
  if (reached >= responses.size()) return;
  known_prefix_ =
      std::min<std::uint64_t>(known_prefix_, part.operations[responses[reached]].responded_at);
}

Status Rounds::run_search(Turn& turn, std::uint64_t configurations) {
  try {
    if (!turn.search) turn.search = make_search_(turn.part);
    memory_bytes_ -= std::exchange(turn.memory_bytes, 0);
    return turn.search->run(configurations, limits_.max_memory_bytes - memory_bytes_);
  } catch (const Stopped& stopped) {
    stopped_ = true;
    reach_limit(stopped.reason());
    return Status::paused;
  }
}

bool Rounds::give_up(Turn& turn) {
  note_prefix(turn);
  if (turn.search) result_.remains.emplace_back(std::move(turn.search));
  return false;
}

bool Rounds::run(Turn& turn, std::uint64_t configurations) {
  if (stopped_) return give_up(turn);
  const std::uint64_t left = limits_.max_configurations - result_.configurations;
  if (left == 0) {
    reach_limit("max_configurations = " + std::to_string(limits_.max_configurations));
    return give_up(turn);
  }
  const std::uint64_t before = turn.search ? turn.search->configurations() : 0;
  const Status status = run_search(turn, std::min(configurations, left));
  if (turn.search) result_.configurations += turn.search->configurations() - before;
  if (stopped_) return give_up(turn);
  switch (status) {
    case Status::paused:
      turn.memory_bytes =
          std::min(turn.search->memory_bytes(), limits_.max_memory_bytes - memory_bytes_);
      memory_bytes_ += turn.memory_bytes;
      return true;
    case Status::out_of_memory:
      reach_limit("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
      note_prefix(turn);
      break;
    case Status::linearizable:
      orders_[turn.part] = turn.search->take_order();
      break;
    case Status::impossible: {
      failed_ = FailedPart{turn.part, turn.search->configurations(), turn.search->reached()};
      result_.verdict = Verdict::violated;
      result_.limit.clear();
      result_.key = parts_[turn.part].key;
      break;
    }
  }
  turn.search.reset();
  return false;
}

/// One order of all parts. Let each operation take effect at the latest invocation among those up
/// to it in the order of its part. That is before its own response, since otherwise the operation
/// invoked so late would have to come after it; so the points agree with real time, and sorting by
/// them (a part's own order where they are equal) merges the orders.
std::vector<std::size_t> Rounds::merge_orders() const {
  std::vector<std::size_t> merged;
  if (parts_.size() == 1) {
    merged.reserve(orders_[0].size());
    for (const std::uint32_t index : orders_[0]) {
      merged.push_back(parts_[0].operations[index].position);
    }
    return merged;
  }
  std::vector<std::uint32_t> place_of_event(history_.event_count() + 1, 0);
  const auto for_each_point = [&](const auto& visit) {
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      std::uint64_t point = 0;
      for (const std::uint32_t index : orders_[part]) {
        patience_.spend();
        const PartOperation& operation = parts_[part].operations[index];
        point = std::max<std::uint64_t>(point, operation.invoked_at);
        visit(point, operation.position);
      }
    }
  };
  for_each_point([&](std::uint64_t point, std::uint32_t) { ++place_of_event[point + 1]; });
  std::partial_sum(place_of_event.begin(), place_of_event.end(), place_of_event.begin());
  merged.resize(place_of_event.back());
  for_each_point([&](std::uint64_t point, std::uint32_t position) {
    merged[place_of_event[point]++] = position;
  });
  return merged;
}

}  // namespace

std::uint64_t preparation_bytes(const engine::History& history) {
  constexpr std::uint64_t bytes_per_operation = 160;
  return bytes_per_operation * history.operations().size();
}

std::optional<Finding> refuse_too_large(const engine::History& history, const Limits& limits) {
  Finding result;
  if (history.event_count() > events_max) {
    result.limit = "more than " + std::to_string(events_max) + " events";
    return result;
  }
  if (preparation_bytes(history) <= limits.max_memory_bytes) return std::nullopt;
  result.limit = "max_memory_bytes = " + std::to_string(limits.max_memory_bytes);
  return result;
}

PartsResult check_parts(const engine::History& history, const std::vector<Part>& parts,
                        const Limits& limits, const MakeSearch& make_search, Patience& patience) {
  return Rounds(history, parts, limits, make_search, patience).judge();
}

}  // namespace stampede::checkers
