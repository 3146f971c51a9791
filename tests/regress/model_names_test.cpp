// Names that a model used of itself were never looked up: a defect that breaks a check that there
// is not, a probe that is not listed, a violation that a script waits for in vain.
#include "scenarios/reading/model_names.hpp"

#include <catch2/catch.hpp>

#include "models/ping_pong/model.hpp"
#include "scenarios/running/explore.hpp"

namespace {

using namespace stampede;
using Catch::Contains;

/// The ping-pong of the tutorial, with a mistake in its model.
engine::Model mistaken(const std::function<void(engine::Model&)>& mistake) {
  engine::Model model = models::ping_pong::model();
  mistake(model);
  return model;
}

}  // namespace

TEST_CASE("regress: the names in all models are known", "[regress][unit]") {
  for (const engine::Model* model : models::all_models())
    CHECK_NOTHROW(scenarios::require_known_names(*model));
}

TEST_CASE("regress: a defect that breaks no check of its model is an error, with names",
          "[regress][input]") {
  const engine::Model model =
      mistaken([](engine::Model& one) { one.defects.front().breaks = "ping-pong/one-at-a-tme"; });
  const std::string error =
      "model 'ping_pong', defect 'ping-pong-forgets-to-check': error: unknown check "
      "'ping-pong/one-at-a-tme'\nhint: did you mean 'ping-pong/one-at-a-time'?";
  CHECK_THROWS_WITH(scenarios::require_known_names(model), error);
  // Whoever names the model meets it, whatever the file asks for.
  CHECK_THROWS_WITH(
      scenarios::ScenarioFile::parse("cluster: { model: ping_pong }\n", "s.yaml", {}, {&model}),
      error);
}

TEST_CASE("regress: a defect that assigns what is no option is an error, with names",
          "[regress][input]") {
  const engine::Model option = mistaken(
      [](engine::Model& one) { one.defects.front().assignments.front().first = "checks_nubers"; });
  CHECK_THROWS_WITH(scenarios::require_known_names(option),
                    Contains("defect 'ping-pong-forgets-to-check': error: unknown key "
                             "'checks_nubers'"));
  const engine::Model value =
      mistaken([](engine::Model& one) { one.defects.front().assignments.front().second = "nope"; });
  CHECK_THROWS_WITH(scenarios::require_known_names(value),
                    Contains("defect 'ping-pong-forgets-to-check': error: 'nope'"));
}

TEST_CASE("regress: a probe that its model does not list is found by runs and by searches",
          "[regress]") {
  const engine::Model model = mistaken([](engine::Model& one) { one.probes = {"retry"}; });
  const auto file = scenarios::ScenarioFile::parse("cluster: { model: ping_pong, replicas: 2 }\n",
                                                   "s.yaml", {}, {&model});
  const scenarios::RunResult run = scenarios::run(file.resolve(1), {});
  REQUIRE(run.verdict == scenarios::Verdict::violated);
  CHECK(run.violations.front().violation.property == "no-exception");
  CHECK(run.violations.front().violation.message ==
        "p1: reached 'all-answered', a probe that its model does not list: add it to 'probes' of "
        "the model");
  const scenarios::ExploreResult search = scenarios::explore(file.resolve(1), {});
  REQUIRE(search.verdict == scenarios::Verdict::violated);
  CHECK(search.counterexamples.front().violation.property == "no-exception");
}

TEST_CASE("regress: a script that waits for the violation of no check is an error",
          "[regress][input]") {
  CHECK_THROWS_WITH(
      scenarios::ScenarioFile::parse("cluster: { model: ping_pong, replicas: 2 }\n"
                                     "script:\n"
                                     "- deliver: Ping p0->p1\n"
                                     "- expect: { violation: ping-pong/one-at-a-tme }\n",
                                     "s.yaml", {}),
      "s.yaml:4:24: error: unknown check 'ping-pong/one-at-a-tme'\nhint: did you mean "
      "'ping-pong/one-at-a-time'?");
}
