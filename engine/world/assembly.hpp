// How the nodes of a world are put together: what a model hands over, and a world is made of.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/process/behaviours.hpp"
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
  /// The name of the node before it whose identity it shares: peers cannot tell one from the other;
  /// empty = it has its own. Groups list identities.
  std::string identity{};
  /// Between its handlers and the network, if it is faulty.
  Interposer interposer{};
};

/// All nodes of a world and what they know of each other. The first group is the protocol's main
/// one.
struct Assembly {
  std::vector<NodeSpec> nodes;
  Membership membership;
  /// What its handlers may reach; nullptr = nobody has listed it. Outlives the world.
  const std::vector<std::string>* probes = nullptr;
};

/// Makes this node faulty. A twin is added behind all others, as `NAME.twin`. AssertionFailed if
/// there is no such node.
void make_faulty(Assembly& assembly, const std::string& node, Behaviour behaviour, Forge forge);

/// The local state of a node that has never run.
LocalState unbooted(const NodeSpec& node);

/// What is wrong with these probes of a step: the first that is not listed.
std::optional<Thrown> unlisted_probe(const std::vector<std::string>* listed,
                                     const std::vector<const char*>& reached);

/// nullptr if all nodes are correct.
std::shared_ptr<const Adversaries> adversaries_of(const std::vector<NodeSpec>& nodes);

}  // namespace stampede::engine
