// A scenario in which a model of the tests, wrong on purpose, takes the place of the file's: what
// its runs and its search find violated.
#pragma once

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {

struct WeakTrial {
  scenarios::ScenarioFile file;
  const engine::Model& model;
  engine::Payload options;

  [[nodiscard]] scenarios::Scenario scenario(std::uint64_t seed) const {
    scenarios::Scenario scenario = file.resolve(seed);
    scenario.model = &model;
    scenario.cluster.options = options;
    return scenario;
  }

  /// Properties that are violated in some of the seeds 1 to `seeds`.
  [[nodiscard]] std::set<std::string> violated_in_runs(std::uint64_t seeds) const {
    std::set<std::string> violated;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const scenarios::RunResult result = scenarios::run(scenario(seed), {});
      for (const auto& found : result.violations) {
        INFO(found.violation.message);
        CHECK(found.violation.step > 0);
        REQUIRE(!found.violation.message.empty());
        violated.insert(found.violation.property);
      }
    }
    return violated;
  }

  /// What the search finds violated; it has judged everything that it was asked.
  [[nodiscard]] std::set<std::string> violated_in_search() const {
    const scenarios::ExploreResult result = scenarios::explore(scenario(1), {});
    // A search ends where it finds something.
    REQUIRE((result.search.complete || !result.counterexamples.empty()));
    REQUIRE(result.not_judged.empty());
    REQUIRE(result.undecided.empty());
    std::set<std::string> violated;
    for (const auto& found : result.counterexamples) violated.insert(found.violation.property);
    return violated;
  }
};

}  // namespace stampede::tests
