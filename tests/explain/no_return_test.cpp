#include "explain/no_return.hpp"

#include <catch2/catch.hpp>
#include <optional>

#include "explain/story.hpp"

namespace {

using namespace stampede;
using explain::NoReturn;
using explain::Tape;

std::string catalogue(const std::string& name) {
  return std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/" + name + ".yaml";
}

Tape bug_tape(const std::string& name, std::optional<std::uint64_t> seed = {}) {
  const auto file = scenarios::ScenarioFile::load(catalogue(name), {});
  return Tape(file.resolve(seed.value_or(file.seed())));
}

std::string step_text(const Tape& tape, std::uint64_t step) {
  const engine::Decision& decision = tape.step(step).decision;
  return decision.message.type + " " + tape.names().of(decision.message.from) + "->" +
         tape.names().of(decision.message.to);
}

}  // namespace

TEST_CASE("no return: exact, and the same from the sampled strip", "[explain]") {
  for (const std::string name : {"vrr-recovery-forgets-view", "vrr-state-transfer-truncates"}) {
    INFO(name);
    Tape tape = bug_tape(name);
    const engine::Violation& violation = *explain::told_violation(tape);
    explain::NoReturnSettings only_exact;
    only_exact.cuts = 0;
    only_exact.states_max = 200'000;
    const NoReturn exact = explain::point_of_no_return(tape, violation, only_exact);
    REQUIRE(exact.exact);
    CHECK(exact.step > tape.boots());
    CHECK(exact.step <= violation.step);
    CHECK(exact.strip.empty());
    explain::NoReturnSettings only_sampled;
    only_sampled.states_max = 0;
    only_sampled.samples = 256;
    const NoReturn sampled = explain::point_of_no_return(tape, violation, only_sampled);
    CHECK_FALSE(sampled.exact);
    CHECK(sampled.step == exact.step);
    INFO(step_text(tape, exact.step));
    // Behind it all fail, before it not all.
    for (const explain::Cut& cut : sampled.strip) {
      INFO("cut behind " << cut.step);
      CHECK((cut.failed == cut.samples) == (cut.step >= exact.step));
    }
  }
}

TEST_CASE("no return: of what is judged at the end of a run, under other draws", "[explain]") {
  struct Case {
    std::string name;
    std::uint64_t seed;
    std::string property;
    bool from_the_beginning;
  };
  for (const Case& one : {Case{"vrr-new-state-only-appends-random", 1, "convergence", true},
                          Case{"vrr-lost-request-stays-known-random", 19, "liveness", false}}) {
    INFO(one.name);
    Tape tape = bug_tape(one.name, one.seed);
    const engine::Violation& violation = *explain::told_violation(tape);
    REQUIRE(violation.property == one.property);
    explain::NoReturnSettings settings;
    settings.cuts = 4;
    settings.samples = 4;
    const NoReturn found = explain::point_of_no_return(tape, violation, settings);
    CHECK_FALSE(found.exact);
    CHECK((found.step == tape.boots()) == one.from_the_beginning);
    CHECK(found.step < tape.size());
    REQUIRE(found.strip.size() >= 4);
    CHECK((found.strip.front().failed == found.strip.front().samples) == one.from_the_beginning);
    for (const explain::Cut& cut : found.strip) {
      INFO("cut behind " << cut.step);
      CHECK(cut.samples == 4);
      if (cut.step >= found.step) CHECK(cut.failed == cut.samples);
    }
  }
}

TEST_CASE("no return: a run that was not judged says nothing", "[explain]") {
  Tape tape = bug_tape("vrr-lost-request-stays-known-random", 19);
  const engine::Violation& violation = *explain::told_violation(tape);
  // Told to end within the first run that goes on, and never by the strip itself.
  std::uint64_t asked = 0;
  explain::NoReturnSettings settings;
  settings.interrupted = [&] { return ++asked > 1; };
  const NoReturn found = explain::point_of_no_return(tape, violation, settings);
  CHECK(asked > 1);
  CHECK(found.step == 0);
  CHECK(found.strip.empty());
}

TEST_CASE("no return: other draws leave what was drawn before them", "[explain]") {
  const auto file = scenarios::ScenarioFile::load(catalogue("vrr-recovery-asks-once-random"), {});
  const scenarios::Scenario scenario = file.resolve(4);
  const Tape drawn(scenario);
  scenarios::RunSettings own;
  own.redraw = {200, scenario.seed};
  CHECK(Tape(scenario, own).result().digest == drawn.result().digest);
  scenarios::RunSettings other;
  other.redraw = {200, 5};
  const Tape redrawn(scenario, other);
  CHECK(redrawn.result().digest != drawn.result().digest);
  for (std::uint64_t step = 1; step <= 200; ++step)
    CHECK(redrawn.step(step).decision == drawn.step(step).decision);
}

TEST_CASE("no return: a script has no end in time", "[explain]") {
  Tape tape = bug_tape("vrr-state-transfer-truncates");
  const engine::Violation liveness{"liveness", 0, "nothing ends", {}};
  const NoReturn found = explain::point_of_no_return(tape, liveness);
  CHECK(found.step == 0);
  CHECK(found.strip.empty());
}
