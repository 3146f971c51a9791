#include "engine/process/reconfigure.hpp"

#include <algorithm>

namespace stampede::engine {

Operation read_operation(const Document& document, const ServiceType& service,
                         const Membership& membership, const NodeNames& names) {
  const Document* members = document.is_mapping() ? document.find("reconfigure") : nullptr;
  if (members == nullptr) return service.parse(document);
  document.expect_keys("an operation", {"reconfigure"});
  return Operation::of(read_members(*members, membership, names));
}

Reconfigure read_members(const Document& document, const Membership& membership,
                         const NodeNames& names) {
  const Group& group = membership.main();
  if (group.spares().empty())
    document.fail("the members of '" + group.name() + "' stay as they are",
                  "write 'spares: 1' under 'cluster', or more");
  document.expect_sequence("a list of nodes");
  if (document.items.empty())
    document.fail("no nodes are named", "name the members to be, for example [r0, r1, r2]");
  Reconfigure wanted;
  for (const Document& item : document.items) {
    const NodeId node = read_node(item, &names);
    if (!std::binary_search(group.everybody().begin(), group.everybody().end(), node))
      item.fail("'" + item.text + "' cannot be a member of '" + group.name() + "'",
                "its members and its spare nodes can");
    wanted.reconfigure.push_back(node);
  }
  std::sort(wanted.reconfigure.begin(), wanted.reconfigure.end());
  const auto twice = std::adjacent_find(wanted.reconfigure.begin(), wanted.reconfigure.end());
  if (twice != wanted.reconfigure.end())
    document.fail("'" + names.of(*twice) + "' is named twice", "name each member once");
  return wanted;
}

}  // namespace stampede::engine
