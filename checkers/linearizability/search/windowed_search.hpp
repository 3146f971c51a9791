// Wing and Gong's search (1993) with Lowe's memory of failures (2017), on windows instead of whole
// histories.
//
// The *frontier* is the first response whose operation is not linearized. Everything that responded
// before it is linearized, nothing invoked after it is, so a configuration is (frontier, which of
// the operations in progress are linearized, state): a few words, however long the history,
// compared exactly.
//
// 1. Depth first with an explicit stack; a step is undone from the timeline alone.
// 2. Only configurations that failed are remembered. Each step linearizes one more operation, so a
//    configuration never recurs below itself, and a history without dead ends remembers nothing.
// 3. Some completed operations can be linearized at once without loss (the automaton says which):
//    they are *forced*, never chosen between and never undone on their own.
// 4. An open operation has no response. It may be linearized where it changes the state, and may be
//    left out.
// 5. Of operations in progress that do the same and return the same, the one that responds first is
//    linearized first (open ones last, the one invoked first before the others): any order can be
//    rearranged like that, since where one of them stands another one can.
//
// What states are is the automaton's business. It offers, for operations by their index in the
// part:
//   initial()                       the state at the beginning
//   is_ignored()                    operations left out altogether, by index
//   force(operation, state)         the next state if the operation is legal and may be linearized
//                                   at once, else `no_state`
//   look_at(state, operations)      before the choices of a configuration are made: the operations
//                                   in progress that are not linearized
//   may_choose(operation, state, blocking)
//                                   a cheap necessary condition for choose; `blocking` is the
//                                   operation at the frontier
//   choose(operation, state)        the next state, or `no_state` if the result does not fit
//   deadline(operation)             choices are tried in the order of their deadlines
//   kind(operation)                 the same for operations that do and return the same, and below
//                                   kind_count(); or `own_kind`, if there is no other like it
//   linearized(operation), undone(operation)
//                                   called at each step, for automatons that count what is left
//   memory_bytes()                  what it takes
//   bytes_to_grow(choices)          what its next state may take besides, after so many choices;
//                                   left out where states are not made during the search
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "checkers/linearizability/part_search.hpp"
#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/linearizability/search/configuration_set.hpp"
#include "checkers/linearizability/search/timeline.hpp"

namespace stampede::checkers {

/// `Failures` is another set of configurations in tests that show what goes wrong with it.
template <class Automaton, class Failures = ConfigurationSet>
class WindowedSearch final : public PartSearch {
 public:
  WindowedSearch(const Part& part, Automaton automaton, Patience& patience)
      : patience_(&patience),
        automaton_(std::move(automaton)),
        timeline_(part, automaton_.is_ignored(), patience),
        words_((timeline_.slot_count + 63) / 64),
        state_(automaton_.initial()),
        in_progress_(words_, 0),
        linearized_(words_, 0),
        operation_in_slot_(timeline_.slot_count, 0),
        first_of_kind_(automaton_.kind_count(), none),
        key_(words_ + 1),
        failed_(words_ + 1, timeline_.open_slot_count) {
    steps_.reserve(part.operations.size());
    responded_at_.reserve(part.operations.size());
    for (const PartOperation& operation : part.operations) {
      responded_at_.push_back(operation.responded_at);
    }
    if (!timeline_.responses.empty()) admit(0);
  }

