#include "models/viewstamped/defects.hpp"

namespace stampede::models::viewstamped {
namespace {

const std::string vanlightly = "Vanlightly: vsr-tlaplus, vsr-revisited/paper/VSR.tla";
const std::string michael =
    "Michael, Ports, Sharma, Szekeres: Recovering Shared Objects Without Stable Storage, DISC 2017";

std::vector<engine::Defect> what_recovery_does() {
  return {
      {"vrr-recovery-forgets-view",
       "Recovery as in the paper, with nothing on disk: a replica forgets that it took part in a "
       "view change.",
       michael + ", section 6 and appendix B.1",
       "viewstamped/promise-kept",
       {{"recovery", "paper"}}},
      {"vrr-tells-view-before-saved",
       "Who wants a view says so while its number is still on its way to the disk.",
       "against Oki, Liskov: Viewstamped Replication, PODC 1988, which writes the viewid to stable "
       "storage; " +
           michael,
       "viewstamped/promise-kept",
       {{"saves_first", "false"}}},
      {"vrr-recovery-without-nonce",
       "Recovery responses are accepted whatever nonce they carry.",
       "reconstructed from VRR 4.3 step 1",
       "viewstamped/certified-log",
       {{"recovery_checks_nonce", "false"}}},
      {"vrr-recovery-takes-any-primary",
       "Recovery takes the state that any primary told, also one of an older view than the latest.",
       "VRR 4.3 step 3 left out; Vanlightly: vsr-tlaplus, vsr-revisited/paper/VSR.tla, "
       "CompleteRecovery",
       "viewstamped/certified-log",
       {{"recovery_needs_latest_primary", "false"}}},
      {"vrr-recovery-asks-once",
       "A recovering replica asks once, and waits for ever for the answer of a primary that "
       "answered before its view began.",
       "Vanlightly: vsr-tlaplus, RetryRecovery in VR_REPLICA_RECOVERY.tla; VRR 4.3",
       "viewstamped/replica-in-order",
       {{"recovery_asks_again", "false"}}},
      {"vrr-recovering-replica-joins-view-change",
       "A recovering replica takes part in view changes with its empty log.",
       "tapir issue 15; VRR 4.3",
       "viewstamped/certified-log",
       {{"recovering_joins_view_change", "true"}}},
      {"vrr-one-phase-view-change",
       "Without a round of StartViewChange and without a disk: who crashes forgets its "
       "DoViewChange.",
       "VRR 8.2, the example of why the round is there",
       "viewstamped/promise-kept",
       {{"recovery", "paper"}, {"start_view_change_round", "false"}}}};
}

std::vector<engine::Defect> what_view_changes_do() {
  return {
      {"vrr-start-view-accepted-twice",
       "StartView is accepted again in the view that a replica is already normal in.",
       vanlightly + ", StartView without a condition on the view",
       "viewstamped/certified-log",
       {{"accept_start_view", "same_view"}}},
      {"vrr-start-view-any",
       "StartView of any view is accepted, also of an older one.",
       "VRR 4.2 step 5 read literally; " + vanlightly,
       "viewstamped/certified-log",
       {{"accept_start_view", "any"}}},
      {"vrr-last-entry-view-ranks-logs",
       "DoViewChange logs are ranked by the view of their newest entry instead of the last normal "
       "view.",
       "TigerBeetle commits c4af211 and 550d5a6 (2021)",
       "viewstamped/survives-view-change",
       {{"rank_logs_by", "last_entry_view"}}},
      {"vrr-late-do-view-change",
       "A DoViewChange that comes after its view has started makes the primary start it again.",
       "reconstructed from VRR 4.2 step 3; guarded in " + vanlightly,
       "viewstamped/certified-log",
       {{"late_do_view_change", "rerun"}}},
      {"vrr-late-start-view-change",
       "StartViewChange for the view that it is already normal in makes a replica change views "
       "again.",
       vanlightly + ", note at ReceiveMatchingSVC",
       "viewstamped/certified-log",
       {{"late_start_view_change", "fall_back"}}},
      {"vrr-view-advances-by-one",
       "On hearing of a later view the own one is advanced by one; DoViewChanges of several views "
       "are counted together.",
       "VRR 4.2 step 1 read as an increment; Vanlightly: vsr-tlaplus, VR_INC_RESEND.tla, "
       "ReceivedDVCsAllSameView; Enberg: Viewstamped Replication Made Live",
       "no-exception",
       {{"view_advance", "increment"}}},
      {"vrr-view-change-waits",
       "Who changes views sends nothing again and never goes on to a further view: one lost "
       "message, and it waits for ever.",
       "VRR 4.2 as far as it is written; Vanlightly: vsr-tlaplus, 01-view-changes; Enberg: "
       "Viewstamped Replication Made Live",
       "viewstamped/replica-in-order",
       {{"view_change_goes_on", "false"}}},
      {"vrr-backoff-ends-with-view",
       "A view that has started ends the doubling of timeouts: where messages are slow, views "
       "follow each other for ever.",
       "Enberg: Viewstamped Replication Made Live, on backoff",
       "liveness",
       {{"backoff_ends_with", "new_view"}}}};
}

std::vector<engine::Defect> what_transfers_do() {
  return {
      {"vrr-state-transfer-truncates",
       "State transfer as in the paper: on a later view the log is cut back to the commit-number "
       "and the view raised at once.",
       vanlightly + ", defect 1; VRR 5.2",
       "viewstamped/certified-log",
       {{"transfer_truncates", "true"},
        {"transfer_raises_view", "true"},
        {"transfer_raises_last_normal_view", "true"}}},
      {"vrr-state-transfer-raises-view-early",
       "Half a repair: nothing is truncated, but view-number and last normal view rise before the "
       "log is there.",
       vanlightly + ", commits 02eca0d to 45fe3f0",
       "viewstamped/certified-log",
       {{"transfer_raises_view", "true"}, {"transfer_raises_last_normal_view", "true"}}},
      {"vrr-state-transfer-truncates-only",
       "The other half: the last normal view is kept, but the log is truncated.",
       "vsr-tlaplus issue 1 (2022)",
       "viewstamped/certified-log",
       {{"transfer_truncates", "true"}, {"transfer_raises_view", "true"}}},
      {"vrr-state-transfer-stays-normal",
       "A replica that has adopted a later view is normal in it before it has its log, and "
       "acknowledges on top of another one.",
       vanlightly + ", repaired in commit 0c1b8d8",
       "viewstamped/one-log-per-view",
       {{"transfer_raises_view", "true"}}},
      {"vrr-new-state-unchecked",
       "NewState is installed whatever view it is of: an old one takes a replica back.",
       vanlightly + ", repaired in commit 8bf5e40",
       "viewstamped/view-monotone",
       {{"transfer_checks_answer", "false"}}},
      {"vrr-new-state-only-appends",
       "NewState is taken only where it continues the log: who holds something that is not "
       "committed refuses every answer.",
       "Vanlightly: vsr-tlaplus, commit 45fe3f0",
       "convergence",
       {{"transfer_only_appends", "true"}}},
      {"vrr-new-state-not-acknowledged",
       "A backup acknowledges what a Prepare added and nothing else: what came by state transfer "
       "is never committed.",
       "vsr-rs commit 3fee194",
       "liveness",
       {{"acknowledges", "appended"}}}};
}

std::vector<engine::Defect> what_numbers_do() {
  return {{"vrr-commit-number-assigned",
           "Commit-numbers out of messages are assigned, even when they are lower.",
           vanlightly + ", commit e04048d; Enberg: Viewstamped Replication Made Live, erratum 1",
           "viewstamped/commit-monotone",
           {{"commit_number", "assign"}}},
          {"vrr-prepare-oks-outlive-view",
           "PrepareOks of an earlier term as primary are counted in a later one.",
           "TigerBeetle commit e2cce24 (2022)",
           "viewstamped/replica-in-order",
           {{"prepare_oks_end_with_view", "false"}}},
          {"vrr-lost-request-stays-known",
           "A request that did not survive a view change is still known as waiting: its client is "
           "never answered.",
           "tapir issue 16; VRR 4.1 step 3",
           "liveness",
           {{"waiting_follows_log", "false"}}},
          {"vrr-evicted-client-executed-again",
           "A client that is not in the table is taken for a new one, also where its entry had to "
           "go for another one's: its late retry is executed again.",
           "against Ongaro: Consensus: Bridging Theory and Practice, 2014, 6.3, on sessions; VRR "
           "4.1 step 2",
           "at-most-once",
           {{"requests_need_session", "false"}}}};
}

std::vector<engine::Defect> what_execution_does() {
  return {{"vrr-clock-read-at-execution",
           "Each replica asks its own clock for the date of a write, and draws its tag, when it "
           "executes it.",
           "reconstructed against VRR 4.4: all replicas execute with the value that the primary "
           "foretold",
           "viewstamped/one-state-per-operation",
           {{"foretelling", "each"}}}};
}

std::vector<engine::Defect> what_leases_do() {
  return {{"vrr-lease-not-awaited",
           "The primary of a new view answers at once, while an earlier one still answers reads "
           "under its leases.",
           "reconstructed against VRR 6.3.1: a new view has to wait until leases are over",
           "linearizability",
           {{"lease_is_awaited", "false"}}}};
}

std::vector<engine::Defect> what_checkpoints_do() {
  const std::string against = "reconstructed against VRR 5.1";
  return {
      {"vrr-checkpoint-without-client-table",
       "A checkpoint has the state of the service and not the client table: who was restored from "
       "it executes retries anew.",
       against + "; VRR 4.1 step 2",
       "at-most-once",
       {{"checkpoint_has_client_table", "false"}}},
      {"vrr-checkpoint-not-atomic",
       "A checkpoint shows what is executed while it is written.",
       against + ", which copies pages when they are written",
       "linearizability",
       {{"checkpoint_is_atomic", "false"}}},
      {"vrr-log-without-checkpoint",
       "Who is told a log that begins behind its commit-number takes it without the state below.",
       "reconstructed against VRR 5.2: first the checkpoint, then the log",
       "viewstamped/log-stands-on-checkpoint",
       {{"log_needs_checkpoint", "false"}}},
      {"vrr-log-cut-beyond-checkpoint",
       "The log is cut behind the commit-number instead of the oldest checkpoint.",
       against,
       "viewstamped/log-stands-on-checkpoint",
       {{"log_cut", "commit_number"}}},
      {"vrr-suffix-joined-blindly",
       "The end of a log that DoViewChange or StartView brings is joined to one's own log, "
       "although that is another one up to there.",
       "reconstructed against VRR 5.3",
       "viewstamped/one-log-per-view",
       {{"suffix_is_compared", "false"}}}};
}

std::vector<engine::Defect> what_reconfigurations_do() {
  const std::string against = "reconstructed against VRR 7.1";
  return {{"vrr-start-epoch-accepted-again",
           "STARTEPOCH is followed whatever epoch a replica is in: a late one takes it back to "
           "where its epoch began.",
           against + ": messages of earlier epochs are discarded",
           "viewstamped/replica-in-order",
           {{"epochs_rise", "false"}}},
          {"vrr-old-group-goes-on",
           "Who is replaced goes on in the old epoch: two groups order requests.",
           against + ": the RECONFIGURATION is the last request of its epoch",
           "viewstamped/one-group-serves",
           {{"replaced_leave", "false"}}},
          {"vrr-replaced-shut-down-early",
           "Who is replaced shuts down at once, and with it the state that nobody has fetched yet.",
           against + ".2: shut down after f'+1 EPOCHSTARTED",
           "durability",
           {{"replaced_wait", "false"}}},
          {"vrr-new-replica-without-state",
           "A new replica serves before it has the state.",
           against + ".1: it must know all operations of the epochs before",
           "viewstamped/survives-view-change",
           {{"members_wait", "false"}}},
          {"vrr-old-quorum-counted",
           "In a group that has grown, quorums stay as large as those of the group that was there "
           "first.",
           against + ": f' is determined by the new configuration",
           "acknowledged-on-majority",
           {{"quorums_follow_members", "false"}}}};
}

}  // namespace

std::vector<engine::Defect> defects() {
  std::vector<engine::Defect> list;
  for (const auto& some :
       {what_recovery_does(), what_view_changes_do(), what_transfers_do(), what_numbers_do(),
        what_execution_does(), what_leases_do(), what_checkpoints_do(), what_reconfigurations_do()})
    list.insert(list.end(), some.begin(), some.end());
  return list;
}

}  // namespace stampede::models::viewstamped
