#include "models/chain/partitions/model.hpp"

#include "models/chain/model.hpp"
#include "models/chain/partitions/client.hpp"
#include "models/chain/partitions/invariants.hpp"
#include "models/chain/partitions/keeper.hpp"
#include "models/chain/partitions/server.hpp"

namespace stampede::models::chain::partitions {
namespace {

/// Chain k has as many links as it may have, from the k-th replica on.
Chain first_links(const engine::ClusterSpec& spec, ChainNumber number) {
  Chain chain{1, {}, std::nullopt};
  const std::size_t length = spec.options.as<Options>().chain.length_of(spec.replicas);
  for (std::uint32_t i = 0; i < length; ++i)
    chain.links.push_back({NodeId{(number + i) % spec.replicas}, 0});
  return chain;
}

engine::ServiceState first_shard(const engine::ClusterSpec& spec, const Table& table,
                                 ChainNumber number) {
  engine::ServiceState shard(engine::service_type<Shard>());
  for (RangeNumber range = 0; range < table.owners.size(); ++range) {
    if (table.owners[range] != number) continue;
    const Range content{table.epoch, number, engine::ServiceState(*spec.service), {}};
    shard.apply(operation_of(Adopt{range, content}));
  }
  return shard;
}

std::string group_of(ChainNumber number) { return "chain" + std::to_string(number); }

/// The groups of the chains come after those of the nodes.
void add_servers(engine::Assembly& assembly, const engine::ClusterSpec& spec, const Table& table) {
  const std::uint32_t chains = spec.options.as<Options>().chains;
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    Server server;
    server.table = table;
    engine::NodeSpec node{"r" + std::to_string(i), "replica", {}, spec.options};
    for (ChainNumber number = 0; number < chains; ++number) {
      Replica& replica = server.chain[number];
      replica.stable.self = {NodeId{i}, 0};
      replica.stable.chain = first_links(spec, number);
      replica.service = first_shard(spec, table, number);
      node.bindings.push_back({"chain[" + std::to_string(number) + "]", group_of(number)});
    }
    node.boot = engine::make_process(std::move(server));
    nodes.push_back(NodeId{i});
    assembly.nodes.push_back(std::move(node));
  }
  assembly.membership.add({"replica", std::move(nodes), chain_rules});
}

void add_keepers(engine::Assembly& assembly, const engine::ClusterSpec& spec, const Table& table) {
  Keeper keeper;
  keeper.table = table;
  for (ChainNumber number = 0; number < spec.options.as<Options>().chains; ++number) {
    Master& master = keeper.chain[number];
    master.chains.chain = first_links(spec, number);
    for (std::uint32_t i = 0; i < spec.replicas; ++i) master.chains.joined[NodeId{i}] = 0;
  }
  const engine::ProcessValue process = engine::make_process(std::move(keeper));
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.members_of("masters"); ++i) {
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back({"m" + std::to_string(i), "masters", process, spec.options});
  }
  assembly.membership.add({"masters", std::move(nodes), {}});
}

void add_clients_of_table(engine::Assembly& assembly, const engine::ClusterSpec& spec,
                          const Table& table) {
  const Options& run = spec.options.as<Options>();
  const engine::Payload options =
      engine::Payload::of(ClientOptions{spec.client_timeout, run.chain.client_window,
                                        run.handover_interval, run.chain.reads != Reads::tail});
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.clients; ++i) {
    Client client;
    client.client = ClientId{i};
    client.table = table;
    for (ChainNumber number = 0; number < run.chains; ++number)
      client.chain[number].chain = first_links(spec, number);
    client.service = engine::ServiceState(*spec.service);
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back(
        {"c" + std::to_string(i), "client", engine::make_process(std::move(client)), options});
  }
  assembly.membership.add({"client", std::move(nodes), engine::client_rules});
}

