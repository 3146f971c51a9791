#include "engine/world/assembly.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

std::uint32_t position_of(const std::vector<NodeSpec>& nodes, const std::string& name) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const NodeSpec& node) { return node.name == name; });
  if (found == nodes.end()) throw AssertionFailed("no node '" + name + "' in this world");
  return static_cast<std::uint32_t>(found - nodes.begin());
}

}  // namespace

void make_faulty(Assembly& assembly, const std::string& node, Behaviour behaviour, Forge forge) {
  NodeSpec& faulty = assembly.nodes[position_of(assembly.nodes, node)];
  if (behaviour != Behaviour::twin) {
    faulty.interposer = make_interposer(behaviour, forge);
    return;
  }
  NodeSpec twin = faulty;
  twin.name += ".twin";
  twin.identity = node;
  assembly.nodes.push_back(std::move(twin));
}

LocalState unbooted(const NodeSpec& node) {
  LocalState local;
  local.process = node.boot;
  local.interposer = node.interposer.initial;
  return local;
}

std::optional<Thrown> unlisted_probe(const std::vector<std::string>* listed,
                                     const std::vector<const char*>& reached) {
  if (listed == nullptr) return std::nullopt;
  for (const char* probe : reached) {
    if (std::find(listed->begin(), listed->end(), probe) == listed->end())
      return Thrown{"reached '" + std::string(probe) +
                    "', a probe that its model does not list: add it to 'probes' of the model"};
  }
  return std::nullopt;
}

std::shared_ptr<const Adversaries> adversaries_of(const std::vector<NodeSpec>& nodes) {
  const bool all_correct = std::all_of(nodes.begin(), nodes.end(), [](const NodeSpec& node) {
    return node.identity.empty() && !node.interposer.initial;
  });
  if (all_correct) return nullptr;
  std::vector<NodeId> identities;
  std::vector<Interposer> interposers;
  for (const NodeSpec& node : nodes) {
    const std::string& identity = node.identity.empty() ? node.name : node.identity;
    identities.push_back(NodeId{position_of(nodes, identity)});
    interposers.push_back(node.interposer);
  }
  return std::make_shared<const Adversaries>(std::move(identities), std::move(interposers));
}

}  // namespace stampede::engine
