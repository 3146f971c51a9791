// Scripts: a list of decisions that drives a world alone, in the order in which a person wrote
// them.
#pragma once

#include <string>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/world/decision.hpp"
#include "scenarios/reading/names.hpp"

namespace stampede::scenarios {

/// One item of a script: a decision, `settle`, or `expect`.
struct ScriptItem {
  enum class Kind { decision, settle, expect_state, expect_violation, expect_no_violation };
  Kind kind = Kind::decision;
  engine::Decision decision;
  /// settle: deliver among these nodes until quiet.
  std::vector<NodeId> nodes;
  /// expect: the fields that the node's state must have.
  NodeId node = no_node;
  engine::Document state;
  std::string property;
  /// The item as written, for messages, and where; of an expected violation, where its property is.
  std::string text;
  engine::Place place;
};
using Script = std::vector<ScriptItem>;

/// Reads the list under `script:`; operations are numbered per client in their order.
/// `service`: nullptr where there are no clients.
Script read_script(const engine::Document& document, const engine::Assembly& assembly,
                   const engine::ServiceType* service);

}  // namespace stampede::scenarios
