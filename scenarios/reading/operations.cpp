#include "scenarios/reading/operations.hpp"

#include <algorithm>

namespace stampede::scenarios {

using engine::Document;

engine::Operation read_operation(const Document& document, const engine::ServiceType& service,
                                 const NodeNames& nodes) {
  const Document* members = document.is_mapping() ? document.find("reconfigure") : nullptr;
  if (members == nullptr) return service.parse(document);
  document.expect_keys("an operation", {"reconfigure"});
  return engine::Operation::of(read_members(*members, nodes));
}

engine::Reconfigure read_members(const Document& document, const NodeNames& nodes) {
  document.expect_sequence("a list of nodes");
  const std::vector<NodeId>& all = nodes.membership().main().everybody();
  engine::Reconfigure wanted;
  for (const Document& item : document.items) {
    const NodeId node = nodes.find(item);
    if (!std::binary_search(all.begin(), all.end(), node))
      item.fail("'" + item.text + "' can be no member of '" + nodes.membership().main().name() + "'");
    wanted.reconfigure.push_back(node);
  }
  std::sort(wanted.reconfigure.begin(), wanted.reconfigure.end());
  const auto twice = std::adjacent_find(wanted.reconfigure.begin(), wanted.reconfigure.end());
  if (twice != wanted.reconfigure.end())
    document.fail("'" + nodes.names()[twice->value] + "' is named twice");
  if (wanted.reconfigure.empty()) document.fail("no nodes are named");
  if (nodes.membership().main().spares().empty())
    document.fail("all who can be members are, and stay, members", "give the cluster spares");
  return wanted;
}

}  // namespace stampede::scenarios
