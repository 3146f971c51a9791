// The automaton of any service: its states as the specification numbers them. Right for everything;
// each new state costs an application of the service.
#pragma once

#include <vector>

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/linearizability/search/state_pool.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// See windowed_search.hpp for what an automaton offers.
class ServiceAutomaton {
 public:
  ServiceAutomaton(const engine::History& history, const engine::ServiceType& type,
                   const Part& part, Patience& patience);

  [[nodiscard]] std::uint32_t initial() const { return 0; }
  [[nodiscard]] const std::vector<bool>& is_ignored() const { return is_ignored_; }
  std::uint32_t force(std::uint32_t operation, std::uint32_t state);
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t /*state*/,
                                std::uint32_t /*blocking*/) const {
    return !operations_[operation].pure;
  }
  std::uint32_t choose(std::uint32_t operation, std::uint32_t state);
  [[nodiscard]] std::uint64_t deadline(std::uint32_t operation) const {
    return operations_[operation].responded_at;
  }
  void look_at(std::uint32_t /*state*/, const std::vector<std::uint32_t>& /*in_progress*/) {}
  [[nodiscard]] std::uint32_t kind(std::uint32_t operation) const { return kinds_[operation]; }
  [[nodiscard]] std::uint32_t kind_count() const { return kind_count_; }
  void linearized(std::uint32_t) {}
  void undone(std::uint32_t) {}
  [[nodiscard]] std::uint64_t memory_bytes() const;

  [[nodiscard]] std::uint64_t bytes_to_grow(std::size_t choices) const;

 private:
  struct Entry {
    engine::Operation operation;
    /// Empty if open.
    engine::Result result;
    std::uint64_t responded_at = 0;
    /// Completed, and by its result it never changes any state.
    bool pure = false;
  };

  const engine::ServiceType* type_;
  Patience* patience_;
  StatePool states_;
  /// By state and operation: the next state, or no_state.
  NumberMap transitions_;
  std::vector<Entry> operations_;
  std::vector<bool> is_ignored_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
};

}  // namespace stampede::checkers
