// Explored worlds and the decisions that lead from one to the next, on ids. The same decisions as
// those of World with saves in their step and ignored messages staying in flight;
// tests/explore/conformance_test.cpp holds the two together.
//
// 1. A decision that is not enabled, or whose message is ignored, changes nothing. 2. Neither does
// a step that throws: it is reported, and the world it happened in is not to be expanded along
// it. 3. No history is kept: that each operation begins once is up to the plan of the search.
#pragma once

#include <memory>
#include <vector>

#include "engine/explore/packed_world.hpp"
#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {

/// What came of a decision, besides the change of the world.
struct Applied {
  /// False: it was not enabled and nothing changed.
  bool enabled = false;
  /// The local step it ran; nullptr if it ran none.
  const Transition* transition = nullptr;
  /// Every one, in the order in which they were judged, with step 0: the search knows how deep it
  /// is.
  std::vector<Violation> violations{};

  explicit operator bool() const { return enabled; }
};

class TransitionSystem {
 public:
  /// `monitors` are those of the enabled checks: their states are part of each world.
  TransitionSystem(Assembly assembly, std::vector<std::unique_ptr<Monitor>> monitors,
                   std::uint64_t disk_sector = 512);

  /// All nodes down and nothing in flight.
  [[nodiscard]] PackedWorld unbooted();

  Applied deliver(PackedWorld& world, std::uint32_t message,
                  std::vector<std::uint32_t> choices = {});
  Applied drop(PackedWorld& world, std::uint32_t message);
  Applied duplicate(PackedWorld& world, std::uint32_t message);
  /// `timer` is a slot of the node's canonical local state.
  Applied fire(PackedWorld& world, NodeId node, std::uint32_t timer,
               std::vector<std::uint32_t> choices = {});
  Applied begin(PackedWorld& world, NodeId client, const BeginOperation& operation,
                std::vector<std::uint32_t> choices = {});
  Applied crash(PackedWorld& world, NodeId node, const DiskOutcome& outcome);
  /// Boots a node that never ran, restarts one that crashed.
  Applied restart(PackedWorld& world, NodeId node, std::vector<std::uint32_t> choices = {});
  Applied pause(PackedWorld& world, NodeId node) { return set_paused(world, node, true); }
  Applied resume(PackedWorld& world, NodeId node) { return set_paused(world, node, false); }

  [[nodiscard]] std::size_t node_count() const { return cache_.nodes().size(); }
  [[nodiscard]] std::size_t monitor_count() const { return monitors_.size(); }
  [[nodiscard]] const LocalState& local(const PackedWorld& world, NodeId node) const {
    return cache_.locals()[world.node(node)];
  }
  [[nodiscard]] const Payload& monitor_state(const PackedWorld& world, std::size_t position) const {
    return monitor_states_[world.monitor(position)];
  }
  [[nodiscard]] const PackedMessage& message(std::uint32_t id) const {
    return cache_.messages()[id];
  }
  [[nodiscard]] const TransitionCache& cache() const { return cache_; }
  /// PackedWorld::hash() from scratch.
  [[nodiscard]] std::uint64_t hash_anew(const PackedWorld& world) const;

 private:
  class Telling;

  Applied step(PackedWorld& world, const Stimulus& stimulus);
  Applied set_paused(PackedWorld& world, NodeId node, bool paused);
  [[nodiscard]] bool runs(const PackedWorld& world, NodeId node) const;

  TransitionCache cache_;
  /// Loaded with a world's monitor states while a step is told; they mean nothing in between.
  std::vector<std::unique_ptr<Monitor>> monitors_;
  Audience audience_;
  Interner<Payload> monitor_states_;
  std::vector<Interned> initial_monitors_;
};

}  // namespace stampede::engine
