// Which group each layer of one node belongs to: what its context calls `members()` are the nodes
// of that group.
#pragma once

#include <string>
#include <vector>

#include "engine/process/layer.hpp"
#include "engine/process/membership.hpp"

namespace stampede::engine {

/// Says to which group a part of a node belongs. A part without a binding belongs to the group of
/// its owner; the process itself, without one, to the group that has the name of the node's role.
struct Binding {
  /// By the members on the way to it: `masters`, `chains[]` (all instances of the map), `chains[3]`
  /// (one of them); empty = the process itself.
  std::string part;
  std::string group;
};

/// What a node shows of one group, and where in the node that is.
struct Facet {
  const Group* group = nullptr;
  /// Of the group, in the membership.
  std::uint32_t position = 0;
  const Layer* layer = nullptr;
  InstancePath instance{};
  /// The layer that has the digest of the group's service state; nullptr if none has.
  const Layer* digested = nullptr;
  InstancePath digested_instance{};
};

/// Refers to the membership, which must stay where it is.
class LayerGroups {
 public:
  /// AssertionFailed if a binding names no part of the process, or no group.
  LayerGroups(const Layer& root, const std::string& role, const std::vector<Binding>& bindings,
              const Membership& membership);

  [[nodiscard]] const Membership& membership() const { return *membership_; }
  /// The group of the process itself.
  [[nodiscard]] const Group& root() const { return *by_layer_.front(); }
  /// The group of the layer with this Layer::index; nullptr where that depends on the instance.
  [[nodiscard]] const Group* of(std::uint32_t layer) const { return by_layer_.data()[layer]; }
  [[nodiscard]] const Group& of_instance(const Layer& layer, const InstancePath& instance) const;
  /// What the node shows, at most once per group: the outermost layer of a group that shows
  /// something shows it. Of a map of parts only instances that are bound alone show anything.
  [[nodiscard]] const std::vector<Facet>& facets() const { return facets_; }

 private:
  void find_facets(const Layer& layer, const InstancePath& instance);
  void bind(const Layer& layer, const Group* inherited, const std::vector<Binding>& bindings);

  /// An instance of a map of parts that is bound alone.
  struct Instance {
    std::uint32_t layer = 0;
    InstancePath path;
    const Group* group = nullptr;
  };
  const Membership* membership_;
  std::vector<const Group*> by_layer_;
  /// By Layer::index, of layers that depend on the instance: the group of all other instances.
  std::vector<const Group*> otherwise_;
  std::vector<Instance> instances_;
  std::vector<Facet> facets_;
};

}  // namespace stampede::engine
