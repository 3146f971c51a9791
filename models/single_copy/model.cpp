#include "models/single_copy/model.hpp"

#include "models/client/register_cluster.hpp"
#include "models/single_copy/single_copy.hpp"

namespace stampede::models::single_copy {
namespace {

engine::Model make_model() {
  engine::Model model = client::register_model<Options, Server>(
      "single_copy",
      "A register on servers that do not talk: linearizable with one, wrong with two.");
  model.assumes_minority_failures = false;
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::single_copy
