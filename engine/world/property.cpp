#include "engine/world/property.hpp"

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

}  // namespace stampede::engine
