// Prints the steps of a run as they happen, in order of time.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/world/world.hpp"

namespace stampede::cli {

class StepPrinter final : public engine::WorldObserver {
 public:
  /// Decisions alone, or with them their other events, or what they make of the states of nodes.
  enum class What { decisions, events, states };
  /// Of these steps what happens at `node`, or with it; nothing = everywhere.
  StepPrinter(What what, std::uint64_t from, std::uint64_t to, std::optional<NodeId> node,
              engine::NodeNames names)
      : what_(what), from_(from), to_(to), node_(node), names_(std::move(names)) {}

  /// What is shown of states is what differs from this world; without it they are shown whole
  /// first.
  void begin_with(const engine::World& world);
  void event(const engine::Event& event) override;
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return what_ == What::states && step <= to_ && (!node_ || node == *node_);
  }

 private:
  void print_state(const engine::Event& event);

  What what_;
  std::uint64_t from_;
  std::uint64_t to_;
  std::optional<NodeId> node_;
  engine::NodeNames names_;
  /// The last ones seen, by node.
  std::vector<std::optional<engine::Document>> states_;
};

/// What a line about a step begins with: its number and its time.
void print_place(std::uint64_t step, engine::Time time);

}  // namespace stampede::cli
