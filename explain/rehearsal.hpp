// Single steps once more, by themselves: what a handler makes of the same input in the same local
// state, under the options of its run or under others.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/process/local_step.hpp"
#include "engine/world/world.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::explain {

/// What one step made of its node.
struct Rehearsed {
  NodeId node{};
  engine::LocalState before;
  engine::LocalState after;
  engine::Effects effects;
  /// What the node showed of its first group.
  engine::Observation shown_before;
  engine::Observation shown_after;
};

class Rehearsal {
 public:
  /// Nodes as the scenario has them.
  explicit Rehearsal(const scenarios::Scenario& scenario);
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  /// The step that the decision would be in this world, of the same nodes; nothing if it runs no
  /// handler or is not enabled.
  [[nodiscard]] std::optional<Rehearsed> step(const engine::World& world,
                                              const engine::Decision& decision) const;

 private:
  struct Node {
    engine::NodeSpec spec;
    engine::LayerGroups groups;
  };
  void show(Rehearsed& step) const;

  std::shared_ptr<const engine::Membership> membership_;
  std::shared_ptr<const engine::Adversaries> adversaries_;
  std::vector<Node> nodes_;
  engine::NodeNames names_;
};

/// Both did the same to their node and to the outside.
bool same_step(const Rehearsed& one, const Rehearsed& other);

/// The scenario without its defects: their options as they are by default. Nothing if it has none.
std::optional<scenarios::Scenario> corrected(const scenarios::Scenario& scenario);

}  // namespace stampede::explain
