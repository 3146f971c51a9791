#include "scenarios/reading/checks.hpp"

#include <algorithm>

#include "checkers/judges.hpp"
#include "checkers/monitors/agreement.hpp"
#include "checkers/monitors/answered.hpp"
#include "checkers/monitors/memory_bound.hpp"
#include "models/service/queries.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {
namespace {

std::vector<engine::Property> monitored(const engine::Model& model,
                                        const engine::ClusterSpec& cluster) {
  std::vector<engine::Property> list;
  if (model.properties != nullptr) list = model.properties(cluster);
  const auto is_query = [service = cluster.service](const engine::Operation& operation) {
    return models::service::is_query(*service, operation);
  };
  for (const JudgedGroup& group : groups_with_logs(model, cluster)) {
    std::vector<engine::Property> generic;
    if (group.answers_clients) {
      if (group.log != engine::LogClaim::somewhere)
        generic.push_back(checkers::acknowledged_on_majority());
      generic.push_back(checkers::durability());
    }
    generic.push_back(checkers::agreement());
    generic.push_back(checkers::at_most_once());
    for (engine::Property& property : generic) {
      const std::string name = group.check(property.name);
      const auto own = std::find_if(list.begin(), list.end(), [&](const engine::Property& other) {
        return other.name == name;
      });
      // A model that answers some operations from no log says by itself what durability is there,
      // or, without a monitor, that it is that of updates alone.
      if (own == list.end()) {
        list.push_back(engine::for_group(std::move(property), group.position, name));
      } else if (own->make == nullptr) {
        property = checkers::exempting(is_query, std::move(property));
        own->make = engine::for_group(std::move(property), group.position, name).make;
      }
    }
  }
  return list;
}

/// What logs are called under `bounds:`, as checks of groups are.
constexpr const char* log_collection = "log";

const CheckInfo liveness{
    "liveness", "After faults stop, every pending operation of a live client completes in time."};
const CheckInfo answered{"answered", checkers::answered_about};
const CheckInfo convergence{"convergence", "After faults stop, all replicas end up alike in time."};
const CheckInfo no_exception{"no-exception", "No handler throws, no ASSERT fails."};

/// The judges that can tell something of the cluster's histories, by whether they are promised.
std::vector<CheckInfo> history_checks(const engine::Model& model,
                                      const engine::ClusterSpec& cluster, bool promised) {
  std::vector<CheckInfo> list;
  if (!model.uses_service) return list;
  const std::vector<std::string> promises = model.claimed(cluster).history;
  for (const checkers::HistoryJudge& judge : checkers::history_judges()) {
    const bool is_promised =
        std::find(promises.begin(), promises.end(), judge.property) != promises.end();
    if (is_promised != promised || checkers::judged_kinds(judge.needs, *cluster.service).empty())
      continue;
    list.push_back({judge.property, judge.about});
  }
  return list;
}

}  // namespace

std::vector<JudgedGroup> groups_with_logs(const engine::Model& model,
                                          const engine::ClusterSpec& cluster) {
  std::vector<JudgedGroup> groups;
  const engine::LogClaim main = model.claimed(cluster).log;
  if (main != engine::LogClaim::none) groups.push_back({0, {}, main, true});
  std::uint32_t position = 0;
  for (const engine::GroupOffer& offer : model.further_groups) {
    ++position;
    if (offer.log != engine::LogClaim::none && cluster.members_of(offer.name) > 0)
      groups.push_back({position, offer.name, offer.log, offer.answers_clients});
  }
  return groups;
}

std::vector<CheckInfo> optional_checks(const engine::Model& model,
                                       const engine::ClusterSpec& cluster) {
  std::vector<CheckInfo> list = history_checks(model, cluster, false);
  if (model.uses_service) list.push_back(answered);
  for (const JudgedGroup& group : groups_with_logs(model, cluster)) {
    list.push_back({group.check(stable_leader),
                    "While all is quiet nobody else begins to lead: liveness: { .., quiet: 5s }."});
  }
  if (!bounded_collections(model, cluster).empty()) {
    list.push_back(
        {memory_bound, "No collection of a node outgrows its bound: bounds: { log: 200 }."});
  }
  return list;
}

std::vector<std::string> bounded_collections(const engine::Model& model,
                                             const engine::ClusterSpec& cluster) {
  std::vector<std::string> names;
  for (const JudgedGroup& group : groups_with_logs(model, cluster))
    names.push_back(group.check(log_collection));
  for (const engine::Collection& collection : model.collections) names.push_back(collection.name);
  return names;
}

namespace {

/// `ends`: no operation stays pending for ever.
std::vector<CheckInfo> applicable_where(const engine::Model& model,
                                        const engine::ClusterSpec& cluster, bool ends) {
  std::vector<CheckInfo> list;
  for (const engine::Property& property : monitored(model, cluster))
    list.push_back({property.name, property.about});
  for (CheckInfo& check : history_checks(model, cluster, true)) list.push_back(std::move(check));
  if (ends) list.push_back(liveness);
  for (const JudgedGroup& group : groups_with_logs(model, cluster)) {
    if (group.log != engine::LogClaim::somewhere)
      list.push_back({group.check(convergence.name), convergence.about});
  }
  list.push_back(no_exception);
  return list;
}

}  // namespace

std::vector<CheckInfo> applicable_checks(const engine::Model& model,
                                         const engine::ClusterSpec& cluster) {
  return applicable_where(model, cluster, model.claimed(cluster).completes);
}

std::vector<CheckInfo> applicable_checks(const Scenario& scenario) {
  return applicable_where(*scenario.model, scenario.cluster, operations_end(scenario));
}

bool operations_end(const Scenario& scenario) {
  const engine::Claims claims = scenario.model->claimed(scenario.cluster);
  // Where lost messages are not sent again, a server may wait for ever, and answer nobody more.
  const bool goes_on = claims.failures != engine::FailureModel::crash_stop;
  return claims.completes || (goes_on && scenario.clients.give_up.nanoseconds > 0);
}

std::vector<engine::Property> properties_of(const engine::Model& model,
                                            const engine::ClusterSpec& cluster,
                                            const std::vector<std::string>& wanted) {
  std::vector<engine::Property> list = monitored(model, cluster);
  std::erase_if(list, [&](const engine::Property& property) {
    return std::find(wanted.begin(), wanted.end(), property.name) == wanted.end();
  });
  return list;
}

std::vector<engine::Property> properties_of(const Scenario& scenario) {
  const engine::Model& model = *scenario.model;
  std::vector<engine::Property> list = properties_of(model, scenario.cluster, scenario.checks);
  if (scenario.is_checked(answered.name)) list.push_back(checkers::answered());
  if (!scenario.is_checked(memory_bound)) return list;
  const auto& sizes = scenario.sizes_max;
  for (const JudgedGroup& group : groups_with_logs(model, scenario.cluster)) {
    const auto bound = sizes.find(group.check(log_collection));
    if (bound == sizes.end()) continue;
    list.push_back(engine::for_group(checkers::log_bound(bound->first, bound->second),
                                     group.position, memory_bound));
  }
  for (const engine::Collection& collection : model.collections) {
    if (const auto bound = sizes.find(collection.name); bound != sizes.end())
      list.push_back(checkers::collection_bound(collection, bound->second));
  }
  return list;
}

}  // namespace stampede::scenarios
