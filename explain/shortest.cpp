#include "explain/shortest.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/core/error.hpp"
#include "scenarios/running/explore_failure.hpp"

namespace stampede::explain {

using engine::DecisionKind;

std::optional<scenarios::ExploreSettings> spending_of(const LenientPlayer& player,
                                                      const Schedule& schedule) {
  // Searched clients wait for their answers.
  if (player.target().overlapping) return std::nullopt;
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

namespace {

/// Types of timers that some node has, by name.
std::set<std::string> timers_in(const engine::World& world) {
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    for (const engine::NamedType* timer : world.process(NodeId{i}).type().timer_types)
      names.insert(timer->name);
  }
  return names;
}

/// A kind of thing that is spent, by a function from budgets to its count.
using Count = std::function<std::uint32_t&(engine::Budgets&)>;

std::vector<Count> kinds_spent_in(const engine::World& world) {
  std::vector<Count> kinds;
  for (const std::string& timer : timers_in(world)) {
    kinds.push_back([timer](engine::Budgets& budgets) -> std::uint32_t& {
      for (auto& [name, count] : budgets.timers) {
        if (name == timer) return count;
      }
      return budgets.timers.emplace_back(timer, 0).second;
    });
  }
  kinds.push_back([](auto& budgets) -> std::uint32_t& { return budgets.duplicates; });
  kinds.push_back([](auto& budgets) -> std::uint32_t& { return budgets.crashes; });
  return kinds;
}

}  // namespace

std::vector<scenarios::ExploreSettings> near_spendings(const LenientPlayer& player,
                                                       const scenarios::ExploreSettings& spending) {
  const std::vector<Count> kinds = kinds_spent_in(player.booted());
  std::vector<scenarios::ExploreSettings> exchanged;
  std::vector<scenarios::ExploreSettings> added;
  for (std::size_t one = 0; one < kinds.size(); ++one) {
    scenarios::ExploreSettings more = spending;
    ++kinds[one](more.budgets);
    // Who crashes may come back.
    more.budgets.restarts += more.budgets.crashes - spending.budgets.crashes;
    added.push_back(more);
    for (std::size_t other = 0; other < kinds.size(); ++other) {
      scenarios::ExploreSettings instead = more;
      if (other == one || kinds[other](instead.budgets) == 0) continue;
      --kinds[other](instead.budgets);
      exchanged.push_back(std::move(instead));
    }
  }
  exchanged.insert(exchanged.end(), added.begin(), added.end());
  return exchanged;
}

Shortest find_shortest(const LenientPlayer& player, const scenarios::ExploreSettings& spending,
                       const SearchLimits& limits,
                       const std::function<bool(std::uint64_t states)>& go_on) {
  Shortest shortest;
  if (limits.states_max == 0) return shortest;
  scenarios::Scenario scenario = player.scenario();
  scenario.explore = spending;
  engine::SearchSettings settings;
  settings.states_max = limits.states_max;
  settings.memory_max = limits.memory_max;
  settings.go_on = [&](const engine::SearchFigures& figures) {
    // Steps with very many outcomes cost as much as worlds do, and more memory.
    return figures.handler_runs <= limits.states_max && figures.depth <= limits.length_max &&
           go_on(figures.unique_states);
  };
  const scenarios::Fingerprint& failure = player.target().fingerprint;
  scenarios::ExploreResult result;
  try {
    result = scenarios::explore_failure(scenario, failure, settings);
  } catch (const engine::InputError&) {
    // A protocol that reads clocks, for one, cannot be searched.
    return shortest;
  }
  shortest.states = result.search.figures.unique_states;
  for (const scenarios::Counterexample& one : result.counterexamples) {
    if (one.violation.property == failure.property && !one.schedule.empty())
      shortest.schedule = one.schedule;
  }
  return shortest;
}

}  // namespace stampede::explain
