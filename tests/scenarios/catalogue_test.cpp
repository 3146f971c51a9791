#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "scenarios/reading/scenario_schema.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;

const std::string catalogue_root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";

std::vector<std::string> files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(catalogue_root + folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool is_random(const std::string& path) { return path.find("-random.yaml") != std::string::npos; }

/// What breaks in a script, in order: property and script step.
using Broken = std::vector<std::pair<std::string, std::uint64_t>>;

Broken broken(const scenarios::RunResult& result) {
  Broken list;
  for (const auto& found : result.violations)
    list.emplace_back(found.violation.property, found.script_step);
  return list;
}

}  // namespace

TEST_CASE("catalogue: every scripted VR defect breaks its properties at the published events",
          "[text][viewstamped]") {
  const std::map<std::string, Broken> expected = {
      {"vrr-recovery-forgets-view",
       {{"viewstamped/promise-kept", 8},
        {"viewstamped/survives-view-change", 21},
        {"acknowledged-on-majority", 22},
        {"agreement", 26}}},
      {"vrr-state-transfer-truncates",
       {{"viewstamped/certified-log", 11},
        {"viewstamped/survives-view-change", 15},
        {"viewstamped/commit-within-log", 15},
        {"acknowledged-on-majority", 16},
        {"durability", 17}}},
      {"vrr-state-transfer-raises-view-early",
       {{"viewstamped/certified-log", 11},
        {"viewstamped/survives-view-change", 15},
        {"viewstamped/commit-within-log", 15},
        {"acknowledged-on-majority", 16},
        {"durability", 17}}},
      {"vrr-state-transfer-truncates-only",
       {{"viewstamped/certified-log", 16},
        {"viewstamped/survives-view-change", 20},
        {"acknowledged-on-majority", 20},
        {"viewstamped/commit-within-log", 22},
        {"durability", 22}}},
      {"vrr-start-view-accepted-twice",
       {{"viewstamped/certified-log", 12},
        {"acknowledged-on-majority", 12},
        {"viewstamped/survives-view-change", 16},
        {"viewstamped/commit-within-log", 17},
        {"durability", 17}}},
      {"vrr-start-view-any",
       {{"viewstamped/certified-log", 16},
        {"viewstamped/promise-kept", 16},
        {"viewstamped/view-monotone", 16},
        {"acknowledged-on-majority", 16}}},
      {"vrr-commit-number-assigned", {{"viewstamped/commit-monotone", 9}, {"at-most-once", 12}}},
      {"vrr-recovery-without-nonce",
       {{"viewstamped/certified-log", 17},
        {"acknowledged-on-majority", 17},
        {"viewstamped/survives-view-change", 21},
        {"viewstamped/commit-within-log", 22},
        {"durability", 22}}},
      {"vrr-recovering-replica-joins-view-change",
       {{"viewstamped/certified-log", 9},
        {"acknowledged-on-majority", 9},
        {"viewstamped/survives-view-change", 11},
        {"viewstamped/commit-within-log", 12},
        {"durability", 12}}},
      {"vrr-last-entry-view-ranks-logs",
       {{"viewstamped/survives-view-change", 21},
        {"acknowledged-on-majority", 22},
        {"agreement", 22},
        {"durability", 23}}},
      {"vrr-late-do-view-change",
       {{"viewstamped/certified-log", 12},
        {"viewstamped/commit-within-log", 12},
        {"acknowledged-on-majority", 12}}},
  };
  for (const auto& [id, wanted] : expected) {
    INFO(id);
    const ScenarioFile file = ScenarioFile::load(catalogue_root + "bugs/" + id + ".yaml", {});
    const scenarios::Scenario scenario = file.resolve(file.seed());
    const scenarios::RunResult result = scenarios::run(scenario, {});
    CHECK(broken(result) == wanted);
    CHECK(result.skipped.empty());
    CHECK(scenarios::as_expected(scenario, result));
  }
}

