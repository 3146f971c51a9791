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
  model.keeps_log = false;
  model.services = {"register"};
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.checks_left_out = {"liveness"};
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
