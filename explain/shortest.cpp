#include "explain/shortest.hpp"

#include <algorithm>
#include <map>

#include "scenarios/running/explore.hpp"

namespace stampede::explain {
namespace {

using engine::DecisionKind;

/// What the schedule spends, as a search's settings; nothing if no search has the like.
std::optional<scenarios::ExploreSettings> spending_of(const LenientPlayer& player,
                                                      const Schedule& schedule) {
  scenarios::ExploreSettings spent;
  spent.saves = player.scenario().saves;
  spent.begins = engine::Begins::any_time;
  spent.unlimited_failures = !player.target().within_tolerance;
  spent.leaves_wrong_reductions = true;
  spent.budgets.boots = 0;
  const engine::Membership& membership = player.booted().membership();
  std::map<std::string, std::uint32_t> timers;
  std::map<NodeId, engine::PlannedClient> plan;
  std::set<NodeId> booted;
  for (const Item& item : schedule) {
    const engine::Decision& decision = item.decision;
    switch (decision.kind) {
      case DecisionKind::deliver:
        break;
      case DecisionKind::duplicate:
        ++spent.budgets.duplicates;
        break;
      case DecisionKind::fire:
        ++timers[decision.timer.type];
        break;
      case DecisionKind::begin: {
        engine::PlannedClient& client = plan[decision.node];
        client.node = decision.node;
        client.operations.push_back(decision.operation);
        break;
      }
      case DecisionKind::crash:
        ++spent.budgets.crashes;
        break;
      case DecisionKind::restart:
        if (membership.is_spare(decision.node) && booted.insert(decision.node).second) {
          ++spent.budgets.boots;
        } else {
          ++spent.budgets.restarts;
        }
        break;
      case DecisionKind::complete:
        break;
      default:
        return std::nullopt;
    }
    // Searches crash servers only.
    if (decision.kind == DecisionKind::crash && membership.clients().contains(decision.node))
      return std::nullopt;
  }
  spent.budgets.timers.assign(timers.begin(), timers.end());
  for (auto& [node, client] : plan) spent.plan.push_back(std::move(client));
  return spent;
}

}  // namespace

Shortest find_shortest(const LenientPlayer& player, const Schedule& schedule,
                       const SearchLimits& limits,
                       const std::function<bool(std::uint64_t states)>& go_on) {
  Shortest shortest;
  auto spent = spending_of(player, schedule);
  if (!spent || player.target().overlapping || limits.states_max == 0) return shortest;
  scenarios::Scenario scenario = player.scenario();
  scenario.explore = std::move(*spent);
  const std::string& property = player.target().fingerprint.property;
  engine::SearchSettings settings;
  settings.stop_at = property;
  settings.states_max = limits.states_max;
  settings.memory_max = limits.memory_max;
  settings.go_on = [&](const engine::SearchFigures& figures) {
    // Steps with very many outcomes cost as much as worlds do, and more memory.
    return figures.handler_runs <= limits.states_max && go_on(figures.unique_states);
  };
  const scenarios::ExploreResult result = scenarios::explore(scenario, settings);
  shortest.states = result.search.figures.unique_states;
  for (const scenarios::Counterexample& one : result.counterexamples) {
    if (one.violation.property == property && !one.schedule.empty())
      shortest.schedule = one.schedule;
  }
  return shortest;
}

}  // namespace stampede::explain
