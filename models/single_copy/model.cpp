#include "models/single_copy/model.hpp"

#include "models/client/register_cluster.hpp"
#include "models/single_copy/single_copy.hpp"

namespace stampede::models::single_copy {
namespace {

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  return client::register_cluster(spec, engine::make_process(Server{}),
                                  {spec.options.as<Options>().clients_start_alone},
                                  {.tolerance = engine::Tolerance::any});
}

engine::Model make_model() {
  engine::Model model;
  model.name = "single_copy";
  model.about = "A register on servers that do not talk: linearizable with one, wrong with two.";
  model.options = engine::describe_options<Options>();
  model.services = {"register"};
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.claims = [](const engine::ClusterSpec& cluster) {
    engine::Claims claims;
    if (cluster.replicas > 1) claims.history.clear();
    claims.operations = {"read", "write"};
    claims.log = engine::LogClaim::none;
    claims.completes = false;
    claims.failures = engine::FailureModel::crash_stop;
    claims.safe_beyond_tolerance = true;
    claims.clients_return = false;
    return claims;
  };
  model.process_types = {&engine::process_type<Server>(),
                         &engine::process_type<client::RegisterClient>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::single_copy
