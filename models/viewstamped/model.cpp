#include "models/viewstamped/model.hpp"

#include "models/client/cluster.hpp"
#include "models/viewstamped/core_facts.hpp"
#include "models/viewstamped/defects.hpp"
#include "models/viewstamped/epoch_facts.hpp"
#include "models/viewstamped/replica.hpp"
#include "models/viewstamped/state_facts.hpp"

namespace stampede::models::viewstamped {
namespace {

/// Refuses leases under which no read could be answered.
engine::Payload read_options(const engine::Document* document,
                             const std::vector<const engine::Defect*>& defects) {
  engine::Payload options = engine::read_model_options<Options>(document, defects);
  const auto& given = options.as<Options>();
  if (document == nullptr || given.reads != Reads::lease) return options;
  if (given.lease < engine::microseconds(1) || given.lease <= given.lease_margin) {
    const engine::Document* place = document->find("lease");
    if (place == nullptr) place = document->find("lease_margin");
    (place == nullptr ? *document : *place)
        .fail("under such leases no read is ever answered",
              "write a 'lease' of at least 1us, longer than 'lease_margin': 'lease: 40ms'");
  }
  return options;
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  Replica replica;
  replica.service = engine::ServiceState(*spec.service);
  engine::Assembly assembly;
  client::add_replicas(assembly, spec, engine::make_process(std::move(replica)),
                       {engine::GroupKind::servers, engine::Tolerance::minority, &Core::quorums});
  const auto quorum = static_cast<std::uint32_t>(Core::quorums(spec.replicas).taking_over);
  client::add_clients(
      assembly, spec,
      {.recovery_quorum = quorum, .sessions = spec.options.as<Options>().client_table_limit > 0});
  return assembly;
}

std::vector<engine::Property> properties(const engine::ClusterSpec& spec) {
  const auto& options = spec.options.as<Options>();
  std::vector<engine::Property> list = Core::invariants(options);
  if (spec.spares > 0 || !options.replaced_leave) list.push_back(one_group_serves());
  if (service::has_foretold(*spec.service) || options.foretelling == Foretelling::each)
    list.push_back(one_state_per_operation());
  if (options.reads == Reads::lease) {
    // Reads are in no log: the generic checks of these names judge updates alone.
    list.push_back({"acknowledged-on-majority",
                    "An acknowledged update is in the logs of enough replicas that every quorum "
                    "meets one of them.",
                    nullptr});
    list.push_back(
        {"durability", "An acknowledged update is in the log of some replica.", nullptr});
  }
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
  if (replica == nullptr) return false;
  const auto& options = query.options.as<Options>();
  return replica->core.is_dead(query, options) ||
         (query.local.up && replica->is_dead_lease(query, options));
}

void normalise(NodeId, engine::ProcessValue& process, const engine::Group&,
               const engine::Payload& options) {
  if (engine::process_as<Replica>(process) != nullptr)
    static_cast<Replica*>(process.get())->core.normalise(options.as<Options>());
}

engine::Model make_model() {
  engine::Model model;
  model.name = "viewstamped";
  model.about =
      "Viewstamped Replication Revisited (Liskov, Cowling 2012): normal operation, view changes, "
      "recovery, checkpoints, state transfer, reads under leases, reconfiguration.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.read_options = &read_options;
  model.assemble = &assemble;
  model.reconfigures = true;
  model.properties = &properties;
  model.exploration.dead = &dead;
  model.exploration.normalise = &normalise;
  model.claims = [](const engine::ClusterSpec& cluster) {
    engine::Claims claims;
    // Whom it would ask for its newest request may have been replaced.
    claims.clients_return = cluster.spares == 0;
    // Who is forgotten is told that its session is over, and whether its operation was executed
    // nobody knows.
    const std::uint64_t remembered = cluster.options.as<Options>().client_table_limit;
    claims.completes = remembered == 0 || remembered >= cluster.clients;
    // Only the rule that saves the view-number needs to find it again, and only under it a replica
    // that comes back knows of which epochs it was (README, A32).
    if (cluster.options.as<Options>().recovery == RecoveryRule::view_persisted) {
      claims.disk = engine::DiskClaim::durable;
    } else if (cluster.spares > 0) {
      claims.failures = engine::FailureModel::crash_stop;
    }
    return claims;
  };
  model.probes = {"reply-resent",          "session-evicted", "session-ended",
                  "foretelling-timed-out", "lease-read",      "answer-held"};
  model.reaches(core_probes());
  model.reaches(client::client_probes());
  model.collections = {
      engine::collection_of<&Replica::clients, &ClientTable::client_table>("client_table"),
      engine::collection_of<&Replica::core, &Core::checkpoints, &Checkpoints::kept>("checkpoints")};
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<client::Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::viewstamped
