#include "models/viewstamped/model.hpp"

#include "models/client/cluster.hpp"
#include "models/viewstamped/core_facts.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  Replica replica;
  replica.service = engine::ServiceState(*spec.service);
  engine::Assembly assembly;
  client::add_replicas(assembly, spec, engine::make_process(std::move(replica)),
                       {engine::GroupKind::servers, engine::Tolerance::minority, &Core::quorums});
  client::add_clients(assembly, spec, Core::quorums(spec.replicas).taking_over);
  return assembly;
}

std::vector<engine::Property> properties(const engine::ClusterSpec& spec) {
  const auto& options = spec.options.as<Options>();
  std::vector<engine::Property> list = Core::invariants(options);
  for (engine::Property& fact : core_facts<&Replica::core>(options))
    list.push_back(std::move(fact));
  return list;
}

bool dead(const engine::DeadQuery& query) {
  if (const auto* client = engine::process_as<client::Client>(query.local.process)) {
    const auto* reply = query.message.get<Reply>();
    return reply != nullptr && query.local.up && client->is_done_with(*reply);
  }
  const auto* replica = engine::process_as<Replica>(query.local.process);
  return replica != nullptr && replica->core.is_dead(query, query.options.as<Options>());
}

void normalise(NodeId, engine::ProcessValue& process, const engine::Group&,
               const engine::Payload& options) {
  if (engine::process_as<Replica>(process) != nullptr)
    static_cast<Replica*>(process.get())->core.normalise(options.as<Options>());
}

/// What a crash makes a replica forget.
std::vector<engine::Defect> forgetting() {
  const std::string michael =
      "Michael, Ports, Sharma, Szekeres: Recovering Shared Objects Without Stable Storage, DISC "
      "2017";
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
       {{"saves_first", "false"}}}};
}

std::vector<engine::Defect> checkpoint_defects() {
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
       "although "
       "that is another one up to there.",
       "reconstructed against VRR 5.3",
       "viewstamped/one-log-per-view",
       {{"suffix_is_compared", "false"}}}};
}

std::vector<engine::Defect> defects() {
  const std::string vanlightly = "Vanlightly: vsr-tlaplus, vsr-revisited/paper/VSR.tla";
  std::vector<engine::Defect> list = forgetting();
  const std::vector<engine::Defect> others = {
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
      {"vrr-commit-number-assigned",
       "Commit-numbers out of messages are assigned, even when they are lower.",
       vanlightly + ", commit e04048d; Enberg: Viewstamped Replication Made Live, erratum 1",
       "viewstamped/commit-monotone",
       {{"commit_number", "assign"}}},
      {"vrr-recovery-without-nonce",
       "Recovery responses are accepted whatever nonce they carry.",
       "reconstructed from VRR 4.3 step 1",
       "viewstamped/certified-log",
       {{"recovery_checks_nonce", "false"}}},
      {"vrr-recovering-replica-joins-view-change",
       "A recovering replica takes part in view changes with its empty log.",
       "tapir issue 15; VRR 4.3",
       "viewstamped/certified-log",
       {{"recovering_joins_view_change", "true"}}},
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
  };
  list.insert(list.end(), others.begin(), others.end());
  for (engine::Defect& defect : checkpoint_defects()) list.push_back(std::move(defect));
  return list;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "viewstamped";
  model.about =
      "Viewstamped Replication Revisited (Liskov, Cowling 2012): normal operation, view changes, "
      "recovery, checkpoints, state transfer.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &properties;
  model.exploration.dead = &dead;
  model.exploration.normalise = &normalise;
  model.claims = [](const engine::ClusterSpec& cluster) {
    engine::Claims claims;
    // Only the rule that saves the view-number needs to find it again.
    if (cluster.options.as<Options>().recovery == RecoveryRule::view_persisted)
      claims.disk = engine::DiskClaim::durable;
    return claims;
  };
  model.probes = {"reply-resent"};
  model.reaches(core_probes());
  model.reaches(client::client_probes());
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<client::Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::viewstamped
