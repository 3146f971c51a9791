// A moment of a run: a step that was just made, and the world behind it. Predicates and watches
// look at moments.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/difference.hpp"
#include "engine/core/document.hpp"
#include "explain/tape.hpp"

namespace stampede::explain {

class Moment {
 public:
  /// Comes behind this step, which `world` made just now: its `last_effects` are the step's.
  /// `broken`: the properties that are violated from here on. The world is looked at until the next
  /// call.
  void come(const engine::World& world, Step step, std::vector<std::string> broken);
  /// Comes to a world of which nobody knows what was done last: nothing happens here.
  void come(const engine::World& world);

  /// REQUIRES: it has come somewhere.
  [[nodiscard]] const engine::World& world() const { return *world_; }
  [[nodiscard]] const engine::NodeNames& names() const { return world_->names(); }
  /// nullptr where nothing happens.
  [[nodiscard]] const Step* step() const { return step_ ? &*step_ : nullptr; }
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  /// What the step's handler did; nullptr if none ran, or what it did was not let out.
  [[nodiscard]] const engine::Effects* effects() const;
  /// The state of a node as reports write it; nullptr while it is down. O(state) at first, then by
  /// what changed since (engine/core/edit.hpp): what is not asked of a node costs nothing.
  const engine::Document* state(NodeId node);

 private:
  const engine::World* world_ = nullptr;
  std::uint64_t number_ = 0;
  std::optional<Step> step_;
  std::vector<std::string> broken_;
  /// A state that was asked for, and the process that it is of.
  struct Known {
    engine::ProcessValue process;
    engine::Document state;
    /// The node has taken no step since.
    bool is_new = false;
  };
  /// By node; none = nobody has asked yet.
  std::vector<std::optional<Known>> known_;
};

/// Goes through these steps of a tape until `seen` says false; first to the place before them.
/// REQUIRES: as Tape::follow.
void follow(Tape& tape, std::uint64_t first, std::uint64_t last,
            const std::function<bool(Moment&)>& seen);

/// What is different of a node's state; timers and the durable cell are told beside its members.
struct NodeChange {
  NodeId node{};
  std::vector<engine::Change> changes;
};
/// Nothing if all is the same.
std::optional<NodeChange> node_change(const engine::World& before, const engine::World& after,
                                      NodeId node);

/// What makes one world of a run a later one.
struct WorldChange {
  /// Those that differ.
  std::vector<NodeChange> nodes;
  /// Messages in flight in one of them only, oldest first.
  std::vector<engine::MessageName> sent;
  std::vector<engine::MessageName> gone;
};
WorldChange world_change(const engine::World& before, const engine::World& after);

/// The state of a process as reports write it.
engine::Document state_document(const engine::ProcessValue& process,
                                const engine::NodeNames& names);

}  // namespace stampede::explain
