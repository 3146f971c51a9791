#include "models/primary_backup/model.hpp"

#include "models/client/cluster.hpp"
#include "models/primary_backup/invariants.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"

namespace stampede::models::primary_backup {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  Replica replica;
  replica.service = engine::ServiceState(*spec.service);
  engine::Assembly assembly;
  client::add_replicas(assembly, spec, engine::make_process(std::move(replica)));
  const NodeId view_service{static_cast<std::uint32_t>(assembly.nodes.size())};
  assembly.nodes.push_back(
      {"v0", "view_service", engine::make_process(ViewService{}), spec.options});
  assembly.membership.add({"view_service", {view_service}, {.tolerance = engine::Tolerance::none}});
  client::add_clients(assembly, spec, 0);
  return assembly;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "primary_backup";
  model.about =
      "Primary and backup, named by a view service that watches them through a failure detector.";
  model.options = engine::describe_options<Options>();
  model.defects = {{"primary-backup-answers-before-backup",
                    "The primary answers a request while it is still on its way to the backup.",
                    "against Alsberg, Day: A Principle for Resilient Sharing of Distributed "
                    "Resources, ICSE 1976, "
                    "which answers only when a second host has the update",
                    "primary-backup/backup-is-ahead",
                    {{"waits_for_backup", "false"}}}};
  model.replicas_min = 2;
  // With more of them two could fail at a time, and there is one backup.
  model.replicas_max = 4;
  model.further_groups = {{"view_service", "names primary and backup"}};
  // Idle replicas hold old state, and two replicas are all who ever have the newest.
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.log = engine::LogClaim::somewhere;
    claims.clients_return = false;
    return claims;
  };
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = [](const engine::ClusterSpec&) { return invariants(); };
  model.probes = {"suspect",  "promotion",    "state-transfer",
                  "unseated", "reply-resent", "client-retry"};
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<ViewService>(),
                         &engine::process_type<client::Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::primary_backup
