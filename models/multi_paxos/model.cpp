#include "models/multi_paxos/model.hpp"

#include "models/client/cluster.hpp"
#include "models/multi_paxos/core_facts.hpp"
#include "models/multi_paxos/replica.hpp"

namespace stampede::models::multi_paxos {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  Replica replica;
  replica.service = engine::ServiceState(*spec.service);
  engine::Assembly assembly;
  client::add_replicas(assembly, spec, engine::make_process(std::move(replica)));
  client::add_clients(assembly, spec, {.recovery_quorum = spec.replicas / 2 + 1});
  return assembly;
}

bool dead(const engine::DeadQuery& query) {
  if (!query.local.up) return false;
  if (const auto* client = engine::process_as<client::Client>(query.local.process)) {
    const auto* reply = query.message.get<Reply>();
    return reply != nullptr && client->is_done_with(*reply);
  }
  const auto* replica = engine::process_as<Replica>(query.local.process);
  return replica != nullptr && replica->core.is_dead(query, query.options.as<Options>().core);
}

std::vector<engine::Defect> defects() {
  const std::string simple = "Lamport, Paxos Made Simple, 2001";
  return {
      {"multi-paxos-adopts-own-votes",
       "A new leader proposes what it has accepted itself, whatever the others have.",
       simple + ", section 2.2, P2c left out",
       "multi-paxos/chosen-stays",
       {{"adopts", "own"}}},
      {"multi-paxos-adopts-first-vote",
       "A new leader adopts the first vote it finds among the promises, not that of the "
       "highest ballot.",
       simple + ", section 2.2, P2c half read",
       "multi-paxos/chosen-stays",
       {{"adopts", "first_found"}}},
      {"multi-paxos-forgets-votes",
       "Promises and votes are not on disk: a restarted acceptor has forgotten them.",
       simple + ", section 2.4; Chandra, Griesemer, Redstone: Paxos Made Live, PODC 2007, "
                "section 5.1, on lost disks",
       "multi-paxos/chosen-stays",
       {{"keeps_votes", "false"}}},
      {"multi-paxos-answers-before-saved",
       "An acceptor answers while its promise or vote is still on its way to the disk.",
       "against Chandra, Griesemer, Redstone: Paxos Made Live, PODC 2007, section 5.1: an acceptor "
       "writes to its disk before it answers",
       "acknowledged-on-majority",
       {{"saves_first", "false"}}},
      {"multi-paxos-executes-old-votes",
       "A replica that hears that a slot is chosen executes its own vote there, although that "
       "may be of a ballot that lost.",
       "against " + simple +
           ", section 3: a learner must know the chosen value, not that there "
           "is one",
       "agreement",
       {{"learns", "any_vote"}}},
      {"multi-paxos-executes-twice",
       "A request that two leaders have proposed in two slots is executed in both.",
       "van Renesse, Altinbuken: Paxos Made Moderately Complex, 2015, section 2.1: a decided "
       "command may be decided again in another slot",
       "at-most-once",
       {{"executes_once", "false"}}},
      {"multi-paxos-leaves-gaps",
       "A new leader proposes nothing in slots where nobody has voted: later ones are never "
       "executed.",
       simple + ", section 3: the no-op that fills a gap left out",
       "multi-paxos/leaves-no-gap",
       {{"fills_gaps", "false"}}},
      {"multi-paxos-changes-members-at-once",
       "A command that changes the members governs the next slot already, although that one may "
       "have been proposed before.",
       simple + ", section 3: the command governs from alpha commands later on",
       "agreement",
       {{"governs", "at_once"}}},
      {"multi-paxos-counts-removed",
       "A node that was removed goes on to stand, to lead and to vote, and its votes count.",
       simple + ", section 3; Lamport, Malkhi, Zhou: Reconfiguring a State Machine, SIGACT News "
                "41(1), 2010: each command is chosen by a quorum of its own configuration",
       "agreement",
       {{"counts", "removed_too"}}}};
}

engine::Model make_model() {
  engine::Model model;
  model.name = "multi_paxos";
  model.about =
      "Multi-Paxos (Lamport 2001, van Renesse and Altinbuken 2015): a leader elected by phase 1 "
      "for "
      "all slots, phase 2 slot by slot.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.reconfigures = true;
  model.properties = [](const engine::ClusterSpec& cluster) {
    const CoreOptions& options = cluster.options.as<Options>().core;
    std::vector<engine::Property> list = Core::invariants(options);
    for (engine::Property& fact : core_facts<&Replica::core>(options))
      list.push_back(std::move(fact));
    return list;
  };
  model.claims = [](const engine::ClusterSpec& spec) {
    engine::Claims claims;
    // Whom it would ask for its newest request may have been removed.
    claims.clients_return = spec.spares == 0;
    claims.log = engine::LogClaim::on_quorums;
    claims.disk = engine::DiskClaim::durable;
    claims.safe_beyond_tolerance = true;
    return claims;
  };
  model.exploration.dead = &dead;
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload& options) {
    if (engine::process_as<Replica>(process) != nullptr)
      static_cast<Replica*>(process.get())->core.normalise(options.as<Options>().core);
  };
  model.probes = {"executed-before", "reply-resent"};
  model.reaches(core_probes());
  model.reaches(client::client_probes());
  model.collections = {engine::collection_of<&Replica::client_table>("client_table"),
                       engine::collection_of<&Replica::core, &Core::accepts>("accepts")};
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<client::Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::multi_paxos
