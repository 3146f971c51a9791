#include "scenarios/reading/model_names.hpp"

#include <algorithm>

#include "models/service/services.hpp"
#include "scenarios/reading/checks.hpp"

namespace stampede::scenarios {
namespace {

/// All that may be judged of a cluster of the model with these options, whichever groups it has.
std::vector<std::string> checks_of(const engine::Model& model, engine::Payload options) {
  engine::ClusterSpec cluster;
  cluster.replicas = std::clamp(cluster.replicas, model.replicas_min, model.replicas_max);
  cluster.options = std::move(options);
  cluster.service =
      models::service::find_service(model.services.empty() ? "kv" : model.services.front());
  for (const engine::GroupOffer& offer : model.further_groups)
    cluster.groups[offer.name] = std::max(offer.members, offer.members_max);
  std::vector<std::string> known;
  for (const CheckInfo& check : applicable_checks(model, cluster)) known.push_back(check.name);
  for (const CheckInfo& check : optional_checks(model, cluster)) known.push_back(check.name);
  return known;
}

}  // namespace

void require_known_names(const engine::Model& model) {
  for (const engine::Defect& defect : model.defects) {
    const engine::Place place{"model '" + model.name + "', defect '" + defect.name + "'"};
    const std::vector<std::string> known = checks_of(model, model.read_options(nullptr, {&defect}));
    if (std::find(known.begin(), known.end(), defect.breaks) == known.end())
      engine::fail_unknown(place, "check", defect.breaks, known);
  }
}

}  // namespace stampede::scenarios
