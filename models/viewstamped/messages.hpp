// models/viewstamped/messages.hpp: the messages, timers and values of the core of Viewstamped
// Replication Revisited (Liskov & Cowling, MIT-CSAIL-TR-2012-021), cited as VRR. Field and message
// names are the paper's.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/core/shared_log.hpp"
#include "engine/process/process.hpp"

namespace stampede::models::viewstamped {

using ViewNumber = std::uint64_t;
using OpNumber = std::uint64_t;

/// A request in the log, whatever it asks for. Differs from the paper: it keeps the view in which
/// its primary first appended it (the viewstamp of the 1988 protocol); only the option rank_logs:
/// last_entry_view reads it.
struct LogEntry {
  ViewNumber view_number = 0;
  Operation request{};
};
STAMPEDE_VALUE(LogEntry, view_number, request);

using Log = engine::SharedLog<LogEntry>;

/// The newest incarnation of each replica that the sender knows of; empty unless recovery:
/// crash_vectors.
using CrashVector = PerNode<std::uint64_t>;

// ----- normal operation, VRR 4.1 -----
struct Prepare {
  ViewNumber view_number = 0;
  /// m, with its viewstamp.
  LogEntry entry{};
  OpNumber op_number = 0;
  OpNumber commit_number = 0;
};
STAMPEDE_VALUE(Prepare, view_number, entry, op_number, commit_number);

/// Acknowledges this op-number and all earlier ones.
struct PrepareOk {
  ViewNumber view_number = 0;
  OpNumber op_number = 0;
};
STAMPEDE_VALUE(PrepareOk, view_number, op_number);

struct Commit {
  ViewNumber view_number = 0;
  OpNumber commit_number = 0;
};
STAMPEDE_VALUE(Commit, view_number, commit_number);

// ----- view change, VRR 4.2 -----
struct StartViewChange {
  ViewNumber view_number = 0;
  CrashVector crash_vector{};
};
STAMPEDE_VALUE(StartViewChange, view_number, crash_vector);

struct DoViewChange {
  ViewNumber view_number = 0;
  Log log{};
  /// v': the view of the last normal status.
  ViewNumber last_normal_view = 0;
  OpNumber commit_number = 0;
  CrashVector crash_vector{};
};
STAMPEDE_VALUE(DoViewChange, view_number, log, last_normal_view, commit_number, crash_vector);

struct StartView {
  ViewNumber view_number = 0;
  Log log{};
  OpNumber commit_number = 0;
  CrashVector crash_vector{};
};
STAMPEDE_VALUE(StartView, view_number, log, commit_number, crash_vector);

// ----- recovery, VRR 4.3 -----
struct Recovery {
  std::uint64_t nonce = 0;
  /// The persisted view (recovery: view_persisted); 0 otherwise.
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(Recovery, nonce, view_number);

/// What only the primary of the view answers.
struct PrimaryState {
  Log log{};
  OpNumber commit_number = 0;
};
STAMPEDE_VALUE(PrimaryState, log, commit_number);

struct RecoveryResponse {
  ViewNumber view_number = 0;
  std::uint64_t nonce = 0;
  std::optional<PrimaryState> state{};
  CrashVector crash_vector{};
};
STAMPEDE_VALUE(RecoveryResponse, view_number, nonce, state, crash_vector);

// ----- state transfer, VRR 5.2 -----
struct GetState {
  ViewNumber view_number = 0;
  /// n': entries after this one are wanted.
  OpNumber op_number = 0;
};
STAMPEDE_VALUE(GetState, view_number, op_number);

struct NewState {
  ViewNumber view_number = 0;
  /// Differs from the paper: the answer says after which op-number its entries start, so that a
  /// stale or duplicated one is seen.
  OpNumber after = 0;
  std::vector<LogEntry> entries{};
  OpNumber commit_number = 0;
};
STAMPEDE_VALUE(NewState, view_number, after, entries, commit_number);

// ----- checkpoints, VRR 5.1 -----
/// What the owner of a replica has made of all operations up to op_number, the checkpoint-number.
struct Checkpoint {
  OpNumber op_number = 0;
  /// Of the log up to there.
  std::uint64_t prefix_hash = 0;
  /// Nobody but owners looks into it.
  engine::Payload state{};
};
STAMPEDE_VALUE(Checkpoint, op_number, prefix_hash, state);

/// Answers GetState where the entries asked for are forgotten.
struct NewCheckpoint {
  ViewNumber view_number = 0;
  Checkpoint checkpoint{};
};
STAMPEDE_VALUE(NewCheckpoint, view_number, checkpoint);

// ----- reconfiguration, VRR 7 -----
/// A view-number says of which epoch it is: those of epoch e are e million and up. So every message
/// that has a view-number has the epoch-number, too, and later epochs have larger view-numbers.
inline constexpr ViewNumber views_per_epoch = 1'000'000;

/// A group that takes the place of another one.
struct Epoch {
  ViewNumber first_view = 0;
  /// Of the RECONFIGURATION, the last operation of the epoch before. Differs from the paper, which
  /// does not tell the view that appended it: whose log ends with that entry holds what was
  /// decided.
  OpNumber op_number = 0;
  ViewNumber appended_in = 0;
  /// Both ascending.
  std::vector<NodeId> old_members{};
  std::vector<NodeId> members{};
};
STAMPEDE_VALUE(Epoch, first_view, op_number, appended_in, old_members, members);

struct StartEpoch {
  Epoch epoch{};
};
STAMPEDE_VALUE(StartEpoch, epoch);

/// Differs from the paper: its sender, a new member, holds all operations of the epochs before.
struct EpochReady {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(EpochReady, view_number);

/// Its sender, a new member, takes part in the epoch.
struct EpochStarted {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(EpochStarted, view_number);

/// Asks for a later epoch than that of this view.
struct CheckEpoch {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(CheckEpoch, view_number);

// ----- timers -----
/// A backup has not heard of its primary, or a view change does not end.
struct ViewChangeTimeout {};
STAMPEDE_VALUE(ViewChangeTimeout);
/// The primary has been idle: COMMIT.
struct CommitTimeout {};
STAMPEDE_VALUE(CommitTimeout);
/// Something sent has not been answered.
struct ResendTimeout {};
STAMPEDE_VALUE(ResendTimeout);
/// Recovery has not ended: ask again.
struct RecoveryTimeout {};
STAMPEDE_VALUE(RecoveryTimeout);

}  // namespace stampede::models::viewstamped
