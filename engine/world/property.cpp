#include "engine/world/property.hpp"

#include <algorithm>

namespace stampede::engine {

const Observation& WorldView::observation(NodeId node, const Group& group) const {
  const std::vector<Facet>& all = facets(node);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].group == &group) return shown(node, i);
  }
  return nothing_shown;
}

std::optional<std::uint64_t> WorldView::state_digest(NodeId node, const Group& group) const {
  for (const Facet& facet : facets(node)) {
    if (facet.group != &group || facet.digested == nullptr) continue;
    const void* part = facet.digested->find_in(process(node).get(), facet.digested_instance);
    if (part != nullptr) return facet.digested->state_digest(part);
  }
  return std::nullopt;
}

std::vector<std::vector<NodeId>> configurations_of(const WorldView& world, const Group& group) {
  std::vector<std::vector<NodeId>> found;
  if (group.spares().empty()) return {group.members()};
  for (const NodeId node : group.everybody()) {
    const Observation& shown = world.observation(node, group);
    if (!world.up(node)) continue;
    std::vector<NodeId> members =
        shown.configuration.empty() ? group.members() : shown.configuration.members();
    const bool member = std::binary_search(members.begin(), members.end(), node);
    if (member && std::find(found.begin(), found.end(), members) == found.end())
      found.push_back(std::move(members));
  }
  if (found.empty()) found.push_back(group.members());
  return found;
}

}  // namespace stampede::engine
