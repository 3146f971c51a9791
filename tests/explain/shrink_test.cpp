#include "explain/shrink.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "explain/frame.hpp"
#include "explain/other_draws.hpp"
#include "explain/reduce.hpp"
#include "scenarios/running/explore_failure.hpp"
#include "scenarios/running/record.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using explain::Minimality;
using explain::Shrunk;
using explain::Tape;

scenarios::ScenarioFile failing_file(const std::string& name) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/" + name + ".yaml", {});
}

Shrunk shrunk_seed(const std::string& name, std::uint64_t seed,
                   const explain::ShrinkSettings& settings = {}) {
  const auto file = failing_file(name);
  Tape tape(file.resolve(seed));
  return explain::shrink(file, tape, settings);
}

/// The file of the shrunk run, run as anybody would.
scenarios::RunResult run_again(const Shrunk& shrunk) {
  return scenarios::run(shrunk.file.resolve(shrunk.file.seed()), {});
}

bool violates(const scenarios::RunResult& result, const std::string& property) {
  return std::any_of(result.violations.begin(), result.violations.end(),
                     [&](const auto& found) { return found.violation.property == property; });
}

struct KnownShortest {
  std::string name;
  std::uint64_t seed;
  std::string fingerprint;
  std::uint64_t shortest;
};

void check_becomes_shortest(const KnownShortest& one) {
  INFO(one.name);
  const Shrunk shrunk = shrunk_seed(one.name, one.seed);
  CHECK(to_text(shrunk.fingerprint) == one.fingerprint);
  CHECK(shrunk.after.decisions == one.shortest);
  CHECK(shrunk.minimality == Minimality::minimal);
  const scenarios::Scenario scenario = shrunk.file.resolve(0);
  const scenarios::RunResult again = run_again(shrunk);
  CHECK(scenarios::as_expected(scenario, again));
  CHECK(again.skipped.empty());
  CHECK(scenarios::fingerprints_of(scenario, again).front() == shrunk.fingerprint);
}

}  // namespace

TEST_CASE("shrink: a failing seed becomes a shortest schedule with the same fingerprint",
          "[explain]") {
  // Lengths that `explore` gives for the scripts of these defects, beginnings of clients counted.
  const std::vector<KnownShortest> known = {
      {"vrr-state-transfer-truncates-random", 8,
       "viewstamped/certified-log at deliver Commit (replica)", 8},
      {"vrr-recovery-forgets-view-random", 1,
       "viewstamped/promise-kept at deliver RecoveryResponse (replica)", 7},
      {"multi-paxos-adopts-own-votes-random", 3,
       "multi-paxos/chosen-stays at deliver Promise (replica)", 6},
      {"ping-pong-forgets-to-check-random", 3, "ping-pong/one-at-a-time at deliver Pong (pinger)",
       4},
      // A Prepare breaks it earlier: that is another failure.
      {"vrr-state-transfer-stays-normal-random", 3,
       "viewstamped/one-log-per-view at deliver Commit (replica)", 10},
      // What the masters do needs no replica, and a search of one replica sees all of it.
      {"cr-two-masters-random", 8, "chain/one-chain at fire detector.SilenceTimeout (masters)", 5},
      // A timeout, which the run had not, instead of a third crash.
      {"vrr-recovery-without-nonce-random", 7,
       "viewstamped/certified-log at deliver RecoveryResponse (replica)", 15},
  };
  for (const KnownShortest& one : known) check_becomes_shortest(one);
}

// Hidden: as long as all of the others together.
TEST_CASE("shrink: saves complete in their step when little is left of a run", "[.campaign]") {
  check_becomes_shortest({"cr-join-ends-while-head-changes-random", 50,
                          "chain/inprocess-requests at deliver NewChain (replica)", 12});
}

TEST_CASE("shrink: a search for one failure passes over others of its property", "[explain]") {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) +
          "/scenarios/catalogue/bugs/vrr-state-transfer-stays-normal.yaml",
      {"explore={ saves: in_step, timers: { ViewChangeTimeout: 1, RequestTimeout: 1, "
       "CommitTimeout: 1 }, plan: { c0: [ { put: [x, 1] } ] } }"});
  const scenarios::Scenario scenario = file.resolve(0);
  const std::string property = "viewstamped/one-log-per-view";
  const auto found = [&](const scenarios::ExploreResult& result) {
    for (const scenarios::Counterexample& one : result.counterexamples) {
      if (one.violation.property == property) return one.schedule;
    }
    return std::vector<engine::Decision>();
  };
  engine::SearchSettings settings;
  settings.stop_at = property;
  const auto any = found(scenarios::explore(scenario, settings));
  REQUIRE_FALSE(any.empty());
  CHECK(any.back().message.type == "Prepare");
  const auto commit = found(
      scenarios::explore_failure(scenario, {property, "deliver Commit", {"replica"}}, settings));
  REQUIRE(commit.size() == any.size() + 1);
  CHECK(commit.back().message.type == "Commit");
  // No message of that type breaks it, and no client.
  for (const scenarios::Fingerprint& none :
       {scenarios::Fingerprint{property, "deliver PrepareOk", {"replica"}},
        scenarios::Fingerprint{property, "deliver Commit", {"client", "replica"}}}) {
    const auto result = scenarios::explore_failure(scenario, none, settings);
    CHECK(found(result).empty());
    CHECK(result.search.complete);
  }
}

