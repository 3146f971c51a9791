// Servers and register clients put together: the world of every protocol that serves Put and Get.
#pragma once

#include "engine/world/model.hpp"
#include "models/client/register_client.hpp"

namespace stampede::models::client {

/// Servers `s0`, `s1`, ... (role `server`), each booting as `server`, and clients `c0`, `c1`, ...
engine::Assembly register_cluster(const engine::ClusterSpec& spec,
                                  const engine::ProcessValue& server,
                                  const RegisterClientOptions& options,
                                  const engine::GroupRules& rules = {});

}  // namespace stampede::models::client
