#include "scenarios/running/judged_nothing.hpp"

#include <algorithm>

#include "checkers/judges.hpp"

namespace stampede::scenarios {
namespace {

/// Operations of the service that clients of this run are to make. A script says of each answer
/// whether it comes, so nothing is missing where it does not.
std::uint64_t operations_wanted(const Scenario& scenario) {
  const bool scripted = !scenario.script.empty() && !scenario.recorded_schedule;
  const bool asks = scenario.model->uses_service && scenario.cluster.clients != 0;
  return asks && !scripted ? scenario.workload.operations() : 0;
}

/// Its nodes follow leaders: they show logs, which somebody orders.
bool has_leaders(const Scenario& scenario) {
  return scenario.model->claimed(scenario.cluster).log != engine::LogClaim::none;
}

/// How much there was for this check to look at.
std::uint64_t looked_at(const std::string& check, const engine::World& world) {
  constexpr unsigned of_clients = engine::Monitor::hook_client | engine::Monitor::hook_finish;
  const auto& monitors = world.monitors();
  const auto monitor = std::find_if(monitors.begin(), monitors.end(),
                                    [&](const auto& one) { return one->property() == check; });
  const bool operations = monitor != monitors.end() ? ((*monitor)->hooks() & ~of_clients) == 0
                                                    : checkers::find_judge_of(check) != nullptr;
  return operations ? world.history().completed() : world.handled();
}

/// `no operation was acknowledged, of 100 asked for`.
std::string unanswered(std::uint64_t wanted, bool leaderless) {
  return "no operation was acknowledged, of " + std::to_string(wanted) + " asked for" +
         (leaderless ? ", and no node ever led" : "");
}

}  // namespace

std::vector<std::string> judged_nothing(const Scenario& scenario, const engine::World& world,
                                        std::size_t skipped) {
  std::vector<std::string> why;
  const std::uint64_t wanted = operations_wanted(scenario);
  if (wanted != 0 && world.history().completed() == 0)
    why.push_back(unanswered(wanted, has_leaders(scenario) && !world.ever_led()));
  // Of a recorded schedule the digest tells whether it is the run it was.
  if (skipped != 0 && !scenario.skips_allowed && !scenario.recorded_schedule)
    why.push_back(std::to_string(skipped) + " of " + std::to_string(scenario.script.size()) +
                  " steps of the script could not be done");
  if (world.handled() == 0) {
    why.emplace_back("nothing reached any node");
  } else if (!scenario.checks.empty() &&
             std::all_of(scenario.checks.begin(), scenario.checks.end(),
                         [&](const std::string& one) { return looked_at(one, world) == 0; })) {
    why.push_back("there was nothing to look at for " + engine::comma_list(scenario.checks));
  }
  return why;
}

std::vector<std::string> judged_nothing(const Scenario& scenario,
                                        const engine::SearchResult& search) {
  std::uint64_t planned = 0;
  for (const engine::PlannedClient& client : scenario.explore.plan) {
    planned += static_cast<std::uint64_t>(
        std::count_if(client.operations.begin(), client.operations.end(), [](const auto& begin) {
          return begin.operation.template get<engine::Reconfigure>() == nullptr;
        }));
  }
  std::vector<std::string> why;
  if (planned != 0 && !search.answered)
    why.push_back(unanswered(planned, has_leaders(scenario) && !search.led));
  const bool moves = std::any_of(search.fresh.begin(), search.fresh.end(),
                                 [](std::uint64_t fresh) { return fresh != 0; });
  if (!moves) why.emplace_back("no decision leads anywhere: there are no budgets to spend");
  return why;
}

}  // namespace stampede::scenarios
