// The automaton of locks. Tokens are given in the order of the acquisitions, so what happens next
// is nearly always known: a free lock is acquired under the next token, by the one who was given
// it, and a lock held under a token is released by the one who named it.
//
// 1. If a completed acquire was given the next token, no other acquire is tried.
// 2. If a completed release succeeded under this very token, no other release is tried. Else those
//    that succeed under any token are all alike; completed ones come before open ones, which can
//    take their place later.
// 3. Whatever changes nothing (reads, refusals) is linearized as soon as it is legal.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// See windowed_search.hpp for what an automaton offers.
class LockAutomaton {
 public:
  /// Nothing if an operation of the part is none that locks have.
  static std::optional<LockAutomaton> make(const engine::History& history,
                                           const engine::ServiceType& type, const Part& part,
                                           Patience& patience);

  /// Begins where this operation was given its token. False, and as it was, if it was given none.
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
  void linearized(std::uint32_t) {}
  void undone(std::uint32_t) {}
  [[nodiscard]] std::uint64_t memory_bytes() const;

 private:
  enum class Kind : std::uint8_t { read, acquire, release };
  static constexpr std::uint32_t nobody = 0;

  struct Operation {
    Kind kind = Kind::read;
    bool open = false;
    /// acquire: it was granted; release: it succeeded. Open ones would be.
    bool succeeds = false;
    std::uint32_t owner = nobody;
    /// What was read or given; release: what is to be given back, 0 for any.
    std::uint64_t token = 0;
    std::uint64_t responded_at = 0;
  };
  struct State {
    std::uint32_t owner = nobody;
    std::uint64_t token = 0;
    friend auto operator<=>(const State&, const State&) = default;
  };

  bool add(const engine::Shape& shape, bool open, std::uint64_t responded_at);
  std::uint32_t owner_of(const engine::ShapeValue& owner);
  std::uint32_t state_of(const State& state);
  [[nodiscard]] bool releases(const Operation& operation, const State& state) const;

  std::vector<Operation> operations_;
  std::vector<bool> is_ignored_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
  std::map<std::string, std::uint32_t> owners_;
  /// Completed operations that were given a token, and that gave back just this one; the first of
  /// them, should there be more.
  std::unordered_map<std::uint64_t, std::uint32_t> granted_;   // looked up, never iterated
  std::unordered_map<std::uint64_t, std::uint32_t> released_;  // looked up, never iterated
  /// A completed release of any token is in progress.
  bool any_release_ = false;
  std::uint32_t initial_ = 0;
  std::vector<State> states_;
  std::map<State, std::uint32_t> numbers_;
};

}  // namespace stampede::checkers
