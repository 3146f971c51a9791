#include "engine/process/layer_groups.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

/// The instance that the binding names, if it names one of this layer.
std::optional<InstancePath> instance_in(const Binding& binding, const Layer& layer) {
  const WrittenName written = split_name(binding.part);
  if (written.type != layer.members() || written.keys.empty() ||
      written.keys.size() != layer.keys.size())
    return std::nullopt;
  InstancePath path;
  for (std::size_t i = 0; i < written.keys.size(); ++i) {
    const std::optional<std::uint32_t> key = layer.keys[i]->read(written.keys[i]);
    if (!key) return std::nullopt;
    path.keys[i] = *key;
  }
  return path;
}

bool means(const Binding& binding, const Layer& layer) {
  if (binding.part == layer.members() || instance_in(binding, layer)) return true;
  return std::any_of(layer.parts.begin(), layer.parts.end(),
                     [&](const auto& part) { return means(binding, *part); });
}

}  // namespace

LayerGroups::LayerGroups(const Layer& root, const std::string& role,
                         const std::vector<Binding>& bindings, const Membership& membership)
    : membership_(&membership) {
  for (const Binding& binding : bindings) {
    if (!means(binding, root))
      throw AssertionFailed("no part '" + binding.part + "' to bind to " + binding.group);
  }
  const bool bound = std::any_of(bindings.begin(), bindings.end(),
                                 [](const Binding& binding) { return binding.part.empty(); });
  bind(root, bound ? nullptr : &membership.at(role), bindings);
  find_facets(root, {});
  std::erase_if(facets_, [](const Facet& facet) { return facet.layer == nullptr; });
}

void LayerGroups::bind(const Layer& layer, const Group* inherited,
                       const std::vector<Binding>& bindings) {
  ASSERT(layer.index == by_layer_.size());
  const Group* group = inherited;
  bool by_instance = layer.parent != nullptr && by_layer_[layer.parent->index] == nullptr;
  for (const Binding& binding : bindings) {
    if (binding.part != layer.members()) continue;
    group = &membership_->at(binding.group);
    by_instance = false;  // whatever instance of its owner it is in
  }
  for (const Binding& binding : bindings) {
    const auto path = instance_in(binding, layer);
    if (!path) continue;
    instances_.push_back({layer.index, *path, &membership_->at(binding.group)});
    by_instance = true;
  }
  by_layer_.push_back(by_instance ? nullptr : group);
  otherwise_.push_back(group);
  for (const auto& part : layer.parts) bind(*part, group, bindings);
}

void LayerGroups::find_facets(const Layer& layer, const InstancePath& instance) {
  if (layer.observe != nullptr || layer.state_digest != nullptr) {
    const Group& group = of_instance(layer, instance);
    auto facet = std::find_if(facets_.begin(), facets_.end(),
                              [&](const Facet& one) { return one.group == &group; });
    if (facet == facets_.end())
      facet = facets_.insert(facet, {&group, membership_->position(group)});
    if (layer.observe != nullptr && facet->layer == nullptr) {
      facet->layer = &layer;
      facet->instance = instance;
    }
    if (layer.state_digest != nullptr && facet->digested == nullptr) {
      facet->digested = &layer;
      facet->digested_instance = instance;
    }
  }
  for (const auto& part : layer.parts) {
    if (!part->is_map()) {
      find_facets(*part, instance);
      continue;
    }
    for (const Instance& bound : instances_) {
      if (bound.layer == part->index && bound.path.first(layer.keys.size()) == instance)
        find_facets(*part, bound.path);
    }
  }
}

const Group& LayerGroups::of_instance(const Layer& layer, const InstancePath& instance) const {
  if (const Group* group = by_layer_[layer.index]) return *group;
  for (const Layer* at = &layer; at != nullptr; at = at->parent) {
    const InstancePath path = instance.first(at->keys.size());
    for (const Instance& bound : instances_) {
      if (bound.layer == at->index && bound.path == path) return *bound.group;
    }
  }
  return *otherwise_[layer.index];
}

}  // namespace stampede::engine
