#include "models/primary_backup/model.hpp"

#include "models/client/cluster.hpp"
#include "models/multi_paxos/core_facts.hpp"
#include "models/primary_backup/exploration.hpp"
#include "models/primary_backup/invariants.hpp"
#include "models/primary_backup/master.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"
#include "models/viewstamped/core_facts.hpp"

namespace stampede::models::primary_backup {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  Replica replica;
  replica.service = engine::ServiceState(*spec.service);
  engine::Assembly assembly;
  client::add_replicas(assembly, spec, engine::make_process(std::move(replica)));
  const std::uint32_t masters = spec.members_of("masters");
  const auto add = [&](const std::string& group, const char* prefix, std::uint32_t count,
                       const engine::ProcessValue& process, engine::Tolerance tolerance) {
    std::vector<NodeId> nodes;
    for (std::uint32_t i = 0; i < count; ++i) {
      nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
      assembly.nodes.push_back({prefix + std::to_string(i), group, process, spec.options});
    }
    assembly.membership.add({group, std::move(nodes), {.tolerance = tolerance}});
  };
  add("view_service", "v", masters == 0 ? 1 : 0, engine::make_process(ViewService{}),
      engine::Tolerance::none);
  add("masters", "m", masters, engine::make_process(Master{}), engine::Tolerance::minority);
  client::add_clients(assembly, spec);
  return assembly;
}

std::vector<engine::Defect> defects() {
  return {{"primary-backup-answers-before-backup",
           "The primary answers a request while it is still on its way to the backup.",
           "against Alsberg, Day: A Principle for Resilient Sharing of Distributed "
           "Resources, ICSE 1976, "
           "which answers only when a second host has the update",
           "primary-backup/backup-is-ahead",
           {{"waits_for_backup", "false"}}},
          {"primary-backup-announces-undecided",
           "The leader of the masters tells replicas of a view while the others may still decide "
           "another one.",
           "against van Renesse, Schneider: Chain Replication for Supporting High Throughput and "
           "Availability, OSDI 2004, section 3, whose master is replicated by Paxos so that it "
           "never fails",
           "primary-backup/one-view",
           {{"announces_decided_only", "false"}}},
          {"primary-backup-obeys-outdated",
           "A view that is decided takes effect, although other commands than those that its "
           "leader knew of were decided before it.",
           "Junqueira, Reed, Serafini: Zab: High-performance broadcast for primary-backup systems, "
           "DSN 2011, on runs of Paxos with several proposals outstanding",
           "primary-backup/names-who-joined@masters",
           {{"refuses_outdated", "false"}}},
          {"primary-backup-masters-answer-before-saved",
           "A master answers while its promise or vote is still on its way to the disk.",
           "against Chandra, Griesemer, Redstone: Paxos Made Live, PODC 2007, section 5.1: an "
           "acceptor writes to its disk before it answers",
           protocol::broken_by_unsaved + std::string("@masters"),
           {{"masters.saves_first", "false"}}}};
}

engine::Claims claims(const engine::ClusterSpec& spec) {
  engine::Claims claims;
  // Idle replicas hold old state, and two replicas are all who ever have the newest.
  claims.log = engine::LogClaim::somewhere;
  // Masters find again what they had voted for; replicas need nothing.
  if (spec.members_of("masters") > 0) claims.disk = engine::DiskClaim::durable;
  claims.clients_return = false;
  return claims;
}

/// What a defect assigns, as a file would say it: `masters.saves_first` is an option of a part.
engine::Document assigned(const std::string& name, const std::string& text) {
  engine::Document value = engine::text_document(text);
  value.quoted = false;
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return engine::mapping_document({{name, value}});
  return engine::mapping_document(
      {{name.substr(0, dot), engine::mapping_document({{name.substr(dot + 1), value}})}});
}

engine::Payload read_options(const engine::Document* document,
                             const std::vector<const engine::Defect*>& defects) {
  Options options;
  if (document != nullptr) engine::read(*document, options);
  for (const engine::Defect* defect : defects) {
    for (const auto& [name, text] : defect->assignments)
      engine::read(assigned(name, text), options);
  }
  return engine::Payload::of(std::move(options));
}

engine::Model make_model() {
  engine::Model model;
  model.name = "primary_backup";
  model.about =
      "Primary and backup, named by a view service that watches them through a failure detector: "
      "one node, or several masters that agree.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.replicas_min = 2;
  // With more of them two could fail at a time, and there is one backup.
  model.replicas_max = 4;
  model.further_groups = {{"view_service", "names primary and backup, where there are no masters"},
                          {"masters", "name them together", 0, 0, 7, engine::LogClaim::on_quorums}};
  model.claims = &claims;
  model.read_options = &read_options;
  model.assemble = &assemble;
  model.properties = &invariants;
  model.exploration = exploration();
  model.probes = {"suspect",  "promotion",    "state-transfer",
                  "unseated", "reply-resent", "outdated-view"};
  model.reaches(protocol::core_probes());
  model.reaches(client::client_probes());
  model.collections = {engine::collection_of<&Replica::client_table>("client_table")};
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<ViewService>(),
                         &engine::process_type<Master>(), &engine::process_type<client::Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::primary_backup
