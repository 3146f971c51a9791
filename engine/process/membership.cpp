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

Group::Group(std::string name, std::vector<NodeId> members, const GroupRules& rules)
    : name_(std::move(name)),
      members_(std::move(members)),
      rules_(rules),
      tolerated_(engine::tolerated(rules.tolerance, members_.size())),
      quorums_(rules.quorums(members_.size())) {
  ASSERT(std::is_sorted(members_.begin(), members_.end()));
  ASSERT(std::adjacent_find(members_.begin(), members_.end()) == members_.end());
  if (rules.kind == GroupKind::servers) ASSERT(quorums_.intersects(members_.size()));
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

std::vector<NodeId> Membership::servers() const {
  std::vector<NodeId> nodes;
  for (const Group& group : groups_) {
    if (group.kind() != GroupKind::servers) continue;
    nodes.insert(nodes.end(), group.members().begin(), group.members().end());
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

}  // namespace stampede::engine
