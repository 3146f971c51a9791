// models/viewstamped/options.hpp: every point where VRR is silent, ambiguous or wrong, as a typed
// option with the safe choice as default. These are the only switches in the model; a defect is a
// named assignment of them (model.cpp).
#pragma once

#include "engine/core/value.hpp"

namespace stampede::models::viewstamped {

/// How a crashed replica keeps the promises it made in view changes.
enum class RecoveryRule { view_persisted, crash_vectors, paper };
/// When StartView(v) is accepted.
enum class StartViewRule { newer_or_changing, same_view, any };
/// Which message of a later view starts a state transfer; each rule is narrower than the one
/// before.
enum class TransferTrigger { prepare_or_commit, prepare, prepare_gap };
/// How a commit-number in a message is taken over.
enum class CommitUpdate { maximum, assign };
/// What ranks the logs of DoViewChange messages before their length.
enum class LogRank { last_normal_view, last_entry_view };
/// What a primary does with a DoViewChange for the view it has already started.
enum class LateDoViewChange { answer, rerun };
/// What StartViewChange for the view that it is normal in makes of a replica.
enum class LateStartViewChange { answer, fall_back };
/// How far a view-number advances on hearing of the change to a later view.
enum class ViewAdvance { adopt, increment };
/// When the doubled timeouts of failed view changes are forgotten.
enum class BackoffEnd { commit, new_view };
/// What a backup acknowledges: whatever it holds, or only what a Prepare has just added.
enum class Acknowledged { held, appended };
/// Behind which op-number the log is cut when a checkpoint was taken: that of the oldest checkpoint
/// that is kept, or the commit-number.
enum class LogCut { oldest_checkpoint, commit_number };
/// Who says what an operation needs to know that replicas may not agree on: the primary alone; the
/// primary with f backups, whom it asks first; or, which is a defect, each replica as it executes.
enum class Foretelling { primary, quorum, each };
/// How reads are answered: through the log, or by the primary alone while it has leases.
enum class Reads { log, lease };
STAMPEDE_ENUM(RecoveryRule, view_persisted, crash_vectors, paper);
STAMPEDE_ENUM(StartViewRule, newer_or_changing, same_view, any);
STAMPEDE_ENUM(TransferTrigger, prepare_or_commit, prepare, prepare_gap);
STAMPEDE_ENUM(CommitUpdate, maximum, assign);
STAMPEDE_ENUM(LogRank, last_normal_view, last_entry_view);
STAMPEDE_ENUM(LateDoViewChange, answer, rerun);
STAMPEDE_ENUM(LateStartViewChange, answer, fall_back);
STAMPEDE_ENUM(ViewAdvance, adopt, increment);
STAMPEDE_ENUM(BackoffEnd, commit, new_view);
STAMPEDE_ENUM(Acknowledged, held, appended);
STAMPEDE_ENUM(LogCut, oldest_checkpoint, commit_number);
STAMPEDE_ENUM(Foretelling, primary, quorum, each);
STAMPEDE_ENUM(Reads, log, lease);

struct Options {
  // Time.
  engine::Duration view_change_timeout = engine::milliseconds(100);
  engine::Duration commit_interval = engine::milliseconds(20);
  engine::Duration resend_interval = engine::milliseconds(40);
  engine::Duration recovery_timeout = engine::milliseconds(50);
  // Recovery, VRR 4.3.
  RecoveryRule recovery = RecoveryRule::view_persisted;
  bool recovery_checks_nonce = true;
  bool recovering_joins_view_change = false;
  bool recovery_asks_again = true;
  bool recovery_needs_latest_primary = true;
  // View change, VRR 4.2.
  LogRank rank_logs_by = LogRank::last_normal_view;
  LateDoViewChange late_do_view_change = LateDoViewChange::answer;
  StartViewRule accept_start_view = StartViewRule::newer_or_changing;
  bool start_view_change_round = true;
  LateStartViewChange late_start_view_change = LateStartViewChange::answer;
  ViewAdvance view_advance = ViewAdvance::adopt;
  /// Who changes views sends again, and goes on to a further one.
  bool view_change_goes_on = true;
  BackoffEnd backoff_ends_with = BackoffEnd::commit;
  bool prepare_oks_end_with_view = true;
  // View change with ends of logs, VRR 5.3.
  /// So many newest entries go with DoViewChange and StartView; 0 = the whole log.
  std::uint64_t view_change_suffix = 0;
  /// The end of a log is joined to one's own only where that is the same log so far.
  bool suffix_is_compared = true;
  // State transfer, VRR 5.2.
  TransferTrigger transfer_trigger = TransferTrigger::prepare_or_commit;
  bool transfer_truncates = false;
  bool transfer_raises_view = false;
  bool transfer_raises_last_normal_view = false;
  bool transfer_checks_answer = true;
  bool transfer_only_appends = false;
  Acknowledged acknowledges = Acknowledged::held;
  // Commit-numbers, VRR 4.1.
  CommitUpdate commit_number = CommitUpdate::maximum;
  /// With `recovery: view_persisted`: who wants a view saves its number before it says so.
  bool saves_first = true;
  /// Which requests wait is asked of the log, and not of a table that outlives it.
  bool waiting_follows_log = true;
  // Non-determinism, VRR 4.4, where the service has operations that need it.
  Foretelling foretelling = Foretelling::primary;
  /// So long f backups have time to answer; then the primary goes on with what it knows.
  engine::Duration foretelling_timeout = engine::milliseconds(20);
  // Reads, VRR 6.3.
  Reads reads = Reads::log;
  /// How long leases last, of each clock; whoever holds them takes it for `lease_margin` less: by
  /// so much clocks may differ in that time.
  engine::Duration lease = engine::milliseconds(40);
  engine::Duration lease_margin = engine::milliseconds(2);
  /// The primary of a later view answers nobody before the leases of earlier ones are over.
  bool lease_is_awaited = true;
  // Client table, VRR 4.1.
  /// It holds no more than so many clients, who ask in sessions; 0 = any number, without sessions.
  std::uint64_t client_table_limit = 0;
  /// What is not of a session of its client is refused.
  bool requests_need_session = true;
  // Checkpoints, VRR 5.1.
  /// A checkpoint after each so many operations; 0 = none, and the log is never cut.
  std::uint64_t checkpoint_interval = 0;
  /// So many of them are kept, 1 at least.
  std::uint64_t checkpoints_kept = 1;
  LogCut log_cut = LogCut::oldest_checkpoint;
  /// A log is taken only with a checkpoint of what it has forgotten.
  bool log_needs_checkpoint = true;
  bool checkpoint_has_client_table = true;
  /// A checkpoint shows one moment; else operations that are executed meanwhile show in it.
  bool checkpoint_is_atomic = true;
  // Reconfiguration, VRR 7, where there are spare nodes.
  /// StartEpoch takes a replica to later epochs only.
  bool epochs_rise = true;
  /// Who is replaced leaves its epoch when that ends.
  bool replaced_leave = true;
  /// Who is replaced keeps the state until f'+1 members take part in the next epoch.
  bool replaced_wait = true;
  /// Members take part in an epoch when they hold what was decided before it.
  bool members_wait = true;
  /// Quorums are those of the members of the epoch, not of the group that was there first.
  bool quorums_follow_members = true;
};
STAMPEDE_VALUE(Options, view_change_timeout, commit_interval, resend_interval, recovery_timeout,
               recovery, recovery_checks_nonce, recovering_joins_view_change, recovery_asks_again,
               recovery_needs_latest_primary, rank_logs_by, late_do_view_change, accept_start_view,
               start_view_change_round, late_start_view_change, view_advance, view_change_goes_on,
               backoff_ends_with, prepare_oks_end_with_view, view_change_suffix, suffix_is_compared,
               transfer_trigger, transfer_truncates, transfer_raises_view,
               transfer_raises_last_normal_view, transfer_checks_answer, transfer_only_appends,
               acknowledges, commit_number, saves_first, waiting_follows_log, foretelling,
               foretelling_timeout, reads, lease, lease_margin, lease_is_awaited,
               client_table_limit, requests_need_session, checkpoint_interval, checkpoints_kept,
               log_cut, log_needs_checkpoint, checkpoint_has_client_table, checkpoint_is_atomic,
               epochs_rise, replaced_leave, replaced_wait, members_wait, quorums_follow_members);

}  // namespace stampede::models::viewstamped
