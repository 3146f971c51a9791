#include "models/primary_backup/model.hpp"

#include "models/primary_backup/invariants.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"

namespace stampede::models::primary_backup {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  engine::Assembly assembly;
  std::vector<NodeId> replicas;
  std::vector<NodeId> view_services;
  std::vector<NodeId> clients;
  const auto add = [&](std::vector<NodeId>& role, engine::NodeSpec node) {
    role.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back(std::move(node));
  };
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    Replica replica;
    replica.service = engine::ServiceState(*spec.service);
    add(replicas, {"r" + std::to_string(i), "replica", engine::make_process(std::move(replica)),
                   spec.options});
  }
  add(view_services, {"v0", "view_service", engine::make_process(ViewService{}), spec.options});
  client::Options client_options;
  client_options.timeout = spec.client_timeout;
  client_options.queue = spec.open_loop;
  const engine::Payload options = engine::Payload::of(client_options);
  for (std::uint32_t i = 0; i < spec.clients; ++i) {
    client::Client client;
    client.client = ClientId{i};
    add(clients,
        {"c" + std::to_string(i), "client", engine::make_process(std::move(client)), options});
  }
  assembly.membership.roles = {
      {"replica", replicas}, {"view_service", view_services}, {"client", clients}};
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
  // Idle replicas hold old state, and two replicas are all who ever have the newest.
  model.checks_left_out = {"convergence", "acknowledged-on-majority"};
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
