// How saves complete in scripts and searches: what the file says, and what it means without.
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using scenarios::Saves;

scenarios::Scenario scenario_of(const std::string& text) {
  return scenarios::ScenarioFile::parse(
             "cluster: { model: multi_paxos, replicas: 3, clients: 1, service: kv }\n" + text,
             "saves.yaml", {})
      .resolve(0);
}

const std::string asks =
    "script:\n"
    "  - invoke: { client: c0, operation: { put: [x, 1] } }\n"
    "  - deliver: Request c0->r0\n";
const std::string accept = "  - deliver: Accept r0->r1\n";
const std::string saved = "  - complete: { node: r0, file: durable }\n";

std::size_t skipped_of(const std::string& text) {
  return scenarios::run(scenario_of(text), {}).skipped.size();
}

}  // namespace

TEST_CASE("saves: a script has them in their steps, unless it completes one", "[text]") {
  CHECK(scenario_of(asks + accept).saves == Saves::in_step);
  CHECK(scenario_of(asks + saved + accept).saves == Saves::decisions);
  CHECK(scenario_of("saves: decisions\n" + asks).saves == Saves::decisions);
  CHECK(scenario_of("").saves == Saves::decisions);
  CHECK(skipped_of(asks + accept) == 0);
  CHECK(skipped_of(asks + saved + accept) == 0);
  // What waits for the save has not left.
  CHECK(skipped_of("saves: decisions\n" + asks + accept) == 1);
  // It completes once.
  CHECK(skipped_of(asks + saved + saved + accept) == 1);
}

TEST_CASE("saves: a script cannot complete what completes in its step", "[text]") {
  CHECK_THROWS_WITH(scenario_of("saves: in_step\n" + asks + saved),
                    Catch::Contains("saves.yaml:6") && Catch::Contains("'saves: decisions'"));
  CHECK_THROWS_WITH(scenario_of("saves: never\n"), Catch::Contains("in_step, decisions"));
}

TEST_CASE("saves: settle completes those of its nodes", "[text]") {
  const scenarios::RunResult result = scenarios::run(
      scenario_of("saves: decisions\n" + asks +
                  "  - settle: [r0, r1]\n"
                  "  - expect: { node: r0, state: { committed: 1 } }\n"
                  "  - expect: { node: r1, state: { stable: { votes: [ { entry: {} } ] } } }\n"),
      {});
  CHECK(result.skipped.empty());
  REQUIRE(result.failed_expectations.empty());
}

TEST_CASE("saves: a crash loses the save under way, and what waited for it", "[text]") {
  const std::string crash = "  - crash: r1\n  - restart: r1\n";
  const std::string lost = "  - expect: { node: r1, state: { stable: { votes: [] } } }\n";
  const auto failed = [&](const std::string& between) {
    const scenarios::RunResult result =
        scenarios::run(scenario_of(asks + saved + accept + between + crash + lost), {});
    CHECK(result.skipped.empty());
    return result.failed_expectations.size();
  };
  CHECK(failed("") == 0);
  CHECK(failed("  - complete: { node: r1, file: durable }\n") == 1);
}

TEST_CASE("saves: a search sees them where it may crash who saves", "[explore]") {
  const auto mode = [](const std::string& text) { return scenario_of(text).explore.saves; };
  CHECK(mode("") == Saves::in_step);
  CHECK(mode("explore: { timers: { ElectionTimeout: 1 } }\n") == Saves::in_step);
  CHECK(mode("explore: { crashes: 1 }\n") == Saves::decisions);
  CHECK(mode("explore: { saves: decisions }\n") == Saves::decisions);
  CHECK(mode("explore: { crashes: 1, saves: in_step }\n") == Saves::in_step);
  CHECK(mode("saves: in_step\nexplore: { crashes: 1 }\n") == Saves::in_step);
  CHECK(mode("saves: decisions\nexplore: { saves: in_step }\n") == Saves::in_step);
  const auto nothing_to_save =
      scenarios::ScenarioFile::parse("cluster: { model: abd }\nexplore: { crashes: 1 }\n",
                                     "nothing.yaml", {})
          .resolve(0);
  CHECK(nothing_to_save.explore.saves == Saves::in_step);
}

TEST_CASE("saves: without crashes a search that sees them finds what one does that does not",
          "[explore]") {
  const auto explored = [](const std::string& saves, const std::string& defects) {
    return scenarios::explore(
        scenarios::ScenarioFile::parse(
            "cluster: { model: multi_paxos, replicas: 3, clients: 1, service: kv, defects: [" +
                defects +
                "] }\n"
                "explore: { saves: " +
                saves + ", timers: { ElectionTimeout: 1 }, plan: { c0: [ { put: [x, 1] } ] } }\n",
            "alike.yaml", {})
            .resolve(0),
        {});
  };
  for (const std::string defects : {"", "multi-paxos-adopts-own-votes"}) {
    const auto in_step = explored("in_step", defects);
    const auto decisions = explored("decisions", defects);
    CHECK(in_step.verdict == decisions.verdict);
    CHECK(in_step.search.figures.unique_states < decisions.search.figures.unique_states);
  }
}

}  // namespace stampede::tests
