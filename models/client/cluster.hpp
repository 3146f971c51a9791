// models/client/cluster.hpp: replicas and the clients of their service, as most models put them
// together.
#pragma once

#include <string>
#include <vector>

#include "engine/world/model.hpp"
#include "models/client/client.hpp"

namespace stampede::models::client {

/// Adds the group `replica`: r0, r1, ..., which all boot as this, the spare ones last.
void add_replicas(engine::Assembly& assembly, const engine::ClusterSpec& spec,
                  const engine::ProcessValue& replica, const engine::GroupRules& rules = {});
/// Adds the group `client`: c0, c1, ..., who turn to the main group, with these options; what the
/// cluster says of clients takes the place of theirs.
void add_clients(engine::Assembly& assembly, const engine::ClusterSpec& spec, Options options = {});

/// What these clients reach: for Model::probes.
std::vector<std::string> client_probes();

}  // namespace stampede::models::client
