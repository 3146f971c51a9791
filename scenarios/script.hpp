// Scripts: a list of decisions that drives a world alone, in the order in which a person wrote
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/world/model.hpp"
#include "engine/world/world.hpp"

namespace stampede::scenarios {

class NodeNames;
struct TypeNames;

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
  /// The item as written, for messages, and where.
  std::string text;
  engine::Place place;
};
using Script = std::vector<ScriptItem>;

/// Reads the list under `script:`; operations are numbered per client in their order.
Script read_script(const engine::Document& document, const NodeNames& nodes, const TypeNames& types,
                   const engine::ServiceType* service);

/// A script item that could not be done, or an expectation that does not hold.
struct ScriptRemark {
  /// 1-based position in the script.
  std::uint64_t script_step = 0;
  std::string text;
};

struct ScriptResult {
  std::vector<ScriptRemark> skipped;
  std::vector<ScriptRemark> failed_expectations;
  /// First and last decision of each item, by position - 1; 0, 0 if it made none.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> steps;
};

/// Plays the script on a started world. Stops when the world is broken.
ScriptResult play(const Script& script, engine::World& world, bool stop_on_first);

}  // namespace stampede::scenarios
