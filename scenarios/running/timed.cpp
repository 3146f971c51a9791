#include "scenarios/running/timed.hpp"

#include "checkers/monitors/convergence.hpp"
#include "checkers/monitors/leadership.hpp"
#include "scenarios/reading/checks.hpp"

namespace stampede::scenarios {

engine::SimulationSettings simulation_settings(const Scenario& scenario, bool stop_on_first) {
  engine::SimulationSettings settings;
  settings.seed = scenario.seed;
  settings.network = scenario.network;
  settings.clients = scenario.clients;
  const std::uint32_t clients = scenario.cluster.clients;
  settings.clients.plan = [workload = scenario.workload, seed = scenario.seed, clients](
                              std::uint32_t client, std::uint32_t number) {
    return models::client::planned(workload, seed, client, clients, number);
  };
  settings.virtual_time = scenario.virtual_time;
  settings.decisions_max = scenario.decisions_max;
  settings.liveness = scenario.liveness;
  for (const JudgedGroup& group : groups_with_logs(*scenario.model, scenario.cluster)) {
    if (const std::string leader = group.check(stable_leader); scenario.is_checked(leader)) {
      settings.stability.push_back({leader, [group = group.position](const engine::World& world) {
                                      return checkers::who_leads(
                                          world, world.membership().groups()[group]);
                                    }});
    }
    const std::string property = group.check("convergence");
    if (group.log == engine::LogClaim::somewhere || !scenario.is_checked(property)) continue;
    settings.convergence.push_back(
        {property, [group = group.position,
                    lost = group.log == engine::LogClaim::on_quorums](const engine::World& world) {
           return checkers::not_converged(world, world.membership().groups()[group], lost);
         }});
  }
  for (const engine::Property& property :
       properties_of(*scenario.model, scenario.cluster, scenario.checks)) {
    if (property.missing == nullptr) continue;
    settings.convergence.push_back(
        {property.name,
         [missing = property.missing](const engine::World& world) { return missing(world); }});
  }
  settings.stop_on_first = stop_on_first;
  return settings;
}

faults::Nemesis nemesis_of(const Scenario& scenario) {
  faults::NemesisSettings settings;
  settings.within_budget = !scenario.unlimited_faults;
  return {scenario.faults, settings};
}

}  // namespace stampede::scenarios
