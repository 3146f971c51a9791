#include "engine/process/membership.hpp"

#include <iterator>

namespace stampede::engine {

std::size_t tolerated(Tolerance rule, std::size_t members) {
  if (members == 0) return 0;
  switch (rule) {
    case Tolerance::none:
      return 0;
    case Tolerance::third:
      return third_of(members);
    case Tolerance::minority:
      return minority_of(members);
    case Tolerance::all_but_one:
      return members - 1;
    case Tolerance::any:
      return members;
  }
  return 0;
}

Group::Group(std::string name, std::vector<NodeId> members, const GroupRules& rules,
             std::vector<NodeId> spares)
    : name_(std::move(name)),
      members_(std::move(members)),
      spares_(std::move(spares)),
      rules_(rules),
      tolerated_(engine::tolerated(rules.tolerance, members_.size())),
      quorums_(rules.quorums(members_.size())) {
  ASSERT(std::is_sorted(members_.begin(), members_.end()));
  ASSERT(std::is_sorted(spares_.begin(), spares_.end()));
  std::merge(members_.begin(), members_.end(), spares_.begin(), spares_.end(),
             std::back_inserter(everybody_));
  ASSERT(std::adjacent_find(everybody_.begin(), everybody_.end()) == everybody_.end());
  if (rules.kind == GroupKind::servers) ASSERT(quorums_.intersects(members_.size()));
}

Group Group::with(std::vector<NodeId> members) const {
  std::vector<NodeId> others;
  std::set_difference(everybody_.begin(), everybody_.end(), members.begin(), members.end(),
                      std::back_inserter(others));
  return Group(name_, std::move(members), rules_, std::move(others));
}

void Membership::add(Group group) {
  ASSERT(find(group.name()) == nullptr);
  if (group.kind() == GroupKind::clients) {
    std::vector<NodeId> all;
    const std::vector<NodeId>& known = clients_.nodes();
    std::set_union(known.begin(), known.end(), group.members().begin(), group.members().end(),
                   std::back_inserter(all));
    clients_ = Clients(std::move(all));
  }
  groups_.push_back(std::move(group));
}

const Group* Membership::find(std::string_view name) const {
  for (const Group& group : groups_) {
    if (group.name() == name) return &group;
  }
  return nullptr;
}

const Group& Membership::at(std::string_view name) const {
  if (const Group* found = find(name)) return *found;
  throw AssertionFailed("no group '" + std::string(name) + "' in this world");
}

bool Membership::is_spare(NodeId node) const {
  bool spare = false;
  for (const Group& group : groups_) {
    if (group.contains(node)) return false;
    spare = spare || std::binary_search(group.spares().begin(), group.spares().end(), node);
  }
  return spare;
}

std::vector<NodeId> Membership::servers() const {
  std::vector<NodeId> nodes;
  for (const Group& group : groups_) {
    if (group.kind() != GroupKind::servers) continue;
    nodes.insert(nodes.end(), group.everybody().begin(), group.everybody().end());
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

}  // namespace stampede::engine
