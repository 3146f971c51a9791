// Monitors on ids: what all of them know together is one component of a world, and what a
// transition makes of it is computed once.
//
// A monitor is a function of (its state, what the transition tells it, what it reads of the world).
// Reads are recorded while it runs. If it read nothing but the node that stepped, its answer is a
// function of (state, transition); if it looked at what other nodes show, of that as well; if it
// looked into their processes, of all local states. A run that starts with the same values reads
// the same first thing, and so on: the depth found for a pair holds for every run of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/explore/transition_cache.hpp"
#include "engine/world/property.hpp"

namespace stampede::engine {

class MonitorCache {
 public:
  MonitorCache(TransitionCache& transitions, std::vector<std::unique_ptr<Monitor>> monitors);

  /// What the monitors know at the beginning.
  [[nodiscard]] std::uint32_t initial() const { return initial_; }

  struct Outcome {
    /// What they know after the transition.
    std::uint32_t knowledge = 0;
    /// For violations(); 0 = none.
    std::uint32_t violations = 0;
  };
  /// `locals`: the nodes' local states before the transition. REQUIRES: TransitionStep::heard is
  /// set.
  Outcome next(std::uint32_t knowledge, std::uint32_t transition, const std::uint32_t* locals) {
    const std::uint32_t known = outcomes_.find(knowledge, transition);
    if (known < special) return {known, 0};
    return next_special(known, knowledge, transition, locals);
  }

  [[nodiscard]] std::uint64_t contribution_of(std::uint32_t knowledge) const {
    return contributions_[knowledge];
  }
  /// The violations of an outcome, with step 0.
  [[nodiscard]] const std::vector<Violation>& violations(std::uint32_t id) const {
    return violations_[id];
  }
  [[nodiscard]] const Payload& state(std::uint32_t knowledge, std::size_t monitor) const {
    return slots_[monitor]->states[knowledge_[knowledge].states[monitor]];
  }
  [[nodiscard]] std::size_t monitor_count() const { return slots_.size(); }
  [[nodiscard]] const std::string& property(std::size_t monitor) const {
    return slots_[monitor]->monitors.front()->property();
  }
  [[nodiscard]] std::size_t knowledge_count() const { return knowledge_.size(); }
  /// Times that a monitor was fed; all else was known.
  [[nodiscard]] std::uint64_t monitor_runs() const { return monitor_runs_; }

 private:
  /// How far a monitor looked around.
  enum Depth : std::uint32_t { own_node, shown_by_others, processes_of_others };
  /// Values of `outcomes` from here on are positions in a pool: an outcome with violations, or a
  /// depth.
  static constexpr std::uint32_t special = 1U << 31;

  /// One monitor, or all together.
  struct Result {
    std::uint32_t state = 0;
    std::uint32_t violations = 0;
    Depth depth = own_node;
    /// Depths beyond own_node: the first half of the key that the view completes.
    std::uint32_t pair = 0;
  };
  struct Knowledge {
    std::vector<std::uint32_t> states;
    friend bool operator==(const Knowledge&, const Knowledge&) = default;
    void append_hash(Hasher& hasher) const;
  };
  /// What one set of results is looked up in: by pair alone, or by pair and view.
  struct Results {
    PairMap by_pair;
    PairMap by_view;
    GrowingVector<Result> pool;
  };
  struct Slot {
    std::vector<std::unique_ptr<Monitor>> monitors;  // exactly one
    Audience audience;
    Interner<Payload> states;
    Results results;
  };
  class Telling;

  Outcome next_special(std::uint32_t known, std::uint32_t knowledge, std::uint32_t transition,
                       const std::uint32_t* locals);
  Result compute(std::uint32_t knowledge, std::uint32_t transition, const std::uint32_t* locals);
  Result of_monitor(std::size_t monitor, std::uint32_t state, std::uint32_t transition,
                    const std::uint32_t* locals);
  Result run(std::size_t monitor, std::uint32_t state, std::uint32_t transition,
             const std::uint32_t* locals);
  void tell(const Slot& slot, const Transition& step, Telling& telling) const;
  const Result* find(const Results& results, std::uint32_t state, std::uint32_t transition,
                     const std::uint32_t* locals) const;
  void keep(Results& results, std::uint32_t state, std::uint32_t transition,
            const std::uint32_t* locals, Result result);
  /// Id of what all nodes show (or of all local states); PairMap::none if it was never seen.
  [[nodiscard]] std::uint32_t find_view(Depth depth, const std::uint32_t* locals) const;
  std::uint32_t intern_view(Depth depth, const std::uint32_t* locals);
  [[nodiscard]] std::uint32_t seen_of(Depth depth, std::uint32_t local) const {
    return depth == shown_by_others ? transitions_.facts(local).shown : local;
  }

  TransitionCache& transitions_;
  /// Tells caches apart for whoever remembers one: an address may be used again.
  std::uint64_t serial_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
  Interner<Knowledge> knowledge_;
  GrowingVector<std::uint64_t> contributions_;
  GrowingVector<std::vector<Violation>> violations_;
  /// (knowledge, transition) -> knowledge, or a position in all_.pool.
  PairMap outcomes_;
  Results all_;
  /// Views as paths: (view so far, what the next node shows) -> view. One for each depth.
  PairMap views_[2];
  std::uint32_t view_count_ = 1;
  std::uint32_t initial_ = 0;
  std::uint64_t monitor_runs_ = 0;
};

}  // namespace stampede::engine