  Status run(std::uint64_t configurations, std::uint64_t memory_bytes) override {
    const std::uint64_t last = configurations_ + configurations;
    while (true) {
      force_all();
      reached_ = std::max<std::size_t>(reached_, frontier_);
      if (frontier_ == timeline_.responses.size()) return Status::linearizable;
      if (configurations_ >= last) return Status::paused;
      if (this->memory_bytes() + bytes_to_grow() > memory_bytes) return Status::out_of_memory;
      ++configurations_;
      patience_->spend(1 + timeline_.slot_count / 16);
      make_key();
      if (!failed_.contains(key_)) offer_choices();
      if (!take_next_choice()) return Status::impossible;
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> order() const override {
    std::vector<std::uint32_t> order;
    order.reserve(steps_.size());
    for (const Step& step : steps_) order.push_back(step.operation);
    return order;
  }

  [[nodiscard]] std::size_t reached() const override { return reached_; }
  [[nodiscard]] std::uint64_t configurations() const override { return configurations_; }

  [[nodiscard]] std::uint64_t memory_bytes() const override {
    return failed_.bytes() + bytes_of(steps_) + bytes_of(choices_) + bytes_of(choice_points_) +
           bytes_of(timeline_.slots) + bytes_of(timeline_.responses) +
           bytes_of(timeline_.invoked_before) + bytes_of(responded_at_) + bytes_of(first_of_kind_) +
           automaton_.memory_bytes();
  }

 private:
  /// One operation linearized, and what was before.
  struct Step {
    std::uint32_t operation;
    std::uint32_t frontier;
    std::uint32_t state;
  };
  /// A configuration where several operations may be next: its depth in steps, and its part of
  /// `choices_`.
  struct ChoicePoint {
    std::size_t depth;
    std::size_t first;
    std::size_t next;
  };
  static constexpr std::uint32_t none = UINT32_MAX;

  template <class Entry>
  static std::uint64_t bytes_of(const std::vector<Entry>& entries) {
    return sizeof(Entry) * entries.capacity();
  }
  /// What may be allocated besides, for a moment or for good, until the next configuration: a
  /// vector that grows is there twice.
  [[nodiscard]] std::uint64_t bytes_to_grow() const {
    const std::size_t offers = choices_.size() + timeline_.slot_count;
    // All choices may turn out to be wrong at once.
    std::uint64_t bytes = failed_.bytes_to_insert(choice_points_.size() + 1) - failed_.bytes();
    if constexpr (requires { automaton_.bytes_to_grow(offers); }) {
      bytes += automaton_.bytes_to_grow(offers);
    }
    if (offers > choices_.capacity()) bytes += 4 * std::max(2 * choices_.capacity(), offers);
    if (choice_points_.size() == choice_points_.capacity()) bytes += 2 * bytes_of(choice_points_);
    return bytes;
  }
  static constexpr std::uint64_t bit(std::uint32_t slot) { return std::uint64_t{1} << (slot % 64); }

  /// Puts the operations invoked between response `frontier`-1 and response `frontier` in progress.
  void admit(std::uint32_t frontier) {
    for (std::uint32_t operation = invoked_before(frontier);
         operation < timeline_.invoked_before[frontier]; ++operation) {
      const std::uint32_t slot = timeline_.slots[operation];
      if (slot == Timeline::no_slot) continue;
      in_progress_[slot / 64] |= bit(slot);
      operation_in_slot_[slot] = operation;
    }
  }
  /// Undoes admit.
  void dismiss(std::uint32_t frontier) {
    for (std::uint32_t operation = invoked_before(frontier);
         operation < timeline_.invoked_before[frontier]; ++operation) {
      const std::uint32_t slot = timeline_.slots[operation];
      if (slot != Timeline::no_slot) in_progress_[slot / 64] &= ~bit(slot);
    }
  }
  [[nodiscard]] std::uint32_t invoked_before(std::uint32_t frontier) const {
    return frontier == 0 ? 0 : timeline_.invoked_before[frontier - 1];
  }

  void linearize(std::uint32_t operation, std::uint32_t next_state) {
    steps_.push_back({operation, frontier_, state_});
    automaton_.linearized(operation);
    state_ = next_state;
    const std::uint32_t slot = timeline_.slots[operation];
    linearized_[slot / 64] |= bit(slot);
    while (frontier_ < timeline_.responses.size()) {
      const std::uint32_t responding = timeline_.slots[timeline_.responses[frontier_]];
      if ((linearized_[responding / 64] & bit(responding)) == 0) break;
      linearized_[responding / 64] &= ~bit(responding);
      in_progress_[responding / 64] &= ~bit(responding);
      ++frontier_;
      if (frontier_ < timeline_.responses.size()) admit(frontier_);
    }
  }

  void undo_to(std::size_t depth) {
    while (steps_.size() > depth) {
      const Step step = steps_.back();
      steps_.pop_back();
      for (; frontier_ > step.frontier; --frontier_) {
        if (frontier_ < timeline_.responses.size()) dismiss(frontier_);
        const std::uint32_t operation = timeline_.responses[frontier_ - 1];
        const std::uint32_t slot = timeline_.slots[operation];
        operation_in_slot_[slot] = operation;
        linearized_[slot / 64] |= bit(slot);
        in_progress_[slot / 64] |= bit(slot);
      }
      const std::uint32_t slot = timeline_.slots[step.operation];
      linearized_[slot / 64] &= ~bit(slot);
      state_ = step.state;
      automaton_.undone(step.operation);
    }
  }

  /// Linearizes everything that can be linearized without loss, until nothing is left; nothing open
  /// can. A step that neither changes the state nor moves the frontier allows nothing that was
  /// refused before it, so the scan goes on behind it.
  void force_all() {
    bool again = true;
    const std::size_t first_word = timeline_.open_slot_count / 64;
    while (again && frontier_ < timeline_.responses.size()) {
      again = false;
      patience_->spend();
      for (std::size_t word = first_word; word < words_; ++word) {
        std::uint64_t candidates = in_progress_[word] & ~linearized_[word];
        if (word == first_word) candidates &= ~(bit(timeline_.open_slot_count) - 1);
        for (; candidates != 0; candidates &= candidates - 1) {
          const std::uint32_t operation = operation_at(word, candidates);
          const std::uint32_t next_state = automaton_.force(operation, state_);
          if (next_state == no_state) continue;
          patience_->spend();
          const std::uint32_t frontier = frontier_;
          const bool changed = next_state != state_;
          linearize(operation, next_state);
          again = again || changed || frontier_ != frontier;
        }
      }
    }
  }

  void offer_choices() {
    const std::size_t first = choices_.size();
    const std::uint32_t blocking = timeline_.responses[frontier_];
    candidates_.clear();
    for (std::size_t word = 0; word < words_; ++word) {
      std::uint64_t candidates = in_progress_[word] & ~linearized_[word];
      for (; candidates != 0; candidates &= candidates - 1) {
        candidates_.push_back(operation_at(word, candidates));
      }
    }
    patience_->spend(candidates_.size());
    automaton_.look_at(state_, candidates_);
    for (const std::uint32_t operation : candidates_) {
      if (automaton_.may_choose(operation, state_, blocking)) offer(operation);
    }
    for (std::size_t place = first; place < choices_.size(); ++place) {
      const std::uint32_t kind = automaton_.kind(choices_[place]);
      if (kind != own_kind) first_of_kind_[kind] = none;
    }
    std::sort(choices_.begin() + static_cast<std::ptrdiff_t>(first), choices_.end(),
              [&](std::uint32_t left, std::uint32_t right) {
                patience_->spend();
                return std::pair{automaton_.deadline(left), left} <
                       std::pair{automaton_.deadline(right), right};
              });
    choice_points_.push_back({steps_.size(), first, first});
  }

  /// Offers an operation, or, if one like it is offered already, the one of the two that responds
  /// first.
  void offer(std::uint32_t operation) {
    const std::uint32_t kind = automaton_.kind(operation);
    if (kind == own_kind) {
      choices_.push_back(operation);
      return;
    }
    std::uint32_t& place = first_of_kind_[kind];
    if (place == none) {
      place = static_cast<std::uint32_t>(choices_.size());
      choices_.push_back(operation);
    } else if (std::pair{responded_at_[operation], operation} <
               std::pair{responded_at_[choices_[place]], choices_[place]}) {
      choices_[place] = operation;
    }
  }

  /// Takes the next choice of the last choice point that has one left; false if there is none any
  /// more. Choice points that ran out have failed, and are remembered as that.
  bool take_next_choice() {
    while (!choice_points_.empty()) {
      patience_->spend();
      ChoicePoint& point = choice_points_.back();
      undo_to(point.depth);
      while (point.next < choices_.size()) {
        const std::uint32_t operation = choices_[point.next++];
        const std::uint32_t next_state = automaton_.choose(operation, state_);
        if (next_state == no_state) continue;
        // Where an open operation changes nothing, leaving it for later allows as much.
        if (is_open(operation) && next_state == state_) continue;
        linearize(operation, next_state);
        return true;
      }
      make_key();
      failed_.insert(key_, *patience_);
      choices_.resize(point.first);
      choice_points_.pop_back();
    }
    return false;
  }

  [[nodiscard]] bool is_open(std::uint32_t operation) const {
    return responded_at_[operation] == PartOperation::open;
  }

  [[nodiscard]] std::uint32_t operation_at(std::size_t word, std::uint64_t candidates) const {
    return operation_in_slot_[64 * word + static_cast<std::size_t>(std::countr_zero(candidates))];
  }

  void make_key() {
    key_[0] = (static_cast<std::uint64_t>(frontier_) << 32) | state_;
    std::copy(linearized_.begin(), linearized_.end(), key_.begin() + 1);
  }

  Patience* patience_;
  Automaton automaton_;
  Timeline timeline_;
  std::size_t words_;
  std::vector<std::uint32_t> responded_at_;

  // The configuration: linearized_ is a subset of in_progress_, by slots.
  std::uint32_t frontier_ = 0;
  std::uint32_t state_;
  std::vector<std::uint64_t> in_progress_;
  std::vector<std::uint64_t> linearized_;
  std::vector<std::uint32_t> operation_in_slot_;

  std::vector<Step> steps_;
  std::vector<ChoicePoint> choice_points_;
  std::vector<std::uint32_t> choices_;
  std::vector<std::uint32_t> candidates_;
  /// While choices are offered: the place among them of the one of each kind.
  std::vector<std::uint32_t> first_of_kind_;
  std::vector<std::uint64_t> key_;
  Failures failed_;
  std::uint64_t configurations_ = 0;
  std::size_t reached_ = 0;
};

}  // namespace stampede::checkers
