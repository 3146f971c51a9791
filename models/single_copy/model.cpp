#include "models/single_copy/model.hpp"

#include "models/client/register_cluster.hpp"
#include "models/single_copy/single_copy.hpp"

namespace stampede::models::single_copy {
namespace {

engine::Model make_model() {
  engine::Model model = client::register_model<Options, Server>(
      "single_copy",
      "A register on servers that do not talk: linearizable with one, wrong with two.");
  model.assemble = [](const engine::ClusterSpec& cluster) {
    return client::register_cluster(cluster, engine::make_process(Server{}),
                                    {cluster.options.as<Options>().clients_start_alone},
                                    {.tolerance = engine::Tolerance::any});
  };
  model.claims = [](const engine::ClusterSpec& cluster) {
    engine::Claims claims = client::register_claims();
    if (cluster.replicas > 1) claims.history.clear();
    return claims;
  };
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::single_copy
