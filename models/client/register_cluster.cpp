#include "models/client/register_cluster.hpp"

namespace stampede::models::client {

engine::Assembly register_cluster(const engine::ClusterSpec& spec,
                                  const engine::ProcessValue& server,
                                  const RegisterClientOptions& options,
                                  const engine::GroupRules& rules) {
  engine::Assembly assembly;
  std::vector<NodeId> servers;
  std::vector<NodeId> clients;
  const auto next = [&] { return NodeId{static_cast<std::uint32_t>(assembly.nodes.size())}; };
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    servers.push_back(next());
    assembly.nodes.push_back({"s" + std::to_string(i), "server", server, spec.options});
  }
  const engine::Payload client_options = engine::Payload::of(options);
  for (std::uint32_t i = 0; i < spec.clients; ++i) {
    RegisterClient client;
    client.client = ClientId{i};
    clients.push_back(next());
    assembly.nodes.push_back({"c" + std::to_string(i),
                              "client",
                              engine::make_process(client),
                              client_options,
                              {{"", "server"}}});
  }
  assembly.membership.add({"server", servers, rules});
  assembly.membership.add({"client", clients, engine::client_rules});
  return assembly;
}

engine::Claims register_claims() {
  engine::Claims claims;
  claims.operations = {"read", "write"};
  claims.log = engine::LogClaim::none;
  claims.completes = false;
  claims.failures = engine::FailureModel::crash_stop;
  claims.safe_beyond_tolerance = true;
  claims.clients_return = false;
  return claims;
}

}  // namespace stampede::models::client
