// models/viewstamped/status.cpp: the statuses of a replica and the ways from one to another.
// Each way says what must hold before it, what ends and begins with it, and which timers run after.
//
//   normal, primary    CommitTimeout; ResendTimeout while something is not committed
//   normal, backup     ViewChangeTimeout
//   view_change        ViewChangeTimeout, ResendTimeout
//   transferring       ViewChangeTimeout, ResendTimeout
//   transitioning      ResendTimeout
//   recovering         RecoveryTimeout
//   spare              none
#include <algorithm>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

constexpr std::uint32_t backoff_max = 5;

}  // namespace

void Core::start(Context context) {
  ASSERT(status == Status::normal);
  ASSERT(view_number == 0 && log.empty());
  if (!is_member(context.self(), context)) return become_spare(context);
  if (!is_primary(context)) return arm_view_change_timeout(context);
  context.arm(CommitTimeout{}, context.options<Options>().commit_interval);
  context.indicate(consensus::Leads{epoch()});
}

// VRR 4.3: status recovering; no part in request processing or view changes until the end.
void Core::recover(Context context) {
  ASSERT(log.empty() && commit_number == 0);
  status = Status::recovering;
  view_number = stable.view_number;
  // It never took part in any epoch.
  if (!is_member(context.self(), context) && stable.view_number == 0 &&
      context.options<Options>().recovery == RecoveryRule::view_persisted)
    return become_spare(context);
  begin_recovery(context);
}

void Core::become_normal(ViewNumber view, Context& context) {
  const Options& options = context.options<Options>();
  // StartView and NewState of any view are defects.
  if (options.accept_start_view != StartViewRule::any && options.transfer_checks_answer) {
    ASSERT(view >= view_number);
    ASSERT(view >= transfer.view_number);
  }
  if (raise_view(view, context)) context.persist();
  status = Status::normal;
  last_normal_view = view;
  if (options.backoff_ends_with == BackoffEnd::new_view) view_changes_in_a_row = 0;
  if (options.prepare_oks_end_with_view) prepare_oks.clear();
  view_change = {};
  recovery = {};
  transfer = {};
  checkpoints.fetched.reset();
  context.disarm(ResendTimeout{});
  context.disarm(RecoveryTimeout{});
  if (is_primary(context)) {
    context.disarm(ViewChangeTimeout{});
    context.arm(CommitTimeout{}, options.commit_interval);
    context.indicate(consensus::Leads{epoch()});
  } else {
    context.disarm(CommitTimeout{});
    arm_view_change_timeout(context);
  }
}

// VRR 4.2 step 1: advance the view-number, status view-change, STARTVIEWCHANGE to all others.
// "Advance" means: adopt the message's view (README, A1).
void Core::become_view_changing(ViewNumber view, Context& context) {
  const Options& options = context.options<Options>();
  if (options.late_start_view_change == LateStartViewChange::answer) ASSERT(view > view_number);
  ASSERT(view >= transfer.view_number && view - epochs.current.first_view < views_per_epoch);
  if (!options.recovering_joins_view_change) ASSERT(status != Status::recovering);
  if (status == Status::transferring) context.reached("view-change-interrupts-transfer");
  if (status == Status::normal && is_primary(context)) context.reached("primary-deposed");
  const bool saves = raise_view(view, context);
  if (saves && options.saves_first) context.persist();
  status = Status::view_change;
  if (options.prepare_oks_end_with_view) prepare_oks.clear();
  view_change = {};
  recovery = {};
  transfer = {};
  ++view_changes_in_a_row;
  context.disarm(CommitTimeout{});
  context.disarm(RecoveryTimeout{});
  if (options.view_change_goes_on) {
    context.arm(ResendTimeout{}, options.resend_interval);
    arm_view_change_timeout(context);
  } else {
    context.disarm(ResendTimeout{});
    context.disarm(ViewChangeTimeout{});
  }
  tell(start_view_change_message(), context);
  count_start_view_changes(context);
  if (saves && !options.saves_first) context.persist();
}

// VRR 5.2, second case. Everything after the own commit-number may have been reordered; what is
// committed stays (README, A9).
void Core::become_transferring(ViewNumber view, NodeId from, Context& context) {
  ASSERT(view > view_number);
  ASSERT(view > transfer.view_number);
  ASSERT(status != Status::recovering);
  context.reached(status == Status::view_change ? "transfer-ends-view-change"
                                                : "state-transfer-begun");
  status = Status::transferring;
  prepare_oks.clear();
  view_change = {};
  transfer = {view, known_up_to(), 0};
  context.disarm(CommitTimeout{});
  arm_view_change_timeout(context);
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  request_state(from, view, transfer.after, context);
}

// VRR 7.1: an epoch has ended, or was heard of. From here on it has no part in the old one, and
// none in the new one before it holds what was decided (reconfiguration.cpp).
void Core::become_transitioning(NodeId from, Context& context) {
  ASSERT(is_of_epoch(epochs.current.first_view) && epochs.started.empty());
  const std::vector<NodeId> concerned = both_groups();
  if (!std::binary_search(concerned.begin(), concerned.end(), context.self()))
    return become_spare(context);
  context.reached("epoch-ended");
  leave_epoch(context);
  status = Status::transitioning;
  if (holds_decided_log()) advance_commit(epochs.current.op_number, context);
  transfer = {epochs.current.first_view, known_up_to(), 0};
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
  if (is_ready(context)) return become_ready(context);
  request_state(from, transfer.view_number, transfer.after, context);
}

// VRR 7.1.2: shut down. It tells no more than where its group went.
void Core::become_spare(Context& context) {
  leave_epoch(context);
  status = Status::spare;
  epochs.started.clear();
  context.disarm(ResendTimeout{});
}

void Core::leave_epoch(Context& context) {
  prepare_oks.clear();
  view_change = {};
  recovery = {};
  transfer = {};
  checkpoints.fetched.reset();
  view_changes_in_a_row = 0;
  context.disarm(CommitTimeout{});
  context.disarm(RecoveryTimeout{});
  context.disarm(ViewChangeTimeout{});
}

// The write that the 1988 protocol made and VRR leaves out: the view-number is on disk before any
// message of the view leaves.
bool Core::raise_view(ViewNumber view, const Context& context) {
  const bool higher = view > view_number;
  view_number = view;
  if (!higher || context.options<Options>().recovery != RecoveryRule::view_persisted) return false;
  stable.view_number = view;
  return true;
}

void Core::arm_view_change_timeout(Context& context) {
  const std::uint32_t doublings = std::min(view_changes_in_a_row, backoff_max);
  context.arm(ViewChangeTimeout{},
              context.options<Options>().view_change_timeout * (std::int64_t{1} << doublings));
}

}  // namespace stampede::models::viewstamped
