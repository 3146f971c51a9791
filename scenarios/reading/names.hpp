// The names that a scenario may use: of nodes, and of what its model sends, arms and reaches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/world/model.hpp"

namespace stampede::scenarios {

/// Names of nodes as scenarios may use them.
class NodeNames {
 public:
  explicit NodeNames(const engine::Assembly& assembly);
  /// InputError with a hint when there is no such node.
  [[nodiscard]] NodeId find(const engine::Document& document) const;
  [[nodiscard]] NodeId find(const engine::Document& document, std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::string& role(NodeId node) const { return roles_[node.value]; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> roles_;
};

/// Names of message and timer types and probes of a model.
struct TypeNames {
  std::vector<std::string> messages;
  std::vector<std::string> timers;
  std::vector<std::string> probes;
  explicit TypeNames(const engine::Model& model);
};

}  // namespace stampede::scenarios
