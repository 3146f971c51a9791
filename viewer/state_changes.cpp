#include "viewer/state_changes.hpp"

#include "engine/world/state_edit.hpp"

namespace stampede::viewer {

void StateChanges::begin(const engine::World& world) {
  states_.clear();
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    if (world.up(NodeId{i})) states_.emplace(NodeId{i}, world.process(NodeId{i}));
  }
}

std::string StateChanges::edit(NodeId node, const engine::World& world) {
  if (node == no_node || world.broken()) return {};
  if (!world.up(node)) {
    states_.erase(node);
    return {};
  }
  const engine::ProcessValue& state = world.process(node);
  const auto known = states_.find(node);
  if (known != states_.end() && known->second == state) return {};
  engine::JsonWriter edit(&world.names());
  engine::write_state_edit(edit, known == states_.end() ? nullptr : &known->second, state);
  states_.insert_or_assign(node, state);
  return edit.take();
}

}  // namespace stampede::viewer
