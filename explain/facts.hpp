// What a predicate may say of a step or of nodes that is no value: deeds and conditions. Behind
// predicate.hpp, which says what they mean.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/moment.hpp"

namespace stampede::explain {

/// Whether something is so at a moment.
using Test = std::function<bool(Moment&)>;

/// The names that a predicate may use of a run.
struct Vocabulary {
  engine::NodeNames names;
  /// By node.
  std::vector<std::string> roles;
  /// By node: the state it boots with, which tells its fields and their types.
  std::vector<engine::Document> states;
  std::vector<std::string> messages;
  std::vector<std::string> timers;
  std::vector<std::string> probes;
  std::vector<std::string> properties;
};
Vocabulary vocabulary_of(const scenarios::Scenario& scenario, const engine::World& world);

/// What happens in a step.
struct Deed {
  std::string_view verb;
  /// What its name is of, and the names there are; nullptr: it needs none.
  std::string_view object;
  std::vector<std::string> Vocabulary::*known = nullptr;
  /// Of the name, which is empty where there is none. Asked of moments with a step.
  Test (*test)(std::string name) = nullptr;
  /// No node does it.
  bool of_world = false;
};
/// nullptr for another word.
const Deed* find_deed(std::string_view verb);

/// What a node is.
struct Condition {
  std::string_view word;
  bool (*holds)(const engine::World& world, NodeId node);
};
const std::vector<Condition>& conditions();
bool leads(const engine::World& world, NodeId node);

}  // namespace stampede::explain
