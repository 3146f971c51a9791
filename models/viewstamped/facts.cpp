// models/viewstamped/facts.cpp: what holds of each replica by itself, after each of its steps.
#include "models/viewstamped/invariants.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::NodeView;
using Text = std::optional<std::string>;

/// `r1 is normal in view 3 ...`.
std::string with_status(const Replica& replica, const NodeView& node, const std::string& what) {
  return node.name() + " is " + boost::describe::enum_to_string(replica.status, "?") + " in view " +
         std::to_string(replica.view_number) + what;
}

bool is_primary(const Replica& replica, const NodeView& node) {
  return node.members()[replica.view_number % node.members().size()] == node.self();
}

/// Each wait ends by a message or by this timer; without it one lost message stops the replica.
const char* missing_timer(const Replica& replica, const NodeView& node) {
  switch (replica.status) {
    case Status::normal:
      if (!is_primary(replica, node))
        return node.lacks(ViewChangeTimeout{}) ? "ViewChangeTimeout" : nullptr;
      if (node.lacks(CommitTimeout{})) return "CommitTimeout";
      return replica.commit_number < replica.op_number() && node.lacks(ResendTimeout{})
                 ? "ResendTimeout"
                 : nullptr;
    case Status::view_change:
    case Status::transferring:
      if (node.lacks(ViewChangeTimeout{})) return "ViewChangeTimeout";
      return node.lacks(ResendTimeout{}) ? "ResendTimeout" : nullptr;
    case Status::recovering:
      return node.lacks(RecoveryTimeout{}) ? "RecoveryTimeout" : nullptr;
  }
  return nullptr;
}

Text timers_armed(const Replica& replica, const NodeView& node) {
  const char* missing = missing_timer(replica, node);
  if (missing == nullptr) return std::nullopt;
  return with_status(replica, node, std::string(" without ") + missing);
}

/// What a status gathers is of no use in another one, and wrong in the same one again.
Text gathered_in_status(const Replica& replica, const NodeView& node) {
  const Status status = replica.status;
  if (!replica.prepare_oks.empty() && (status != Status::normal || !is_primary(replica, node)))
    return with_status(replica, node, " with the PrepareOks of a primary");
  if (status != Status::view_change && !(replica.view_change == ViewChange{}))
    return with_status(replica, node, " with the votes of a view change");
  if ((status == Status::recovering) != (replica.recovery.nonce != 0))
    return with_status(replica, node, " with nonce " + std::to_string(replica.recovery.nonce));
  if (status != Status::recovering && !replica.recovery.recovery_responses.empty())
    return with_status(replica, node, " with the answers of a recovery");
  if (status != Status::transferring && replica.transfer.view_number != 0)
    return with_status(replica, node, " with a state transfer under way");
  return std::nullopt;
}

Text views_in_order(const Replica& replica, const NodeView& node) {
  if (replica.last_normal_view > replica.view_number)
    return with_status(replica, node,
                       ", was last normal in view " + std::to_string(replica.last_normal_view));
  if (replica.status == Status::transferring && replica.transfer.view_number <= replica.view_number)
    return with_status(replica, node, " to view " + std::to_string(replica.transfer.view_number));
  return std::nullopt;
}

Text view_saved(const Replica& replica, const NodeView& node) {
  if (replica.stable.view_number >= replica.view_number) return std::nullopt;
  return with_status(replica, node,
                     " but would recover in view " + std::to_string(replica.stable.view_number));
}

}  // namespace

std::vector<engine::Property> local_facts(const Options& options) {
  using engine::node_property;
  std::vector<engine::Property> list;
  list.push_back(node_property<Replica>("viewstamped/timers-armed",
                                        "Whoever waits has the timer armed that ends the wait.",
                                        &timers_armed));
  // The defect goes on counting in a view that has started.
  if (options.late_do_view_change == LateDoViewChange::answer) {
    list.push_back(node_property<Replica>("viewstamped/gathered-in-status",
                                          "What a status has gathered ends with it.",
                                          &gathered_in_status));
  }
  list.push_back(node_property<Replica>(
      "viewstamped/views-in-order",
      "The last normal view is not above the view-number, and a transfer goes to a later view.",
      &views_in_order));
  if (options.recovery == RecoveryRule::view_persisted) {
    list.push_back(node_property<Replica>("viewstamped/view-saved",
                                          "A replica recovers in no view below one it was in.",
                                          &view_saved));
  }
  return list;
}

}  // namespace stampede::models::viewstamped
