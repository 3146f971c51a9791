// What people call nodes. The engine knows a node by its identity; whatever a person reads or
// writes has its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/ids.hpp"

namespace stampede::engine {

/// The names of a world's nodes, by identity.
class NodeNames {
 public:
  NodeNames() = default;
  explicit NodeNames(std::vector<std::string> names) : names_(std::move(names)) {}

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }
  [[nodiscard]] bool has(NodeId node) const { return node.value < names_.size(); }
  /// The node's name; `nobody` for no_node, `node 7` for one without a name.
  [[nodiscard]] std::string of(NodeId node) const {
    if (has(node)) return names_[node.value];
    return node == no_node ? "nobody" : "node " + std::to_string(node.value);
  }
  [[nodiscard]] std::optional<NodeId> find(std::string_view name) const {
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return NodeId{i};
    }
    return std::nullopt;
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace stampede::engine
