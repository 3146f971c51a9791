// The automaton of counters. States are numbers of sums; additions commute, which leaves little to
// choose:
//
// 1. While no read is in progress only the addition at the frontier is tried: whatever else comes
//    before it can as well come behind it.
// 2. Where no amount is negative the sum never falls, so it never passes the smallest sum that a
//    completed read still has to see.
#pragma once

#include <optional>
#include <vector>

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/number_map.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// See windowed_search.hpp for what an automaton offers.
class CounterAutomaton {
 public:
  /// Nothing if an operation of the part is neither an addition nor a read of a sum.
  static std::optional<CounterAutomaton> make(const engine::History& history,
                                              const engine::ServiceType& type, const Part& part,
                                              Patience& patience);

  /// Begins with the sum that this operation saw. False, and as it was, if it saw none.
  bool begin_with(std::uint32_t operation);

  [[nodiscard]] std::uint32_t initial() const { return initial_; }
  [[nodiscard]] const std::vector<bool>& is_ignored() const { return is_ignored_; }
  [[nodiscard]] std::uint32_t force(std::uint32_t operation, std::uint32_t state) const;
  void look_at(std::uint32_t state, const std::vector<std::uint32_t>& in_progress);
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t blocking) const;
  std::uint32_t choose(std::uint32_t operation, std::uint32_t state);
  [[nodiscard]] std::uint64_t deadline(std::uint32_t operation) const {
    return operations_[operation].responded_at;
  }
  [[nodiscard]] std::uint32_t kind(std::uint32_t operation) const { return kinds_[operation]; }
  [[nodiscard]] std::uint32_t kind_count() const { return kind_count_; }
  void linearized(std::uint32_t operation);
  void undone(std::uint32_t operation);
  [[nodiscard]] std::uint64_t memory_bytes() const;
  [[nodiscard]] std::uint64_t bytes_to_grow(std::size_t choices) const;

 private:
  struct Operation {
    bool is_read = false;
    bool open = false;
    /// The amount, or the sum that was read; sums wrap around.
    std::uint64_t number = 0;
    /// Reads: the place of the sum in `sums_read_`.
    std::uint32_t place = 0;
    std::uint64_t responded_at = 0;
  };
  struct SumRead {
    std::uint64_t sum;
    std::uint32_t left;
  };

  std::uint32_t state_of(std::uint64_t sum);
  void collect_sums();

  Patience* patience_ = nullptr;
  std::vector<Operation> operations_;
  std::vector<bool> is_ignored_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
  /// No amount is negative, and all of them together do not wrap around.
  bool only_grows_ = true;
  bool read_in_progress_ = false;
  std::uint32_t initial_ = 0;
  /// Ascending, with the number of completed reads that are not linearized; none are left before
  /// `first_left_`.
  std::vector<SumRead> sums_read_;
  std::size_t first_left_ = 0;
  std::vector<std::uint64_t> sums_;  // by state
  NumberMap states_;
};

}  // namespace stampede::checkers
