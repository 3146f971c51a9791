// `bounds:` and the check `memory-bound`: no collection of a node outgrows what a file allows it.
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using scenarios::ScenarioFile;
using scenarios::Verdict;

ScenarioFile bounded(const std::string& cluster, const std::string& bounds,
                     const std::string& more = "") {
  return ScenarioFile::parse("cluster: { " + cluster + " }\nbounds: " + bounds + "\n" + more,
                             "bounds.yaml", {});
}

scenarios::RunResult run_bounded(const std::string& cluster, const std::string& bounds) {
  return scenarios::run(bounded(cluster, bounds, "workload: { operations: 100 }\n").resolve(1), {});
}

const engine::Violation& only_violation(const scenarios::RunResult& result) {
  REQUIRE(result.violations.size() == 1);
  return result.violations.front().violation;
}

std::string refusal(const std::string& cluster, const std::string& bounds,
                    const std::string& more = "") {
  try {
    static_cast<void>(bounded(cluster, bounds, more));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("memory bound: a log stays small where checkpoints are taken, and only there",
          "[simulate]") {
  const std::string group = "model: viewstamped, clients: 3, options: ";
  CHECK(run_bounded(group + "{ checkpoint_interval: 5 }", "{ log: 20 }").verdict == Verdict::ok);
  const scenarios::RunResult without =
      run_bounded(group + "{ checkpoint_interval: 0 }", "{ log: 20 }");
  const engine::Violation& violation = only_violation(without);
  CHECK(violation.property == "memory-bound");
  CHECK(violation.message == "'log' of r0 holds 21, its bound is 20");
  CHECK(violation.step > 0);
  CHECK(violation.nodes == std::vector<NodeId>{NodeId{0}});
}

TEST_CASE("memory bound: a collection that a model names may just reach its bound", "[simulate]") {
  struct Known {
    const char* cluster;
    const char* collection;
    std::uint64_t most;
  };
  const Known known = GENERATE(values<Known>(
      {{"model: viewstamped, clients: 3", "client_table", 3},
       {"model: viewstamped, options: { checkpoint_interval: 5, checkpoints_kept: 2 }",
        "checkpoints", 2},
       {"model: multi_paxos, clients: 3", "client_table", 3},
       {"model: primary_backup, replicas: 2, clients: 3", "client_table", 3},
       {"model: chain, clients: 3", "client_table", 3},
       {"model: chain, clients: 3", "outstanding", 1}}));
  CAPTURE(known.cluster, known.collection);
  const auto at_most = [&](std::uint64_t bound) {
    return run_bounded(known.cluster,
                       "{ " + std::string(known.collection) + ": " + std::to_string(bound) + " }");
  };
  CHECK(at_most(known.most).verdict == Verdict::ok);
  const scenarios::RunResult beyond = at_most(known.most - 1);
  const engine::Violation& violation = only_violation(beyond);
  CHECK(violation.property == "memory-bound");
  CHECK(violation.message.find("'" + std::string(known.collection) + "' of ") == 0);
  const std::string numbers =
      " holds " + std::to_string(known.most) + ", its bound is " + std::to_string(known.most - 1);
  CHECK(violation.message.find(numbers) != std::string::npos);
}

TEST_CASE("memory bound: the log of a further group has a bound of its own", "[simulate]") {
  const std::string cluster = "model: primary_backup, replicas: 2, groups: { masters: 3 }";
  CHECK(run_bounded(cluster, "{ log@masters: 100 }").verdict == Verdict::ok);
  const scenarios::RunResult none = run_bounded(cluster, "{ log: 1k, log@masters: 0 }");
  CHECK(only_violation(none).message.find("'log@masters' of ") == 0);
}

TEST_CASE("memory bound: replicas that come and go stay within it, unless nothing is forgotten",
          "[simulate]") {
  const std::string path =
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/bounded-memory.yaml";
  const auto violations_of = [&](const std::vector<std::string>& changes) {
    return scenarios::run(ScenarioFile::load(path, changes).resolve(1), {}).violations;
  };
  CHECK(violations_of({}).empty());
  const auto broken = violations_of({"cluster.options.checkpoint_interval=0"});
  REQUIRE(broken.size() == 1);
  CHECK(broken.front().violation.property == "memory-bound");
}

TEST_CASE("memory bound: a search finds the first element beyond the bound", "[explore]") {
  const std::string cluster = "model: viewstamped, clients: 2";
  const std::string plan = "explore: { plan: { c0: [{ put: [x, 1] }], c1: [{ put: [x, 2] }] } }\n";
  const auto search = [&](const std::string& bounds) {
    return scenarios::explore(bounded(cluster, bounds, plan).resolve(0), {});
  };
  CHECK(search("{ log: 2, client_table: 2 }").verdict == Verdict::ok);
  for (const char* bounds : {"{ log: 1 }", "{ client_table: 1 }"}) {
    CAPTURE(bounds);
    CHECK(search(bounds).verdict == Verdict::violated);
  }
}

TEST_CASE("memory bound: nobody asks where nothing is bounded", "[simulate]") {
  const auto file = ScenarioFile::parse("cluster: { model: viewstamped }\n", "bounds.yaml", {});
  CHECK_FALSE(file.resolve(0).is_checked("memory-bound"));
  CHECK(bounded("model: viewstamped", "{ log: 20 }").resolve(0).is_checked("memory-bound"));
}

TEST_CASE("memory bound: what cannot be bounded is refused", "[input]") {
  CHECK(refusal("model: viewstamped", "{ client_tabel: 5 }") ==
        "bounds.yaml:2:25: error: unknown collection 'client_tabel'\n"
        "hint: did you mean 'client_table'?");
  CHECK(refusal("model: viewstamped", "{}") ==
        "bounds.yaml:2:9: error: nothing is bounded\nhint: write for example bounds: { log: 200 }");
  CHECK(refusal("model: viewstamped", "{ zz: 5 }") ==
        "bounds.yaml:2:15: error: unknown collection 'zz'\n"
        "hint: known: log, client_table, checkpoints");
  CHECK(refusal("model: ping_pong", "{ log: 5 }") ==
        "bounds.yaml:2:9: error: the nodes of model 'ping_pong' have nothing that is bounded\n"
        "hint: leave 'bounds' out");
  CHECK(refusal("model: viewstamped", "{ log: 5 }", "checks: [agreement]\n") ==
        "bounds.yaml:2:9: error: 'bounds' are judged by check 'memory-bound', which nobody asks "
        "for\nhint: add it to 'checks', or leave 'checks' out");
  const std::string nothing =
      " error: check 'memory-bound' judges what is bounded, and nothing is\n"
      "hint: write bounds: { log: 200 }";
  for (const char* asked : {"checks: [memory-bound]\n", "expect: { violation: memory-bound }\n"}) {
    const auto unbounded = [&] {
      ScenarioFile::parse(std::string("cluster: { model: viewstamped }\n") + asked, "bounds.yaml",
                          {})
          .resolve(0);
    };
    CHECK_THROWS_WITH(unbounded(), "bounds.yaml:2:9:" + nothing);
  }
}

}  // namespace stampede::tests