TEST_CASE("shrink: what cannot be searched, since clocks are read, is made smaller all the same",
          "[explain]") {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/craq-dirty-read-random.yaml",
      {"cluster.options.fence=lease"});
  Tape tape(file.resolve(2));
  explain::ShrinkSettings settings;
  settings.draws_max = 0;
  const Shrunk shrunk = explain::shrink(file, tape, settings);
  CHECK(shrunk.minimality == Minimality::one_minimal);
  CHECK(shrunk.after.decisions < shrunk.before.decisions / 2);
  CHECK(violates(run_again(shrunk), "linearizability"));
}

TEST_CASE("shrink: runs under other draws fail alike, or are not given", "[explain]") {
  const auto file = failing_file("vrr-state-transfer-stays-normal-random");
  const Tape tape(file.resolve(1));
  const scenarios::Fingerprint failure{
      "viewstamped/one-log-per-view", "deliver Prepare", {"replica"}};
  const auto given = [](const Tape& of, const scenarios::Fingerprint& as, std::uint64_t most) {
    std::vector<explain::OtherDraws::Drawn> runs;
    explain::OtherDraws draws(of, as, most);
    while (auto drawn = draws.next([&] { return runs.size() < 3; }))
      runs.push_back(std::move(*drawn));
    return runs;
  };
  const auto runs = given(tape, failure, 100'000);
  REQUIRE(runs.size() == 3);
  for (const explain::OtherDraws::Drawn& drawn : runs) {
    explain::Frame frame(file, tape.scenario(), failure.property);
    frame.seed = drawn.seed;
    // Nothing but the same failure counts as played.
    CHECK(explain::LenientPlayer(frame.scenario(), {failure}).play(drawn.schedule).has_value());
  }
  CHECK(runs[0].schedule.size() != runs[1].schedule.size());
  // By numbers: the same again, and fewer of them within less.
  CHECK(given(tape, failure, 100'000)[2].seed == runs[2].seed);
  CHECK(given(tape, failure, 1).size() <= 1);
  scenarios::Fingerprint otherwise = failure;
  otherwise.step = "deliver Reply";
  CHECK(given(tape, otherwise, 5'000).empty());
  CHECK(given(Tape(failing_file("vrr-state-transfer-stays-normal").resolve(0)), failure, 100'000)
            .empty());
}

TEST_CASE("shrink: a run under other draws is taken, simplified like the first, and named",
          "[explain]") {
  const auto file = failing_file("multi-paxos-counts-removed-random");
  Tape tape(file.resolve(2));
  explain::ShrinkSettings settings;
  settings.decisions_max = 1;
  settings.search.states_max = 1;
  settings.draws_max = 0;
  const Shrunk alone = explain::shrink(file, tape, settings);
  CHECK(alone.draws_of == 2);
  CHECK(alone.file.text().find("seed 2: " + std::to_string(alone.after.decisions) + " of ") !=
        std::string::npos);

  settings.draws_max = explain::ShrinkSettings().draws_max;
  const Shrunk shrunk = explain::shrink(file, tape, settings);
  CHECK(shrunk.after.decisions < alone.after.decisions);
  REQUIRE(shrunk.draws_of != 2);
  CHECK(shrunk.file.text().find("under the draws of seed " + std::to_string(shrunk.draws_of) +
                                ", which fails alike") != std::string::npos);
  CHECK(shrunk.file.text().find("at:") == std::string::npos);
  CHECK(scenarios::fingerprints_of(shrunk.file.resolve(0), run_again(shrunk)).front() ==
        alone.fingerprint);
  scenarios::Scenario drawn = file.resolve(2);
  drawn.seed = shrunk.draws_of;
  CHECK(violates(scenarios::run(drawn, {}), alone.fingerprint.property));
}

TEST_CASE("shrink: what is too much to search is taken from a run that fails alike",
          "[.campaign]") {
  // By itself the run came to 48.
  const Shrunk shrunk = shrunk_seed("primary-backup-obeys-outdated-random", 19);
  CHECK(shrunk.after.decisions <= 24);
  CHECK(shrunk.before.decisions == 1'445);
  CHECK(violates(run_again(shrunk), "primary-backup/one-view"));
}

TEST_CASE("shrink: a search for one exception ends at whatever handler fails first", "[explain]") {
  const scenarios::Scenario scenario =
      scenarios::ScenarioFile::load(
          std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/craq-gc-named-version.yaml",
          {})
          .resolve(0);
  engine::SearchSettings settings;
  settings.stop_at = "no-exception";
  const auto found =
      scenarios::explore_failure(scenario, {"no-exception", "deliver Ack", {"replica"}}, settings);
  REQUIRE(found.counterexamples.size() == 1);
  CHECK(found.counterexamples.front().schedule.back().message.type == "VersionIs");
}

TEST_CASE("shrink: no line of the script can be left out", "[explain]") {
  const Shrunk shrunk = shrunk_seed("vrr-state-transfer-truncates-random", 8);
  scenarios::Scenario scenario = shrunk.file.resolve(0);
  const scenarios::Script whole = scenario.script;
  REQUIRE(whole.size() == shrunk.after.decisions);
  for (std::size_t left_out = 0; left_out < whole.size(); ++left_out) {
    scenario.script = whole;
    scenario.script.erase(scenario.script.begin() + static_cast<std::ptrdiff_t>(left_out));
    INFO(whole[left_out].text);
    CHECK_FALSE(violates(scenarios::run(scenario, {}), shrunk.fingerprint.property));
  }
}

TEST_CASE("shrink: crashes stay within what the protocol survives", "[explain]") {
  // Both acceptors down at once would lose the operation whatever they saved.
  const Shrunk shrunk = shrunk_seed("multi-paxos-forgets-votes-random", 1);
  std::size_t down = 0;
  for (const scenarios::ScriptItem& item : shrunk.file.resolve(0).script) {
    if (item.decision.kind == engine::DecisionKind::crash) ++down;
    if (item.decision.kind == engine::DecisionKind::restart) --down;
    CHECK(down <= 1);
  }
}

TEST_CASE("shrink: generated names become short ones, and idle clients go", "[explain]") {
  const Shrunk shrunk = shrunk_seed("vrr-state-transfer-truncates-random", 8);
  CHECK(shrunk.file.text().find("put: [x, \"1\"]") != std::string::npos);
  CHECK(shrunk.file.resolve(0).cluster.clients == 1);
}

TEST_CASE("shrink: what is judged at the end of a run stays timed", "[explain]") {
  const auto file = failing_file("vrr-lost-request-stays-known-random");
  Tape tape(file.resolve(19));
  const Shrunk shrunk = explain::shrink(file, tape, {});
  CHECK(shrunk.minimality == Minimality::timed);
  CHECK(to_text(shrunk.fingerprint) == "liveness at end (client)");
  CHECK(shrunk.after.decisions < shrunk.before.decisions);
  CHECK(shrunk.after.operations <= shrunk.before.operations);
  CHECK(shrunk.after.faults <= shrunk.before.faults);
  CHECK(violates(run_again(shrunk), "liveness"));
}

TEST_CASE("shrink: told to stop, it keeps the smallest so far, which is shrunk further",
          "[explain]") {
  const std::string name = "multi-paxos-adopts-own-votes-random";
  std::uint64_t asked = 0;
  explain::ShrinkSettings settings;
  settings.go_on = [&](const explain::ShrinkProgress&) { return ++asked < 40; };
  const Shrunk stopped = shrunk_seed(name, 3, settings);
  CHECK(stopped.minimality == Minimality::unfinished);
  CHECK(violates(run_again(stopped), stopped.fingerprint.property));
  CHECK(stopped.after.decisions > 6);

  const TemporaryDatabase database("shrink");
  std::int64_t run = 0;
  {
    auto store = traces::Store::create_or_open(database.path());
    run = scenarios::record(store, stopped.file, stopped.result, scenarios::Recording::events,
                            false, 7);
  }
  const auto store = traces::Store::open_read_only(database.path());
  const traces::RunRecord record = store.load_run(run);
  CHECK(record.parent == 7);
  CHECK(record.violations.front().fingerprint == to_text(stopped.fingerprint));
  Tape tape = explain::stored_tape(record);
  const Shrunk further = explain::shrink(stopped.file, tape, {});
  CHECK(further.after.decisions == 6);
  CHECK(further.fingerprint == stopped.fingerprint);
}

TEST_CASE("shrink: a run without the violation is refused", "[explain][input]") {
  const auto file = failing_file("vrr-state-transfer-truncates-random");
  Tape fails(file.resolve(8));
  explain::ShrinkSettings settings;
  settings.property = "durability";
  CHECK_THROWS_WITH(explain::shrink(file, fails, settings),
                    Catch::Contains("this run does not violate 'durability'") &&
                        Catch::Contains("viewstamped/certified-log"));
  Tape holds(file.resolve(2));
  REQUIRE(holds.result().violations.empty());
  CHECK_THROWS_WITH(explain::shrink(file, holds, {}), Catch::Contains("violates nothing"));
}

TEST_CASE("shrink: a schedule that fails otherwise is not taken", "[explain]") {
  const auto file = failing_file("vrr-late-do-view-change-random");
  Tape tape(file.resolve(1));
  explain::ShrinkSettings settings;
  // Violated behind other properties, at a step of another kind.
  settings.property = "acknowledged-on-majority";
  const Shrunk shrunk = explain::shrink(file, tape, settings);
  CHECK(shrunk.fingerprint.property == "acknowledged-on-majority");
  CHECK(scenarios::fingerprints_of(shrunk.file.resolve(0), run_again(shrunk)).front() ==
        shrunk.fingerprint);
}
