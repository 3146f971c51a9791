// models/viewstamped/facts.cpp: what holds of each replica by itself, after each of its steps.
#include "models/viewstamped/invariants.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::NodeView;

/// Each wait ends by a message or by a timer; without it one lost message stops the replica. Of
/// those in normal status the one that tells of commits is the primary: no other replica has its
/// CommitTimeout fire, and the primary no ViewChangeTimeout.
const char* missing_timer(const Replica& replica, const NodeView& node) {
  switch (replica.status) {
    case Status::normal:
      if (node.armed(CommitTimeout{})) {
        if (replica.commit_number >= replica.op_number()) return nullptr;
        return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
      }
      if (node.armed(ViewChangeTimeout{})) return nullptr;
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

std::string told(const Replica& replica, const NodeView& node, const char* what) {
  return node.name() + " is " + boost::describe::enum_to_string(replica.status, "?") + " in view " +
         std::to_string(replica.view_number) + " and " + what;
}

/// What a status has gathered is there in that status, and ends with it: it is of no use in another
/// one, and wrong in the same one again. `votes_stay`: the defect late_do_view_change goes on
/// counting. `view_is_saved`: no message of a view leaves before its number is on its way to disk.
template <bool votes_stay, bool view_is_saved>
std::optional<std::string> out_of_order(const Replica& replica, const NodeView& node) {
  const Status status = replica.status;
  const ViewNumber view = replica.view_number;
  const char* what = nullptr;
  if (replica.last_normal_view > view) {
    what = "was normal in a later view";
  } else if (view_is_saved && replica.stable.view_number < view) {
    what = "would recover in an earlier view";
  } else if ((status == Status::recovering) == replica.recovery.empty()) {
    what = status == Status::recovering ? "has no nonce" : "waits for answers to a Recovery";
  } else if ((status == Status::transferring) != (replica.transfer.view_number > view)) {
    what = status == Status::transferring ? "fetches no later view" : "waits for a NewState";
  } else if (!votes_stay && status != Status::view_change && !replica.view_change.empty()) {
    what = "counts votes of a view change";
  } else if (status != Status::normal && !replica.prepare_oks.empty()) {
    what = "counts PrepareOks";
  } else {
    what = missing_timer(replica, node);
  }
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
