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

/// What every protocol that serves Put and Get claims: nobody who crashed comes back, and a client
/// asks once, so that an operation whose messages are lost stays open.
engine::Claims register_claims();

/// A model of such a world: what all of them say of themselves. `Options` say whether clients start
/// alone.
template <class Options, class Server>
engine::Model register_model(std::string name, std::string about) {
  engine::Model model;
  model.name = std::move(name);
  model.about = std::move(about);
  model.options = engine::describe_options<Options>();
  model.services = {"register"};
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = [](const engine::ClusterSpec& spec) {
    return register_cluster(spec, engine::make_process(Server{}),
                            {spec.options.as<Options>().clients_start_alone});
  };
  model.claims = [](const engine::ClusterSpec&) { return register_claims(); };
  model.process_types = {&engine::process_type<Server>(), &engine::process_type<RegisterClient>()};
  return model;
}

}  // namespace stampede::models::client
