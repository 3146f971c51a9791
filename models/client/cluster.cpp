#include "models/client/cluster.hpp"

namespace stampede::models::client {

void add_replicas(engine::Assembly& assembly, const engine::ClusterSpec& spec,
                  const engine::ProcessValue& replica, const engine::GroupRules& rules) {
  std::vector<NodeId> nodes;
  std::vector<NodeId> spares;
  for (std::uint32_t i = 0; i < spec.replicas + spec.spares; ++i) {
    const NodeId node{static_cast<std::uint32_t>(assembly.nodes.size())};
    (i < spec.replicas ? nodes : spares).push_back(node);
    assembly.nodes.push_back({"r" + std::to_string(i), "replica", replica, spec.options});
  }
  assembly.membership.add({"replica", std::move(nodes), rules, std::move(spares)});
}

void add_clients(engine::Assembly& assembly, const engine::ClusterSpec& spec, Options options) {
  options.timeout = spec.client_timeout;
  options.queue = spec.open_loop;
  const engine::Payload shared = engine::Payload::of(options);
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < spec.clients; ++i) {
    Client client;
    client.client = ClientId{i};
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back({"c" + std::to_string(i),
                              "client",
                              engine::make_process(std::move(client)),
                              shared,
                              {{"", assembly.membership.main().name()}}});
  }
  assembly.membership.add({"client", std::move(nodes), engine::client_rules});
}

std::vector<std::string> client_probes() { return {"client-retry", "client-recovery"}; }

}  // namespace stampede::models::client
