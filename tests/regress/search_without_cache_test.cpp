// Repaired: without cached transitions the schedule of a violation was not found again, which was
// an internal error; and clients that begin operations by themselves, with a plan beside, were
// another.
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"

using namespace stampede;

namespace {

scenarios::ExploreResult explored_with(const std::string& name, bool cached,
                                       engine::Strategy strategy) {
  auto scenario =
      scenarios::ScenarioFile::load(
          std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml", {})
          .resolve(0);
  scenario.explore.cached_transitions = cached;
  engine::SearchSettings settings;
  settings.strategy = strategy;
  return scenarios::explore(scenario, settings);
}

}  // namespace

TEST_CASE("regress: a search finds the same schedule with and without cached transitions",
          "[regress][explore]") {
  for (const char* name :
       {"bugs/ping-pong-forgets-to-check", "bugs/vrr-state-transfer-truncates"}) {
    for (const auto strategy : {engine::Strategy::breadth_first, engine::Strategy::random_walk}) {
      INFO(name);
      const auto cached = explored_with(name, true, strategy);
      const auto uncached = explored_with(name, false, strategy);
      REQUIRE(cached.counterexamples.size() == uncached.counterexamples.size());
      REQUIRE(!cached.counterexamples.empty());
      CHECK(cached.counterexamples.front().script == uncached.counterexamples.front().script);
      CHECK(cached.search.figures.unique_states == uncached.search.figures.unique_states);
    }
  }
}

TEST_CASE("regress: a plan for clients that begin by themselves is an input error",
          "[regress][input]") {
  const auto error_of = [](const std::string& explore) -> std::string {
    const auto file = scenarios::ScenarioFile::parse(
        "cluster: { model: single_copy, replicas: 1, clients: 2, options: { clients_start_alone: "
        "true } }\n" +
            explore,
        "alone.yaml", {});
    try {
      scenarios::explore(file.resolve(0), {});
    } catch (const engine::InputError& error) {
      return error.what();
    }
    return "";
  };
  const std::string refused = error_of("");
  CHECK(refused.find("alone.yaml:1:") == 0);
  CHECK(refused.find("error: c0 begins operations by itself when it starts\nhint: search what it "
                     "begins (explore: { operations: 0 }), or change the options") !=
        std::string::npos);
  CHECK(error_of("explore: { operations: 0 }\n") == "");
}
