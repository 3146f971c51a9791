#include "scenarios/reading/checks.hpp"

#include <algorithm>

#include "checkers/judges.hpp"
#include "checkers/monitors/agreement.hpp"

namespace stampede::scenarios {
namespace {

/// The one judge of histories that is asked by default.
constexpr const char* linearizability = "linearizability";

bool left_out(const engine::Model& model, const std::string& check) {
  return std::find(model.checks_left_out.begin(), model.checks_left_out.end(), check) !=
         model.checks_left_out.end();
}

std::vector<engine::Property> monitored(const engine::Model& model,
                                        const engine::ClusterSpec& cluster) {
  std::vector<engine::Property> list;
  if (model.properties != nullptr) list = model.properties(cluster);
  for (const JudgedGroup& group : groups_with_logs(model)) {
    std::vector<engine::Property> generic;
    if (group.answers_clients)
      generic = {checkers::acknowledged_on_majority(), checkers::durability()};
    generic.push_back(checkers::agreement());
    generic.push_back(checkers::at_most_once());
    for (engine::Property& property : generic) {
      const std::string name = group.check(property.name);
      list.push_back(engine::for_group(std::move(property), group.position, name));
    }
  }
  std::erase_if(list,
                [&](const engine::Property& property) { return left_out(model, property.name); });
  return list;
}

}  // namespace

std::vector<JudgedGroup> groups_with_logs(const engine::Model& model) {
  std::vector<JudgedGroup> groups;
  if (model.keeps_log) groups.push_back({0, {}, true});
  std::uint32_t position = 0;
  for (const engine::GroupOffer& offer : model.further_groups) {
    ++position;
    if (offer.keeps_log) groups.push_back({position, offer.name, offer.answers_clients});
  }
  return groups;
}

std::vector<CheckInfo> run_checks() {
  return {{linearizability, checkers::find_judge_of(linearizability)->about},
          {"liveness",
           "After faults stop, every pending operation of a live client completes in time."},
          {"convergence", "After faults stop, all replicas end up alike in time."},
          {"no-exception", "No handler throws, no ASSERT fails."}};
}

std::vector<CheckInfo> optional_checks(const engine::Model& model,
                                       const engine::ServiceType& service) {
  std::vector<CheckInfo> list;
  if (!model.uses_service) return list;
  for (const checkers::HistoryJudge& judge : checkers::history_judges()) {
    if (judge.property == linearizability || checkers::judged_kinds(judge.needs, service).empty())
      continue;
    list.push_back({judge.property, judge.about});
  }
  return list;
}

std::vector<CheckInfo> applicable_checks(const engine::Model& model,
                                         const engine::ClusterSpec& cluster) {
  std::vector<CheckInfo> list;
  for (const engine::Property& property : monitored(model, cluster))
    list.push_back({property.name, property.about});
  for (const CheckInfo& check : run_checks()) {
    if (!model.uses_service && check.name == linearizability) continue;
    if (check.name == "convergence") {
      for (const JudgedGroup& group : groups_with_logs(model)) {
        const std::string name = group.check(check.name);
        if (!left_out(model, name)) list.push_back({name, check.about});
      }
      continue;
    }
    if (left_out(model, check.name)) continue;
    list.push_back(check);
  }
  return list;
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

}  // namespace stampede::scenarios