engine::Assembly assemble_partitions(const engine::ClusterSpec& spec) {
  const Table table = first_table(spec.options.as<Options>());
  engine::Assembly assembly;
  add_servers(assembly, spec, table);
  add_keepers(assembly, spec, table);
  add_clients_of_table(assembly, spec, table);
  const engine::Group& replicas = assembly.membership.main();
  for (ChainNumber number = 0; number < spec.options.as<Options>().chains; ++number)
    assembly.membership.add({group_of(number), replicas.members(), chain_rules});
  return assembly;
}

// A chain's log has what is asked of ranges that it holds for a time: no log has it all.
engine::Claims partitions_claims(const engine::ClusterSpec& spec) {
  engine::Claims claims = chain_claims(spec.options.as<Options>().chain, spec.replicas);
  claims.log = engine::LogClaim::none;
  return claims;
}

void require_some(const engine::Document& document, const char* option, std::uint32_t count) {
  if (count > 0 && count <= 64) return;
  document.at(option).fail("there must be " + std::string(option) + ", and at most 64", "write 2");
}

engine::Payload read_partitions(const engine::Document* document,
                                const std::vector<const engine::Defect*>& defects) {
  engine::Payload options = engine::read_model_options<Options>(document, defects);
  if (document == nullptr) return options;
  require_some(*document, "chains", options.as<Options>().chains);
  require_some(*document, "ranges", options.as<Options>().ranges);
  if (options.as<Options>().wanders && options.as<Options>().chains == 1)
    document->at("wanders").fail("there is no other chain that a range could go to",
                                 "write 'chains: 2', or leave 'wanders' out");
  try {
    static_cast<void>(first_table(options.as<Options>()));
  } catch (const engine::InputError& mistake) {
    document->at("table").fail(mistake.message(), mistake.hint());
  }
  return options;
}

std::vector<engine::Defect> partition_defects() {
  const std::string moved = "reconstructed: ranges that move between replicated groups, ";
  return {{"pc-late-handover",
           "A chain takes over a range that it has had, and given away, before.",
           moved + "a handover that was sent twice and comes late",
           "partitioned-chain/one-owner",
           {{"knows_late_ranges", "false"}}},
          {"pc-handover-before-stable",
           "A head hands a range over before its tail has heard of it.",
           moved + "frozen at the head alone, which then fails",
           "partitioned-chain/one-owner",
           {{"release_is_stable", "false"}}},
          {"pc-forgets-before-adopted",
           "A chain forgets a range when it has sent it.",
           moved + "a handover that is lost, or whose receiver fails",
           "partitioned-chain/nothing-lost",
           {{"keeps_released", "false"}}},
          {"pc-sessions-stay-behind",
           "A range moves without what clients were answered about it.",
           moved + "a client that repeats its request at the new chain",
           "partitioned-chain/one-server",
           {{"sessions_move", "false"}}}};
}

engine::Model make_partitions() {
  engine::Model model;
  model.name = "partitioned_chain";
  model.about =
      "Keys hashed to ranges, ranges given to chains over the same nodes; ranges move while they "
      "are used.";
  model.options = engine::describe_options<Options>();
  model.defects = partition_defects();
  model.further_groups = {{"masters", "say together who is in each chain, and which ranges it has",
                           1, 1, 7, engine::LogClaim::none}};
  model.claims = &partitions_claims;
  model.read_options = &read_partitions;
  model.assemble = &assemble_partitions;
  model.properties = &invariants;
  model.probes = {"refused", "released", "adopted", "table-changed"};
  model.reaches(chain::model().probes);
  model.collections = {engine::collection_of<&Client::outstanding>("outstanding"),
                       engine::collection_of<&Client::waiting>("waiting"),
                       engine::collection_of<&Client::refused>("refused")};
  model.process_types = {&engine::process_type<Server>(), &engine::process_type<Keeper>(),
                         &engine::process_type<Client>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_partitions();
  return instance;
}

}  // namespace stampede::models::chain::partitions
