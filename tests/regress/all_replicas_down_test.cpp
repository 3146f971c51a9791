// Repaired: `durability` was violated as soon as those who had an operation on disk were down.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

/// The first violation, or else the verdict, of a script that goes on behind an acknowledged
/// operation of r0 and r1.
std::string outcome_after(const std::string& steps, const std::string& defects) {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: multi_paxos, replicas: 3, clients: 1, service: kv, defects: [" + defects +
          "] }\nchecks: [durability]\nscript:\n"
          "  - invoke: { client: c0, operation: { put: [x, 1] } }\n"
          "  - deliver: Request c0->r0\n"
          "  - deliver: Accept r0->r1\n"
          "  - deliver: Accepted r1->r0\n"
          "  - deliver: Reply r0->c0\n" +
          steps,
      "down.yaml", {});
  const auto result = scenarios::run(file.resolve(0), {});
  if (result.violations.empty()) {
    const std::string verdict = engine::word_of(result.verdict);
    return result.undecided.empty() ? verdict : verdict + ": " + result.undecided.front();
  }
  const engine::Violation& first = result.violations.front().violation;
  return first.property + ": " + first.message;
}

}  // namespace

TEST_CASE("regress: what is on the disks of replicas that are down is not lost",
          "[regress][simulate]") {
  const std::string down = "  - crash: r0\n  - crash: r1\n";
  const std::string all_down = down + "  - crash: r2\n";
  const std::string back = "  - restart: r2\n  - restart: r0\n  - restart: r1\n";
  for (const std::string& steps : {all_down + back, all_down + back + "  - crash: r0\n"}) {
    INFO(steps);
    CHECK(outcome_after(steps, "") == "ok");
  }
  // Who forgets it is seen once all are back, and at once where as many are up as must be.
  const std::string lost = "durability: operation c0.1 was acknowledged and is in no replica's log";
  CHECK(outcome_after(all_down + back, "multi-paxos-forgets-votes") == lost);
  CHECK(outcome_after("  - crash: r0\n  - restart: r0\n  - crash: r1\n",
                      "multi-paxos-forgets-votes") == lost);
}

// Repaired: such a run ended `ok`, whatever the others would have shown.
TEST_CASE("regress: nobody knows what is on the disks of replicas that never come back",
          "[regress][simulate]") {
  const std::string down = "  - crash: r0\n  - crash: r1\n";
  const std::string all_down = down + "  - crash: r2\n";
  const auto undecided = [](const std::string& who) {
    return "undecided: durability: operation c0.1 was acknowledged and is in no log that is "
           "seen; " +
           who + " went down with more than the group survives and never came back";
  };
  CHECK(outcome_after(down, "") == undecided("r0, r1"));
  CHECK(outcome_after(all_down, "") == undecided("r0, r1, r2"));
  CHECK(outcome_after(all_down + "  - restart: r2\n", "") == undecided("r0, r1"));
  CHECK(outcome_after(all_down + "  - restart: r2\n  - restart: r0\n",
                      "multi-paxos-forgets-votes") == undecided("r1"));
  // One log that has it is enough; and of one replica that is down as many are up as must be.
  CHECK(outcome_after(all_down + "  - restart: r0\n", "") == "ok");
  CHECK(outcome_after("  - crash: r0\n", "") == "ok");
}

}  // namespace stampede::tests
