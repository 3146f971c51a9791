// The searches give the exact number of states that other tools give for the same models, in every
// strategy, and the shortest counterexamples.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "scenarios/running/explore.hpp"

namespace stampede::tests {
namespace {

const std::string catalogue = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";

scenarios::ExploreResult explored(const std::string& file,
                                  const std::vector<std::string>& overrides,
                                  engine::SearchSettings settings = {}) {
  const auto loaded = scenarios::ScenarioFile::load(catalogue + file + ".yaml", overrides);
  const scenarios::Scenario scenario = loaded.resolve(loaded.seed());
  settings.stop_at = scenario.expect_explore.violation;
  return scenarios::explore(scenario, settings);
}

struct Oracle {
  const char* file;
  std::vector<std::string> overrides;
  std::uint64_t unique;
  /// 0 = not published.
  std::uint64_t generated;
};

std::map<std::string, std::uint64_t> lengths(const scenarios::ExploreResult& result) {
  std::map<std::string, std::uint64_t> found;
  for (const scenarios::Counterexample& one : result.counterexamples)
    found[one.violation.property] = one.length;
  return found;
}

}  // namespace

TEST_CASE("search: state counts are those of other tools", "[explore]") {
  const std::vector<Oracle> oracles = {
      {"paxos/oracle-2-clients", {}, 16'668, 32'971},
      {"abd/oracle-2-servers-2-clients", {}, 544, 0},
      {"single_copy/oracle-1-server-2-clients", {}, 93, 0},
      {"two_phase_commit/oracle-5-managers", {"cluster.replicas=3"}, 288, 1'146},
      {"two_phase_commit/oracle-5-managers", {}, 8'832, 58'146},
      {"ping_pong/oracle-lossy-duplicating-max-1", {}, 14, 0},
      {"ping_pong/oracle-lossy-duplicating-max-5", {}, 4'094, 0},
      {"ping_pong/oracle-reliable-max-5", {}, 11, 0}};
  for (const Oracle& oracle : oracles) {
    for (const auto strategy : {engine::Strategy::breadth_first, engine::Strategy::depth_first}) {
      for (const unsigned threads : {1U, 2U}) {
        engine::SearchSettings settings;
        settings.strategy = strategy;
        settings.threads = threads;
        const auto result = explored(oracle.file, oracle.overrides, settings);
        INFO(oracle.file << ", " << threads << " threads");
        CHECK(result.verdict == scenarios::Verdict::ok);
        CHECK(result.search.complete);
        CHECK(result.search.figures.unique_states == oracle.unique);
        if (oracle.generated != 0)
          CHECK(result.search.figures.generated_states == oracle.generated);
      }
    }
  }
}

TEST_CASE("search: symmetry leaves exactly one state of each orbit", "[explore]") {
  for (const auto& [managers, orbits] : {std::pair{"3", 80U}, std::pair{"5", 314U}}) {
    for (const auto strategy : {engine::Strategy::breadth_first, engine::Strategy::depth_first}) {
      engine::SearchSettings settings;
      settings.strategy = strategy;
      const auto result = explored(
          "two_phase_commit/oracle-5-managers",
          {std::string("cluster.replicas=") + managers, "explore.reductions=[symmetry]"}, settings);
      CHECK(result.search.complete);
      CHECK(result.search.figures.unique_states == orbits);
    }
  }
  // A counterexample is told under the names that nodes have.
  const auto broken = explored(
      "two_phase_commit/oracle-5-managers",
      {"cluster.defects=[two-phase-commit-does-not-wait]", "explore.reductions=[symmetry]"});
  CHECK(lengths(broken) ==
        std::map<std::string, std::uint64_t>{{"two-phase-commit/consistent", 5}});
}

TEST_CASE("search: a register on two servers that do not talk is not linearizable", "[explore]") {
  for (const char* history : {"raw", "monitor"}) {
    const auto result = explored("single_copy/oracle-1-server-2-clients",
                                 {"cluster.replicas=2", std::string("explore.history=") + history});
    REQUIRE(result.counterexamples.size() == 1);
    CHECK(result.counterexamples.front().violation.property == "linearizability");
    CHECK(result.counterexamples.front().length == 4);
    CHECK(result.counterexamples.front().script ==
          std::vector<std::string>{"deliver: Put c0->s0", "deliver: PutOk s0->c0",
                                   "deliver: Get c0->s1", "deliver: GetOk s1->c0"});
  }
}

TEST_CASE("world: who is answered and goes on in one step was answered first", "[unit]") {
  const auto file = scenarios::ScenarioFile::load(
      catalogue + "single_copy/oracle-1-server-2-clients.yaml", {"cluster.clients=1"});
  const scenarios::Scenario scenario = file.resolve(0);
  engine::World world(scenario.model->assemble(scenario.cluster), {0, true, false, 512});
  world.start();
  REQUIRE(world.in_flight().size() == 1);  // Put
  REQUIRE(world.deliver(world.in_flight().front()));
  REQUIRE(world.deliver(world.in_flight().front()));  // PutOk, and the read begins
  const auto& operations = world.history().operations();
  REQUIRE(operations.size() == 2);
  CHECK(operations[0].responded_at < operations[1].invoked_at);
}

TEST_CASE("search: what a history allows is fewer states than the history", "[explore]") {
  const auto raw = explored("abd/oracle-2-servers-2-clients", {});
  const auto known = explored("abd/oracle-2-servers-2-clients", {"explore.history=monitor"});
  CHECK(known.verdict == scenarios::Verdict::ok);
  CHECK(known.search.figures.unique_states < raw.search.figures.unique_states);
}

TEST_CASE("search: defects of the small models are found", "[explore]") {
  CHECK(
      lengths(explored("paxos/oracle-2-clients", {"cluster.defects=[paxos-ignores-accepted-values]",
                                                  "checks=[linearizability, paxos/one-decision]",
                                                  "expect={violation: linearizability}"}))
          .count("linearizability") == 1);
  CHECK(lengths(explored("abd/oracle-2-servers-2-clients",
                         {"cluster.defects=[abd-reads-do-not-write-back]", "cluster.replicas=3",
                          "cluster.clients=3", "cluster.options={}",
                          "explore={plan: {c0: [{write: 1}], c1: [read], c2: [read]}}"}))
            .count("linearizability") == 1);
  CHECK(lengths(explored("two_phase_commit/oracle-5-managers",
                         {"cluster.defects=[two-phase-commit-does-not-wait]"})) ==
        std::map<std::string, std::uint64_t>{{"two-phase-commit/consistent", 5}});
}

TEST_CASE("search: what must be reached sometimes is reached, or never", "[explore]") {
  const auto reached = explored("paxos/oracle-2-clients", {"checks=[paxos/decides]"});
  CHECK(reached.verdict == scenarios::Verdict::ok);
  CHECK(reached.reached ==
        std::vector<std::pair<std::string, std::uint64_t>>{{"paxos/decides", 5}});
  // Nobody asks for anything.
  const auto never =
      explored("paxos/oracle-2-clients", {"checks=[paxos/decides]", "cluster.options={}"});
  CHECK(never.verdict == scenarios::Verdict::violated);
  CHECK(lengths(never) == std::map<std::string, std::uint64_t>{{"paxos/decides", 0}});
}

TEST_CASE("search: sequential consistency allows stale reads, linearizability does not",
          "[explore]") {
  // A read of the other server's register by another client: too old, but explained by some order.
  const std::vector<std::string> overrides = {
      "cluster.replicas=2", "cluster.options={}",
      "explore={plan: {c0: [{operation: {write: 1}, to: s0}], c1: [{operation: read, to: s1}]}}"};
  auto with = overrides;
  with.emplace_back("checks=[sequential-consistency]");
  CHECK(explored("single_copy/oracle-1-server-2-clients", with).verdict == scenarios::Verdict::ok);
  with.back() = "checks=[linearizability]";
  CHECK(lengths(explored("single_copy/oracle-1-server-2-clients", with)).count("linearizability") ==
        1);
}

TEST_CASE("run: sequential consistency is judged where it is asked for", "[simulate]") {
  const auto judged = [](const char* second_server) {
    const std::string text =
        "cluster: { model: single_copy, replicas: 2, clients: 1, service: register }\n"
        "checks: [sequential-consistency]\n"
        "script:\n"
        "  - invoke: { client: c0, operation: { write: 1 }, to: s0 }\n"
        "  - deliver: Put c0->s0\n"
        "  - deliver: PutOk s0->c0\n"
        "  - invoke: { client: c0, operation: read, to: " +
        std::string(second_server) + " }\n  - settle: all\n";
    const auto file = scenarios::ScenarioFile::parse(text, "text.yaml", {});
    return scenarios::run(file.resolve(0), {});
  };
  CHECK(judged("s0").verdict == scenarios::Verdict::ok);
  const scenarios::RunResult stale = judged("s1");
  REQUIRE(stale.violations.size() == 1);
  CHECK(stale.violations.front().violation.property == "sequential-consistency");
  CHECK(stale.violations.front().violation.step != 0);
}

TEST_CASE("search: every safety defect is found breadth first", "[explore][viewstamped]") {
  // Property and length of the shortest schedule. multi-paxos-executes-twice (17 decisions),
  // vrr-recovery-without-nonce (22 decisions) and vrr-last-entry-view-ranks-logs (20) take seconds:
  // docs/performance.md has them.
  const std::map<std::string, std::pair<std::string, std::uint64_t>> expected = {
      {"vrr-recovery-forgets-view", {"durability", 21}},
      {"vrr-state-transfer-truncates", {"durability", 16}},
      {"vrr-state-transfer-raises-view-early", {"durability", 16}},
      {"vrr-state-transfer-truncates-only", {"durability", 17}},
      {"vrr-start-view-accepted-twice", {"durability", 15}},
      {"vrr-start-view-any", {"viewstamped/view-monotone", 6}},
      {"vrr-commit-number-assigned", {"at-most-once", 11}},
      {"vrr-recovering-replica-joins-view-change", {"durability", 11}},
      {"vrr-late-do-view-change", {"acknowledged-on-majority", 11}},
      {"multi-paxos-adopts-own-votes", {"agreement", 8}},
      {"multi-paxos-adopts-first-vote", {"agreement", 14}},
      {"multi-paxos-forgets-votes", {"durability", 7}},
      {"multi-paxos-executes-old-votes", {"agreement", 11}},
      {"multi-paxos-changes-members-at-once", {"agreement", 13}},
      {"multi-paxos-counts-removed", {"agreement", 11}},
      {"primary-backup-answers-before-backup", {"durability", 14}},
      {"primary-backup-announces-undecided", {"primary-backup/one-view", 7}},
      {"primary-backup-obeys-outdated", {"primary-backup/names-who-joined@masters", 12}},
      {"ping-pong-forgets-to-check", {"ping-pong/one-at-a-time", 4}}};
  for (const auto& [defect, wanted] : expected) {
    INFO(defect);
    const auto result = explored("bugs/" + defect, {});
    const auto found = lengths(result);
    REQUIRE(found.count(wanted.first) == 1);
    CHECK(found.at(wanted.first) == wanted.second);
  }
}

TEST_CASE("search: a client alone may as well begin at once", "[explore][viewstamped]") {
  // The same properties break, each by a schedule that is shorter by what was begun on it.
  for (const char* file :
       {"vrr-state-transfer-truncates", "vrr-start-view-accepted-twice", "vrr-start-view-any",
        "vrr-commit-number-assigned", "primary-backup-answers-before-backup"}) {
    INFO(file);
    const auto at_once = explored(std::string("bugs/") + file, {});
    const auto any_time = explored(std::string("bugs/") + file, {"explore.begins=any_time"});
    REQUIRE(at_once.counterexamples.size() == any_time.counterexamples.size());
    const auto before = lengths(any_time);
    for (const scenarios::Counterexample& one : at_once.counterexamples) {
      const auto begun = static_cast<std::uint64_t>(std::count_if(
          one.schedule.begin(), one.schedule.end(),
          [](const auto& decision) { return decision.kind == engine::DecisionKind::begin; }));
      CHECK(before.at(one.violation.property) <= one.length + begun);
      CHECK(before.at(one.violation.property) >= one.length);
    }
  }
  // Nothing else is lost either, and it is cheaper.
  const std::vector<std::string> corrected = {
      "cluster.defects=[]", "expect=ok",
      "explore={timers: {ViewChangeTimeout: 1}, plan: {c0: [{put: [x, 1]}, {get: x}]}}"};
  auto waits = corrected;
  waits.emplace_back("explore.begins=any_time");
  const auto short_one = explored("bugs/vrr-state-transfer-truncates", corrected);
  const auto long_one = explored("bugs/vrr-state-transfer-truncates", waits);
  CHECK(short_one.verdict == scenarios::Verdict::ok);
  CHECK(long_one.verdict == scenarios::Verdict::ok);
  CHECK(short_one.search.figures.unique_states < long_one.search.figures.unique_states);
}

TEST_CASE("search: a counterexample reruns as a script", "[explore][text]") {
  const auto file =
      scenarios::ScenarioFile::load(catalogue + "bugs/vrr-state-transfer-truncates.yaml", {});
  const scenarios::Scenario scenario = file.resolve(0);
  engine::SearchSettings settings;
  settings.stop_at = "durability";
  const auto result = scenarios::explore(scenario, settings);
  for (const scenarios::Counterexample& one : result.counterexamples) {
    const auto script = scenarios::ScenarioFile::parse(
        scenarios::script_scenario(file, scenario, one), "script.yaml", {});
    const scenarios::RunResult run = scenarios::run(script.resolve(0), {});
    INFO(one.violation.property);
    CHECK(scenarios::as_expected(script.resolve(0), run));
    CHECK(run.skipped.empty());
    CHECK(run.decisions == one.schedule.size() + run.nodes.size());
  }
  CHECK(result.counterexamples.size() == 5);
}

TEST_CASE("search: corrected protocols survive the defects' budgets", "[explore][viewstamped]") {
  for (const char* file :
       {"vrr-state-transfer-truncates", "vrr-recovering-replica-joins-view-change",
        "vrr-start-view-accepted-twice", "vrr-late-do-view-change", "multi-paxos-adopts-own-votes",
        "multi-paxos-adopts-first-vote", "multi-paxos-forgets-votes",
        "multi-paxos-executes-old-votes", "multi-paxos-changes-members-at-once",
        "multi-paxos-counts-removed"}) {
    INFO(file);
    const auto result = explored(std::string("bugs/") + file, {"cluster.defects=[]", "expect=ok"});
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.search.complete);
  }
}

TEST_CASE("search: limits give undecided, never ok", "[explore]") {
  engine::SearchSettings settings;
  settings.states_max = 1'000;
  auto result = explored("paxos/oracle-2-clients", {}, settings);
  CHECK(result.verdict == scenarios::Verdict::undecided);
  CHECK(result.search.reason == "states");
  settings = {};
  settings.go_on = [](const engine::SearchFigures&) { return false; };
  result = explored("paxos/oracle-2-clients", {}, settings);
  CHECK(result.verdict == scenarios::Verdict::undecided);
  CHECK(result.search.reason == "interrupted");
  settings = {};
  settings.memory_max = engine::memory_in_use();
  result = explored("paxos/oracle-2-clients", {"cluster.clients=4"}, settings);
  CHECK(result.verdict == scenarios::Verdict::undecided);
  CHECK(result.search.reason == "memory");
}

TEST_CASE("search: random walks find what is shallow, and their path holds", "[explore]") {
  engine::SearchSettings settings;
  settings.strategy = engine::Strategy::random_walk;
  settings.seed = 1;
  settings.walk_length = 60;
  const auto result = explored("bugs/vrr-state-transfer-truncates", {}, settings);
  REQUIRE(lengths(result).count("durability") == 1);
  CHECK_FALSE(result.search.complete);
}

}  // namespace stampede::tests
