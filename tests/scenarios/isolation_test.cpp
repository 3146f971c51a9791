// Levels of isolation, asked by runs and searches of a service with transactions.
#include "checkers/transactions/isolation.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/scenarios/weak_transactions.hpp"
#include "tests/scenarios/weak_trial.hpp"

namespace stampede::tests {
namespace {

using scenarios::ScenarioFile;
using Names = std::set<std::string>;

Names all_levels() {
  Names names;
  for (const checkers::IsolationInfo& level : checkers::isolation_levels())
    names.insert(level.name);
  return names;
}

ScenarioFile file(const Names& checks) {
  std::string list;
  for (const std::string& check : checks) list += (list.empty() ? "" : ", ") + check;
  return ScenarioFile::parse(
      "cluster: { model: viewstamped, clients: 3, service: transactions }\n"
      "workload: { operations: 40, keys: 2, think_time: 1ms }\n"
      "network: { latency: { uniform: [0.1ms, 2ms] } }\n"
      "checks: [" +
          list +
          "]\n"
          "explore:\n"
          "  plan:\n"
          "    c0: [{ transaction: [{ append: [x, 1] }, { append: [y, 1] }] }]\n"
          "    c1: [{ transaction: [{ append: [y, 2] }, { append: [x, 2] }] }]\n"
          "    c2: [{ transaction: [{ list: x }, { list: y }] }, "
          "{ transaction: [{ list: x }, { list: y }] }]\n",
      "transactions.yaml", {});
}

WeakTrial trial(const Names& checks, Leak leak) {
  return {file(checks), leaky_store(), engine::Payload::of(LeakOptions{leak})};
}

Names violated_in_runs(const Names& checks, Leak leak) {
  return trial(checks, leak).violated_in_runs(60);
}

Names violated_in_search(const Names& checks, Leak leak) {
  return trial(checks, leak).violated_in_search();
}

const Names in_real_time = {"strict-serializable", "strong-snapshot-isolation"};
const Names in_sessions = {"strong-session-serializable", "strong-session-snapshot-isolation"};

}  // namespace

TEST_CASE("isolation: a store that does one transaction after the other passes every level",
          "[simulate]") {
  Names checks = all_levels();
  checks.insert({"linearizability", "sequential-consistency"});
  CHECK(violated_in_runs(checks, Leak::none).empty());
  CHECK(violated_in_search(checks, Leak::none).empty());
}

TEST_CASE("isolation: half transactions break every level", "[simulate]") {
  CHECK(violated_in_runs(all_levels(), Leak::halves) == all_levels());
  for (const std::string& level : all_levels()) {
    INFO(level);
    CHECK(violated_in_search({level}, Leak::halves) == Names{level});
  }
}

TEST_CASE("isolation: old snapshots break what counts time, and nothing else", "[simulate]") {
  Names broken = in_real_time;
  broken.insert(in_sessions.begin(), in_sessions.end());
  CHECK(violated_in_runs(all_levels(), Leak::old_snapshots) == broken);
}

TEST_CASE("isolation: old reads are no snapshots, but what they see was committed", "[simulate]") {
  const Names violated = violated_in_runs(all_levels(), Leak::old_reads);
  CHECK(violated.count("serializable") == 1);
  CHECK(violated.count("snapshot-isolation") == 1);
  CHECK(violated.count("read-committed") == 0);
  CHECK(violated.count("read-uncommitted") == 0);
}

TEST_CASE("isolation: levels are for services with transactions", "[input]") {
  CHECK_THROWS(
      ScenarioFile::parse("cluster: { model: viewstamped, service: kv }\n"
                          "checks: [serializable]\n",
                          "kv.yaml", {}));
  CHECK_THROWS(
      ScenarioFile::parse("cluster: { model: viewstamped, service: transactions }\n"
                          "checks: [causal]\n",
                          "transactions.yaml", {}));
}

}  // namespace stampede::tests
