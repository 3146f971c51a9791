#include "models/chain/model.hpp"

#include "models/chain/client.hpp"
#include "models/chain/defects.hpp"
#include "models/chain/exploration.hpp"
#include "models/chain/invariants.hpp"
#include "models/chain/master.hpp"
#include "models/chain/replica.hpp"
#include "models/client/cluster.hpp"
#include "models/multi_paxos/core_facts.hpp"
#include "models/viewstamped/core_facts.hpp"

namespace stampede::models::chain {
namespace {

Chain first_chain(const engine::ClusterSpec& spec) {
  const Options& options = spec.options.as<Options>();
  const std::vector<NodeId>& order = options.order;
  ASSERT(order.empty() || order.size() == spec.replicas);
  Chain chain{1, {}, std::nullopt};
  for (std::uint32_t i = 0; i < options.length_of(spec.replicas); ++i)
    chain.links.push_back({order.empty() ? NodeId{i} : order[i], 0});
  return chain;
}

void add_replicas(engine::Assembly& assembly, const engine::ClusterSpec& spec, const Chain& first) {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    Replica replica;
    replica.stable.self = {NodeId{i}, 0};
    replica.stable.chain = first;
    replica.service = engine::ServiceState(*spec.service);
    nodes.push_back(NodeId{i});
    assembly.nodes.push_back({"r" + std::to_string(i), "replica",
                              engine::make_process(std::move(replica)), spec.options});
  }
  assembly.membership.add({"replica", std::move(nodes), chain_rules});
}

void add_masters(engine::Assembly& assembly, const engine::ClusterSpec& spec, const Chain& first) {
  Master master;
  master.chains.chain = first;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) master.chains.joined[NodeId{i}] = 0;
  const engine::ProcessValue process = engine::make_process(std::move(master));
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.members_of("masters"); ++i) {
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back({"m" + std::to_string(i), "masters", process, spec.options});
  }
  assembly.membership.add({"masters", std::move(nodes), {}});
}

void add_chain_clients(engine::Assembly& assembly, const engine::ClusterSpec& spec,
                       const Chain& first) {
  const Options& run = spec.options.as<Options>();
  const engine::Payload options = engine::Payload::of(
      ClientOptions{spec.client_timeout, run.client_window, run.reads != Reads::tail});
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.clients; ++i) {
    Client client;
    client.client = ClientId{i};
    client.chain = first;
    client.service = engine::ServiceState(*spec.service);
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back(
        {"c" + std::to_string(i), "client", engine::make_process(std::move(client)), options});
  }
  assembly.membership.add({"client", std::move(nodes), engine::client_rules});
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  const Chain first = first_chain(spec);
  engine::Assembly assembly;
  add_replicas(assembly, spec, first);
  add_masters(assembly, spec, first);
  add_chain_clients(assembly, spec, first);
  return assembly;
}

engine::Claims claims(const engine::ClusterSpec& spec) {
  engine::Claims claims = chain_claims(spec.options.as<Options>(), spec.replicas);
  // Who is out of the chain holds an old history.
  claims.log = engine::LogClaim::somewhere;
  return claims;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "chain";
  model.about =
      "Chain replication: updates enter at the head, the tail answers; masters that agree take "
      "failed links out and add new ones.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.further_groups = {{"masters", "say together what the chain is; one alone never fails", 1, 1,
                           7, engine::LogClaim::on_quorums}};
  model.claims = &claims;
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &invariants;
  model.exploration = exploration();
  model.probes = {"suspect",         "unlinked",   "joined",       "met",
                  "tail-taken-over", "resent",     "suffix-sent",  "outdated-chain",
                  "promise-kept",    "dirty-read", "version-gone", "reply-resent"};
  model.reaches(protocol::core_probes());
  model.reaches(client::client_probes());
  model.collections = {engine::collection_of<&Replica::client_table>("client_table"),
                       engine::collection_of<&Replica::asked_tail>("asked_tail"),
                       engine::collection_of<&Client::outstanding>("outstanding"),
                       engine::collection_of<&Client::waiting>("waiting")};
  model.process_types = {&engine::process_type<Replica>(), &engine::process_type<Master>(),
                         &engine::process_type<Client>()};
  return model;
}

}  // namespace

engine::Claims chain_claims(const Options& options, std::size_t replicas) {
  if (options.length_of(replicas) < replicas && !options.keeps_history)
    throw engine::InputError(
        "links that lose their history are lost sooner than the replicas are: there are " +
            std::to_string(options.length) + " of them at a time",
        "leave 'length' out, so that all replicas are links, or 'keeps_history: false'");
  engine::Claims claims;
  claims.clients_return = false;
  if (options.reads == Reads::bounded || options.reads == Reads::eventual)
    claims.history = {"eventual"};
  if (options.keeps_history) {
    claims.disk = engine::DiskClaim::durable;
  } else {
    // Fail-stop links: who is suspected must be down.
    claims.failures = engine::FailureModel::crash_stop;
    claims.synchrony = engine::Synchrony::synchronous;
  }
  return claims;
}

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::chain
