// The names that a scenario may use: of nodes, and of what its model sends, arms and reaches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/world/model.hpp"

namespace stampede::scenarios {

/// The nodes and groups of a scenario, by the names that its file may use.
class Participants {
 public:
  explicit Participants(const engine::Assembly& assembly);
  /// InputError with a hint when there is no such node.
  [[nodiscard]] NodeId find(const engine::Document& document) const;
  [[nodiscard]] NodeId find(const engine::Document& document, std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_.all(); }
  [[nodiscard]] const engine::Membership& membership() const { return membership_; }
  /// Position of a group; InputError with a hint when there is no such group.
  [[nodiscard]] std::uint32_t group(const engine::Document& document, std::string_view name) const;

 private:
  engine::NodeNames names_;
  engine::Membership membership_;
};

/// Names of message and timer types and probes of a model.
struct TypeNames {
  std::vector<std::string> messages;
  std::vector<std::string> timers;
  std::vector<std::string> probes;
  explicit TypeNames(const engine::Model& model);
};

}  // namespace stampede::scenarios
