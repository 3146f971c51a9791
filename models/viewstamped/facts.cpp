// models/viewstamped/facts.cpp: what holds of each replica by itself, after each of its steps.
#include "models/viewstamped/invariants.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::NodeView;

/// What a status has gathered ends with it: it is of no use in another one, and wrong in the same
/// one again. `votes_stay`: the defect late_do_view_change goes on counting.
const char* left_over(const Replica& replica, bool votes_stay) {
  const Status status = replica.status;
  if (status != Status::view_change && !votes_stay && !replica.view_change.empty())
    return "counts votes of a view change";
  if (status != Status::recovering && !replica.recovery.empty())
    return "waits for answers to a Recovery";
  if (status != Status::transferring && replica.transfer.view_number != 0)
    return "waits for a NewState";
  if (status != Status::normal && !replica.prepare_oks.empty()) return "counts PrepareOks";
  return nullptr;
}

/// Each wait ends by a message or by a timer; without it one lost message stops the replica. A
/// normal replica that tells of commits is the primary: CommitTimeout and ViewChangeTimeout fire
/// for nobody else.
const char* missing_timer(const Replica& replica, const NodeView& node) {
  switch (replica.status) {
    case Status::normal:
      if (node.armed(ViewChangeTimeout{})) return nullptr;
      if (node.armed(CommitTimeout{})) {
        if (replica.commit_number >= replica.op_number()) return nullptr;
        return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
      }
      return node.lacks(ViewChangeTimeout{}) && node.lacks(CommitTimeout{})
                 ? "has neither CommitTimeout nor ViewChangeTimeout"
                 : nullptr;
    case Status::view_change:
    case Status::transferring:
      if (node.lacks(ViewChangeTimeout{})) return "has no ViewChangeTimeout";
      return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
    case Status::recovering:
      return node.lacks(RecoveryTimeout{}) ? "has no RecoveryTimeout" : nullptr;
  }
  return nullptr;
}

const char* wrong_number(const Replica& replica, bool view_is_saved) {
  if (replica.last_normal_view > replica.view_number) return "was normal in a later view";
  // No message of a view leaves before the view-number is on its way to the disk.
  if (view_is_saved && replica.stable.view_number < replica.view_number)
    return "would recover in an earlier view";
  if (replica.status == Status::recovering && replica.recovery.nonce == 0) return "has no nonce";
  if (replica.status == Status::transferring && replica.transfer.view_number <= replica.view_number)
    return "fetches the log of no later view";
  return nullptr;
}

std::string told(const Replica& replica, const NodeView& node, const char* what) {
  return node.name() + " is " + boost::describe::enum_to_string(replica.status, "?") + " in view " +
         std::to_string(replica.view_number) + " and " + what;
}

template <bool votes_stay, bool view_is_saved>
std::optional<std::string> out_of_order(const Replica& replica, const NodeView& node) {
  const char* what = wrong_number(replica, view_is_saved);
  if (what == nullptr) what = left_over(replica, votes_stay);
  if (what == nullptr) what = missing_timer(replica, node);
  if (what == nullptr) return std::nullopt;
  return told(replica, node, what);
}

}  // namespace

engine::Property replica_in_order(const Options& options) {
  const bool votes_stay = options.late_do_view_change == LateDoViewChange::rerun;
  const bool view_is_saved = options.recovery == RecoveryRule::view_persisted;
  return engine::node_property<Replica>(
      "viewstamped/replica-in-order",
      "A replica holds what belongs to its status and view, and waits under a timer.",
      votes_stay      ? view_is_saved ? &out_of_order<true, true> : &out_of_order<true, false>
           : view_is_saved ? &out_of_order<false, true>
                      : &out_of_order<false, false>);
}

}  // namespace stampede::models::viewstamped
