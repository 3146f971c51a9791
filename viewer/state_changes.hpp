// What steps change in the states of their nodes, told as edits (engine/core/edit.hpp).
#pragma once

#include <map>
#include <string>

#include "engine/world/world.hpp"

namespace stampede::viewer {

/// Remembers the states of all nodes while a run goes on.
class StateChanges {
 public:
  /// From here on changes are told. What a node is in that was down before, is all new.
  void begin(const engine::World& world);
  /// What the step of this node changed that the world has made just now; empty if nothing. After
  /// an exception states mean nothing, and are not looked at.
  std::string edit(NodeId node, const engine::World& world);

 private:
  std::map<NodeId, engine::ProcessValue> states_;
};

}  // namespace stampede::viewer
