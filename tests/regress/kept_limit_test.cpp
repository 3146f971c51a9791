// Repaired: limits of states, memory and time that were passed, counted wrongly, or not asked for.
#include <catch2/catch.hpp>
#include <sstream>

#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/explore.hpp"
#include "tests/regress/program.hpp"

using namespace stampede;
using namespace stampede::tests;

namespace {

scenarios::Scenario limited_scenario(const std::string& name) {
  return scenarios::ScenarioFile::load(catalogue(name), {}).resolve(0);
}

engine::SearchSettings at_most(std::uint64_t states, engine::Strategy strategy) {
  engine::SearchSettings settings;
  settings.states_max = states;
  settings.strategy = strategy;
  return settings;
}

std::uint64_t number_behind(const std::string& json, const std::string& key) {
  const std::size_t at = json.find("\"" + key + "\":");
  REQUIRE(at != std::string::npos);
  return std::stoull(json.substr(at + key.size() + 3));
}

}  // namespace

TEST_CASE("regress: a search has as many states as it may have, and not one more",
          "[regress][explore]") {
  const auto oracle = limited_scenario("paxos/oracle-2-clients");
  for (const auto strategy : {engine::Strategy::breadth_first, engine::Strategy::depth_first}) {
    for (const std::uint64_t states : {1U, 10U, 1'000U}) {
      const auto result = scenarios::explore(oracle, at_most(states, strategy));
      CHECK(result.search.figures.unique_states == states);
      CHECK(result.search.reason == "states");
      CHECK(result.verdict == engine::Verdict::undecided);
    }
  }
  engine::SearchSettings two = at_most(1'000, engine::Strategy::breadth_first);
  two.threads = 2;
  const auto shared = scenarios::explore(oracle, two);
  CHECK(shared.search.figures.unique_states >= 1'000);
  CHECK(shared.search.figures.unique_states <= 1'001);
}

TEST_CASE("regress: walks end at the limit of states", "[regress][explore]") {
  for (const auto strategy : {engine::Strategy::random_walk, engine::Strategy::novelty}) {
    const auto result =
        scenarios::explore(limited_scenario("paxos/oracle-2-clients"), at_most(500, strategy));
    CHECK(result.search.reason == "states");
    CHECK(result.search.figures.generated_states + result.search.figures.walks <= 502);
  }
}

TEST_CASE("regress: a graph has the limits of a search", "[regress][explore]") {
  const auto oracle = limited_scenario("paxos/oracle-2-clients");
  std::ostringstream out;
  const auto written_within = [&](const engine::SearchSettings& limits) {
    return scenarios::write_state_graph(oracle, engine::GraphFormat::dot, limits, out);
  };
  CHECK(written_within(at_most(10, engine::Strategy::breadth_first)) == "states");
  engine::SearchSettings impatient;
  impatient.go_on = [](const engine::SearchFigures&) { return false; };
  CHECK(written_within(impatient) == "interrupted");
  engine::SearchSettings small;
  small.memory_max = engine::memory_in_use() / 2;
  CHECK(written_within(small) == "memory");
  CHECK(out.str().empty());
  const Folder folder("graph");
  const Ended told = shell("S explore " + catalogue("paxos/oracle-2-clients") + " --graph " +
                           folder / "graph.dot" + " --max-states 10");
  CHECK(told.status == 4);
  CHECK(told.out.find("undecided: stopped by states: the graph is not written\n") !=
        std::string::npos);
}

TEST_CASE("regress: the comparison of reductions ends when it is told to", "[regress][explore]") {
  // After so many questions nobody waits any more, wherever it is then.
  for (const int patience : {1, 3, 10}) {
    int asked = 0;
    engine::SearchSettings settings;
    settings.states_max = 3'000;
    settings.go_on = [&](const engine::SearchFigures&) { return ++asked < patience; };
    const auto checks = scenarios::check_reductions(
        limited_scenario("bugs/vrr-state-transfer-truncates"), settings);
    CHECK(scenarios::verdict_of(checks) == engine::Verdict::undecided);
    CHECK(asked <= patience + 10);
  }
}

TEST_CASE("regress: the memory of an exact search is kept within a hundredth, and told truly",
          "[regress][explore]") {
  const std::string search =
      "explore " + catalogue("bugs/vrr-state-transfer-truncates") +
      " --json --max-memory 64MiB --set expect=ok --set "
      "'cluster.defects=[]' --set 'explore={timers: {ViewChangeTimeout: 3}, reductions: none, "
      "plan: "
      "{c0: [{put: [x,1]},{put: [x,2]}]}}'";
  for (const char* how : {"--exact", "", "--strategy depth-first", "--strategy novelty"}) {
    const Ended result = shell("S " + search + " " + how);
    INFO(how << result.out);
    CHECK(result.status == 4);
    CHECK(result.out.find("\"reason\":\"memory\"") != std::string::npos);
    CHECK(number_behind(result.out, "peak_memory_bytes") < (std::uint64_t{64} << 20) * 101 / 100);
  }
}

TEST_CASE("regress: what very many clients saw is explained within the limits of a search",
          "[regress][explore]") {
  const Folder folder("many-clients");
  const std::string file = folder.with(
      "clients.yaml",
      "cluster: { model: chain, replicas: 3, clients: 64, service: kv, options: { fence: none }, "
      "defects: [craq-dirty-read] }\nexpect: { sweep: { violation: linearizability } }\n");
  for (const char* limit : {"--max-time 300ms", "--max-memory 128MiB --max-time 10s"}) {
    const Ended result =
        shell("timeout 60 \"$S\" explore " + file + " --strategy novelty --json " + limit);
    INFO(result.out);
    CHECK(result.status == 4);
    CHECK(number_behind(result.out, "peak_memory_bytes") < (std::uint64_t{128} << 20) * 101 / 100);
  }
}

TEST_CASE("regress: a history is read within its memory", "[regress][input]") {
  std::string marks = "{\"h\":1,\"model\":\"register\"}\n";
  for (int i = 0; i < 600'000; ++i)
    marks += "{\"e\":\"mark\",\"text\":\"" + std::to_string(i) + "\"}\n";
  const Folder folder("marks");
  const std::string file = folder.with("marks.ndjson", marks);
  // What the command had in use at most is told by the shell that waits for it.
  const Ended result = shell(
      "python3 -c 'import os, sys; "
      "p = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]); "
      "_, status, usage = os.wait4(p, 0); print(\"peak:\", usage.ru_maxrss); "
      "sys.exit(os.waitstatus_to_exitcode(status))' \"$S\" check " +
      file + " --max-memory 80MiB");
  INFO(result.out);
  CHECK(result.status == 4);
  CHECK(result.out.find("undecided: max_memory_bytes = 83886080") != std::string::npos);
  CHECK(std::stoull(result.out.substr(result.out.find("peak: ") + 6)) < 80 * 1024 * 101 / 100);
}

TEST_CASE("regress: a run without an end has limits, and says where it stood",
          "[regress][simulate]") {
  const Folder folder("endless");
  const std::string file =
      folder.with("zero-timeout.yaml",
                  "cluster: { model: viewstamped, replicas: 3, clients: 1, service: kv, options: { "
                  "view_change_timeout: 0ns } }\nworkload: {operations: 5}\n");
  const Ended time = shell("S run " + file + " --max-time 300ms");
  INFO(time.out);
  CHECK(time.status == 4);
  CHECK(time.out.find("undecided: max_time = 300ms: ended after ") != std::string::npos);
  const Ended memory = shell("S run " + file + " --max-memory 64MiB --json");
  INFO(memory.out);
  CHECK(memory.status == 4);
  // Noticed, or refused by the system: what grows last decides.
  CHECK((memory.out.find("max_memory_bytes = 67108864: ended after ") != std::string::npos ||
         memory.out.find("out of memory") != std::string::npos));
  CHECK(memory.out.find("\"verdict\":\"undecided\"") != std::string::npos);
  // What is stored of it is that far, and comes to the same again.
  const std::string database = folder / "kept-limit.db";
  CHECK(shell("S run " + file + " --max-time 100ms --record schedule --db " + database).status ==
        4);
  CHECK(shell("S replay " + database).out.find(" matches\n") != std::string::npos);
}
