#include "explain/no_return.hpp"

#include <catch2/catch.hpp>

#include "explain/story.hpp"

namespace {

using namespace stampede;
using explain::NoReturn;
using explain::Tape;

Tape bug_tape(const std::string& name) {
  const std::string path =
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/" + name + ".yaml";
  const auto file = scenarios::ScenarioFile::load(path, {});
  return Tape(file.resolve(file.seed()));
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

TEST_CASE("no return: what is judged at rest has none", "[explain]") {
  Tape tape = bug_tape("vrr-state-transfer-truncates");
  const engine::Violation liveness{"liveness", 0, "nothing ends", {}};
  const NoReturn found = explain::point_of_no_return(tape, liveness);
  CHECK(found.step == 0);
  CHECK(found.strip.empty());
}
