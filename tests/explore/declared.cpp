#include "tests/explore/declared.hpp"

#include <catch2/catch.hpp>

namespace stampede::tests {

scenarios::ExploreResult searched(engine::Model& model, const std::string& cluster,
                                  const std::string& explore, const std::string& checks) {
  const std::string text = "cluster: { model: " + model.name + ", " + cluster + " }\nexplore: { " +
                           explore + " }\nchecks: " + checks + "\n";
  scenarios::Scenario scenario =
      scenarios::ScenarioFile::parse(text, "declared.yaml", {}, {&model}).resolve(0);
  return scenarios::explore(scenario, {});
}

void check_stopped(const scenarios::ExploreResult& result, const std::string& reduction) {
  CHECK(result.verdict == scenarios::Verdict::violated);
  CHECK(result.search.reason == "reductions");
  REQUIRE(result.wrong);
  CHECK(result.wrong->reduction == reduction);
  CHECK_FALSE(result.wrong->state.empty());
  CHECK_FALSE(result.wrong->other_state.empty());
  REQUIRE(!result.counterexamples.empty());
  CHECK(result.counterexamples.back().violation.property == "reductions");
}

void check_proven(const scenarios::ExploreResult& result) {
  if (result.wrong) FAIL_CHECK(result.wrong->text);
  CHECK(result.search.complete);
  std::uint64_t cases = 0;
  for (const engine::ProofFigures& proof : result.search.proofs) {
    CHECK(proof.one_of == 1);
    cases += proof.cases;
  }
  CHECK(cases > 0);
}

}  // namespace stampede::tests
