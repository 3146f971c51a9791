// How the nodes of a world are put together: what a model hands over, and a world is made of.
#pragma once

#include <string>
#include <vector>

#include "engine/process/process.hpp"

namespace stampede::engine {

/// One node before the world exists.
struct NodeSpec {
  std::string name;
  std::string role;
  ProcessValue boot;
  /// What context.options<Options>() gives this node; a run constant.
  Payload options;
  /// Parts, or the process itself, that belong to other groups than they would by themselves.
  std::vector<Binding> bindings{};
};

/// All nodes of a world and what they know of each other. The first group is the protocol's main
/// one.
struct Assembly {
  std::vector<NodeSpec> nodes;
  Membership membership;
};

}  // namespace stampede::engine
