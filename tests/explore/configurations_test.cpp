// Searches of groups whose members change.
#include <catch2/catch.hpp>

#include "engine/explore/search.hpp"
#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/explore.hpp"
#include "tests/world/showing.hpp"

namespace stampede::tests {
namespace {

std::uint64_t states(const engine::Budgets& budgets) {
  // n0, n1 and n2 began; all but n2, which lags behind, show that n0, n1 and n3 are members now.
  const Stage now{nodes({0, 1, 3}), 2};
  engine::SpaceSettings settings;
  settings.budgets = budgets;
  settings.within_tolerance = true;
  engine::StateSpace space(showing({{now}, {now}, {{{}, 1}}, {now}}, 3), {}, settings);
  const engine::SearchResult result = engine::search(space, {});
  CHECK(result.complete);
  return result.figures.unique_states;
}

}  // namespace

TEST_CASE("explore: a spare node boots as often as there is a budget for it", "[explore]") {
  engine::Budgets budgets;
  CHECK(states(budgets) == 2);
  budgets.boots = 0;
  CHECK(states(budgets) == 1);
}

TEST_CASE("explore: crashes go by the members that a group has now", "[explore]") {
  engine::Budgets budgets;
  budgets.crashes = 5;
  // Without n3 its group survives no crash of n0 and n1; n2 was removed and may crash at any time.
  // With n3 one of the three may be down, and n2 beside it.
  CHECK(states(budgets) == 2 + 2 * 4);
}

TEST_CASE("explore: members change, and all that may happen meanwhile is clean", "[explore]") {
  const auto states_of = [](const std::string& options, const std::string& budgets) {
    const std::string text =
        "cluster: { model: multi_paxos, replicas: 2, spares: 1, clients: 2, options: {" + options +
        "} }\nexplore:\n  plan: { c0: [ { reconfigure: [r1, r2] } ], c1: [ { operation: { put: "
        "[x, 1] }, to: r1 } ] }\n" +
        budgets + "expect: ok\n";
    const auto scenario = scenarios::ScenarioFile::parse(text, "members.yaml", {}).resolve(0);
    for (const scenarios::ReductionCheck& one : scenarios::check_reductions(scenario, {}))
      CHECK(one.wrong.empty());
    const auto result = scenarios::explore(scenario, {});
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.search.complete);
    return result.search.figures.unique_states;
  };
  CHECK(states_of("alpha: 2", "  timers: { ElectionTimeout: 1, HeartbeatTimeout: 1 }\n") == 29'160);
  const std::string crash = "  timers: { ElectionTimeout: 1 }\n  crashes: 1\n";
  CHECK(states_of("alpha: 1", crash + "  saves: in_step\n") == 2'308);
  CHECK(states_of("alpha: 1", crash) == 4'612);
}

}  // namespace stampede::tests