TEST_CASE("catalogue: every defect's script is as expected, and harmless without the defect",
          "[text]") {
  for (const std::string& path : files("bugs")) {
    INFO(path);
    if (is_random(path)) continue;
    const ScenarioFile file = ScenarioFile::load(path, {});
    const scenarios::Scenario with = file.resolve(file.seed());
    CHECK(scenarios::as_expected(with, scenarios::run(with, {})));
    const ScenarioFile fixed = ScenarioFile::load(path, {"cluster.defects=[]", "expect=ok"});
    const scenarios::Scenario without = fixed.resolve(fixed.seed());
    const scenarios::RunResult result = scenarios::run(without, {});
    CHECK(broken(result) == Broken{});
    CHECK(scenarios::as_expected(without, result));
  }
}

TEST_CASE("catalogue: crash vectors repair the recovery defects as well", "[text][viewstamped]") {
  for (const char* id : {"vrr-recovery-forgets-view", "vrr-recovering-replica-joins-view-change",
                         "vrr-recovery-without-nonce"}) {
    INFO(id);
    const ScenarioFile file = ScenarioFile::load(
        catalogue_root + "bugs/" + id + ".yaml",
        {"cluster.defects=[]", "cluster.options.recovery=crash_vectors", "expect=ok"});
    CHECK(broken(scenarios::run(file.resolve(0), {})) == Broken{});
  }
}

TEST_CASE(
    "catalogue: every randomized defect is found within 3,000 seeds, and nothing without the "
    "defect in 60",
    "[simulate]") {
  for (const std::string& path : files("bugs")) {
    if (!is_random(path)) continue;
    INFO(path);
    const ScenarioFile file = ScenarioFile::load(path, {});
    const std::string wanted = file.resolve(0).expect_sweep.violation;
    bool found = false;
    for (std::uint64_t seed = 1; seed <= 3000 && !found; ++seed) {
      const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
      found = std::any_of(result.violations.begin(), result.violations.end(),
                          [&](const auto& one) { return one.violation.property == wanted; });
    }
    CHECK(found);
    const ScenarioFile fixed = ScenarioFile::load(path, {"cluster.defects=[]", "expect=ok"});
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      INFO(seed);
      CHECK(broken(scenarios::run(fixed.resolve(seed), {})) == Broken{});
    }
  }
}

TEST_CASE("catalogue: every other scenario is as expected for ten seeds", "[simulate]") {
  for (const auto& folder : std::filesystem::directory_iterator(catalogue_root)) {
    const std::string name = folder.path().filename().string();
    if (!folder.is_directory() || name == "bugs") continue;
    for (const std::string& path : files(name)) {
      INFO(path);
      const ScenarioFile file = ScenarioFile::load(path, {});
      for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        INFO(seed);
        const scenarios::Scenario scenario = file.resolve(seed);
        const scenarios::RunResult result = scenarios::run(scenario, {});
        CHECK(scenarios::as_expected(scenario, result));
      }
    }
  }
}

TEST_CASE("catalogue: the swarm reaches every rare situation of its list and their overlaps",
          "[simulate]") {
  for (const char* swarm :
       {"viewstamped/swarm", "multi_paxos/swarm", "multi_paxos/reconfiguring-swarm"}) {
    INFO(swarm);
    const ScenarioFile file = ScenarioFile::load(catalogue_root + swarm + ".yaml", {});
    std::map<std::string, int> reached;
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
      for (const auto& probe : scenarios::run(file.resolve(seed), {}).probes) ++reached[probe.name];
    }
    for (const std::string& probe : file.resolve(0).reach) {
      INFO(probe);
      CHECK(reached[probe] > 0);
    }
  }
}

TEST_CASE("catalogue: the committed schema is the loader's own", "[text]") {
  std::ifstream stream(std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/scenario.schema.json");
  const std::string committed((std::istreambuf_iterator<char>(stream)),
                              std::istreambuf_iterator<char>());
  CHECK(committed == scenarios::scenario_json_schema());
}
