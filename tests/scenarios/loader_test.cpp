#include <catch2/catch.hpp>
#include <filesystem>

#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/scenario.hpp"

namespace {

using namespace stampede;

std::string error_of(const std::string& text) {
  try {
    scenarios::ScenarioFile::parse(text, "s.yaml", {});
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "no error";
}

const std::string cluster = "cluster: { model: viewstamped }\n";

std::string zoned(const std::string& zones, const std::string& matrix) {
  return cluster + "network: { zones: " + zones + ",\n  zone_latency: " + matrix + " }\n";
}

std::string ordered(const std::string& order) {
  return "cluster: { model: chain, replicas: 3, options: { order: " + order + " } }\n";
}

}  // namespace

TEST_CASE("loader: every mistake is named with its place and a hint", "[input]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"clustr: { model: viewstamped }\n",
       "s.yaml:1:1: error: unknown key 'clustr'\nhint: did you mean 'cluster'?"},
      {"about: nothing\n", "s.yaml:1:1: error: missing key 'cluster'"},
      {"cluster: { replicas: 3 }\n", "s.yaml:1:10: error: missing key 'model'"},
      {"cluster: { model: viewstampt }\n", "s.yaml:1:19: error: 'viewstampt' is not one of: "},
      {"cluster: { model: viewstamped, replicas: 0 }\n",
       "s.yaml:1:42: error: '0' is out of range\nhint: allowed: 1 .. 63"},
      {"cluster: { model: viewstamped, replicas: 64 }\n",
       "s.yaml:1:42: error: '64' is out of range\nhint: allowed: 1 .. 63"},
      {"cluster: { model: viewstamped, replicas: 03 }\n",
       "s.yaml:1:42: error: '03' has a leading zero\nhint: write the number in decimal, without "
       "leading zeros"},
      {"cluster: { model: viewstamped, replicas: many }\n",
       "s.yaml:1:42: error: 'many' is not an integer"},
      {"cluster: { model: viewstamped, replicas: [3] }\n",
       "s.yaml:1:42: error: expected an integer, found a list"},
      {"cluster: { model: viewstamped, service: kw }\n",
       "s.yaml:1:41: error: 'kw' is not one of: cas-register, counter, file, kv, list, lock, "
       "mutex, owner-mutex, queue, register, set, stack, table, transactions\nhint: did you mean "
       "'kv'?"},
      {"cluster: { model: viewstamped, defects: [vrr-start-view-anny] }\n",
       "s.yaml:1:42: error: unknown defect 'vrr-start-view-anny'\nhint: did you mean "
       "'vrr-start-view-any'?"},
      {"cluster: { model: viewstamped, options: { recovry: paper } }\n",
       "s.yaml:1:43: error: unknown key 'recovry'\nhint: did you mean 'recovery'?"},
      {"cluster: { model: viewstamped, options: { recovery: papper } }\n",
       "s.yaml:1:53: error: 'papper' is not one of: view_persisted, crash_vectors, paper\nhint: "
       "did you mean 'paper'?"},
      {"cluster: { model: viewstamped, options: { commit_interval: fast } }\n",
       "s.yaml:1:60: error: 'fast' is not a duration\nhint: write for example 200ms, 1.5s, 30us; "
       "8760h at most"},
      {"cluster: { model: viewstamped, groups: { masters: 3 } }\n",
       "s.yaml:1:40: error: model 'viewstamped' has no group besides its main one\nhint: "
       "'replicas' "
       "says how many members that one has"},
      {"cluster: { model: primary_backup, groups: { view_servce: 1 } }\n",
       "s.yaml:1:58: error: unknown group 'view_servce'\nhint: did you mean 'view_service'?"},
      {"cluster: { model: primary_backup, groups: { view_service: 2 } }\n",
       "s.yaml:1:59: error: '2' is out of range\nhint: allowed: 1 .. 1"},
      {cluster + "workload: { mix: { reed: 1 } }\n",
       "s.yaml:2:20: error: unknown key 'reed'\nhint: did you mean 'read'?"},
      {cluster + "workload: { mix: { read: 0 } }\n", "s.yaml:2:18: error: all weights are 0"},
      {cluster + "workload: { operations: -1 }\n", "s.yaml:2:25: error: '-1' is out of range"},
      {cluster + "workload: { think_time: -1ms }\n",
       "s.yaml:2:25: error: a duration cannot be negative here"},
      {cluster + "network: { loss: 101% }\n",
       "s.yaml:2:18: error: '101%' is out of range\nhint: allowed: 0% .. 100%"},
      {cluster + "network: { loss: 0.1 }\n",
       "s.yaml:2:18: error: '0.1' is not a rate\nhint: write for example 1%, 0.5% or 100ppm"},
      {cluster + "network: { latency: { uniform: [2ms, 1ms] } }\n",
       "s.yaml:2:32: error: the ends are in the wrong order"},
      {cluster + "network: { latency: { constant: 1ms, uniform: [1ms, 2ms] } }\n",
       "s.yaml:2:21: error: this says more than one thing to do\nhint: exactly one of: constant, "
       "uniform, exponential, bimodal"},
      {cluster + "network: { reorder: 1% }\n",
       "s.yaml:2:21: error: 'reorder' is for fifo networks: without 'order: fifo' messages "
       "overtake each other anyway"},
      {cluster + "network: { zones: [[r0]] }\n",
       "s.yaml:2:10: error: 'zones' and 'zone_latency' come together"},
      {zoned("[]", "[]"), "s.yaml:2:19: error: there are no zones"},
      {zoned("[[r0, r1, r2], [r9, c0]]", "[[0ms, 9ms], [9ms, 0ms]]"),
       "s.yaml:2:35: error: unknown node 'r9'\nhint: did you mean 'r0'?"},
      {zoned("[[r0, r1, r2], [r2, c0]]", "[[0ms, 9ms], [9ms, 0ms]]"),
       "s.yaml:2:35: error: 'r2' stands in two zones\nhint: name it in one of them"},
      {zoned("{ asia: [r0, r1], europe: [c0] }", "[[0ms, 9ms], [9ms, 0ms]]"),
       "s.yaml:2:19: error: 'r2' stands in no zone\nhint: each node does, clients too: r0, r1, r2, "
       "c0"},
      {zoned("{ asia: [r0, r1, r2], europe: [c0] }", "[[0ms, 9ms]]"),
       "s.yaml:3:17: error: one row for each zone is needed\nhint: there are 2 zones"},
      {zoned("{ asia: [r0, r1, r2], europe: [c0] }", "[[0ms, 9ms], [9ms]]"),
       "s.yaml:3:30: error: one latency for each zone is needed\nhint: there are 2 zones"},
      {zoned("{ asia: [r0, r1, r2], europe: [c0] }", "[[0ms, 9ms], [9ms, 0ms]]") +
           "faults:\n  - isolate: { nodes: { zone: asie }, at: 1s }\n",
       "s.yaml:5:31: error: unknown zone 'asie'\nhint: did you mean 'asia'?"},
      {zoned("{ asia: [r0, r1, r2], europe: [c0] }", "[[0ms, 9ms], [9ms, 0ms]]") +
           "faults:\n  - power_loss: { nodes: { zone: europe } }\n",
       "s.yaml:5:34: error: only clients stand in zone 'europe'\nhint: they do not stop with it"},
      {zoned("{ asia: [r0, r1, r2, c0], europe: [] }", "[[0ms, 9ms], [9ms, 0ms]]") +
           "faults:\n  - pause: { nodes: { zone: europe } }\n",
       "s.yaml:5:29: error: nobody stands in zone 'europe'\nhint: name another one"},
      {cluster + "faults:\n  - crash: { nodes: { zone: asia } }\n",
       "s.yaml:3:29: error: there are no zones\nhint: 'zones' under 'network' says who stands "
       "where"},
      {ordered("[r0, r1, r2, r3]"),
       "s.yaml:1:57: error: an order of 4 is longer than the nodes\nhint: there are 3 replicas: "
       "'replicas' under 'cluster'"},
      {ordered("[r0, r1]"),
       "s.yaml:1:57: error: the order names 2 of 3 replicas\nhint: each has a place"},
      {ordered("[r0, r1, r1]"),
       "s.yaml:1:66: error: 'r1' has two places\nhint: name each replica once"},
      {ordered("[r0, r1, m0]"),
       "s.yaml:1:66: error: 'm0' is no replica\nhint: this is an order of replicas: r0 and so on"},
      {ordered("[r0, r1, r7]"), "s.yaml:1:66: error: unknown node 'r7'\nhint: did you mean 'r0'?"},
      {ordered("latency"),
       "s.yaml:1:57: error: there is no latency to go by\nhint: 'zones' and 'zone_latency' under "
       "'network' say how far replicas are"},
      {cluster + "faults:\n  - crsh: { nodes: r0 }\n",
       "s.yaml:3:5: error: unknown key 'crsh'\nhint: did you mean 'crash'?"},
      {cluster + "faults:\n  - crash: { nodes: r7 }\n",
       "s.yaml:3:21: error: unknown node or role 'r7'\nhint: did you mean 'r0'?"},
      {cluster + "faults:\n  - crash: { nodes: primery }\n",
       "s.yaml:3:21: error: unknown node or role 'primery'\nhint: did you mean 'primary'?"},
      {cluster + "faults:\n  - crash: { nodes: primary of replcia }\n",
       "s.yaml:3:21: error: unknown group 'replcia'\nhint: did you mean 'replica'?"},
      {cluster + "faults:\n  - crash: { nodes: { random: 2 of masters } }\n",
       "s.yaml:3:31: error: unknown group 'masters'\nhint: known: replica, client"},
      {cluster + "faults:\n  - crash: { nodes: { random: 64 of replica } }\n",
       "s.yaml:3:31: error: '64' is out of range\nhint: allowed: 1 .. 63"},
      {cluster + "faults:\n  - crash: { nodes: clients of replica }\n",
       "s.yaml:3:21: error: 'clients' are those of all groups\nhint: write 'all of', and the "
       "group"},
      {cluster + "faults:\n  - ring: { of: rplica }\n",
       "s.yaml:3:17: error: unknown group 'rplica'\nhint: did you mean 'replica'?"},
      {cluster + "faults:\n  - crash: { nodes: r0, at: 1s, every: 1s }\n",
       "s.yaml:3:12: error: a fault begins in one way\nhint: only one of: at, every, when"},
      {cluster + "faults:\n  - crash: { nodes: r0, when: { sent: Prepair } }\n",
       "s.yaml:3:39: error: unknown message type 'Prepair'\nhint: did you mean 'Prepare'?"},
      {cluster + "faults:\n  - partition: { groups: [] }\n",
       "s.yaml:3:26: error: no groups are named"},
      {cluster + "faults:\n  - { }\n", "s.yaml:3:5: error: this says nothing to do\n"},
      {cluster + "faults:\n  - clock: { nodes: r0 }\n",
       "s.yaml:3:12: error: this clock fault does nothing\nhint: give jump, offset or drift"},
      {cluster + "faults:\n  - sequence: [ { crash: r0, at: 1s } ]\n",
       "s.yaml:3:17: error: items of a sequence begin when the one before ends\nhint: remove at, "
       "every or when"},
      {cluster + "checks: [linearisability]\n",
       "s.yaml:2:10: error: unknown check 'linearisability'\nhint: did you mean "
       "'linearizability'?"},
      {cluster + "reach: [view-chang]\n",
       "s.yaml:2:9: error: unknown probe 'view-chang'\nhint: did you mean 'view-change'?"},
      {cluster + "expect: { violation: durabilty }\n",
       "s.yaml:2:22: error: unknown check 'durabilty'\nhint: did you mean 'durability'?"},
      {cluster + "expect: okay\n", "s.yaml:2:9: error: 'okay' is not one of: ok"},
      {cluster + "seed: { one_of: [] }\n", "s.yaml:2:17: error: there is nothing to pick from"},
      {cluster + "network: { loss: { between: [1%] } }\n",
       "s.yaml:2:29: error: 'between' takes two ends\nhint: write { between: [low, high] }"},
      {cluster + "network: { loss: { between: [2%, 1%] } }\n",
       "s.yaml:2:34: error: the ends of 'between' are in the wrong order"},
      {cluster + "script:\n  - deliver: Prepare r0-r2\n",
       "s.yaml:3:14: error: 'r0-r2' is not a link\nhint: write for example 'Prepare r0->r2' or "
       "'Prepare r0->r2 nth 2 copy 1'"},
      {cluster + "script:\n  - deliver: Prepare r0->r9\n",
       "s.yaml:3:14: error: unknown node 'r9'\nhint: did you mean 'r0'?"},
      {cluster + "script:\n  - fire: ViewChangeTimout r1\n",
       "s.yaml:3:11: error: unknown timer type 'ViewChangeTimout'\nhint: did you mean "
       "'ViewChangeTimeout'?"},
      {cluster + "script:\n  - invoke: { client: r0, operation: { get: x } }\n",
       "s.yaml:3:23: error: 'r0' is not a client"},
      {cluster + "script:\n  - invoke: { client: c0, operation: { got: x } }\n",
       "s.yaml:3:40: error: unknown operation 'got'"},
      {cluster + "script:\n  - crash: { node: r0, disk: burn }\n",
       "s.yaml:3:30: error: 'burn' is not one of: keep, lose, tear"},
      {cluster + "liveness: { faults_stop: 1s }\n", "s.yaml:2:11: error: missing key 'within'"},
      {cluster + "liveness: { faults_stop: 1s, within: 1s }\nfault_budget: unlimited\n",
       "s.yaml:2:11: error: liveness cannot be judged with an unlimited fault budget\nhint: remove "
       "liveness or fault_budget"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK_THAT(error_of(text), Catch::Matchers::StartsWith(expected));
  }
}

TEST_CASE("loader: selectors name their group, the main one by default", "[input]") {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: primary_backup, replicas: 3, groups: { view_service: 1 } }\nfaults:\n"
      "  - crash: primary\n  - pause: all of view_service\n  - crash: { nodes: { random: 2 of "
      "replica } }\n  - isolate: minority of view_service\n  - ring: { of: view_service }\n"
      "  - pause: clients\n",
      "s.yaml", {});
  const scenarios::Scenario scenario = file.resolve(0);
  const auto nodes = [&](std::size_t fault) {
    const faults::Fault::Action& action = scenario.faults.at(fault).action;
    if (const auto* crash = std::get_if<faults::Crash>(&action)) return crash->nodes;
    if (const auto* cut = std::get_if<faults::Partition>(&action)) return cut->groups.at(0);
    return std::get<faults::Pause>(action).nodes;
  };
  CHECK(scenario.cluster.groups.at("view_service") == 1);
  CHECK(nodes(0).group == 0);
  CHECK(nodes(1).kind == faults::NodeSelector::Kind::all);
  CHECK(nodes(1).group == 1);
  CHECK(nodes(2).count == 2);
  CHECK(nodes(2).group == 0);
  CHECK(nodes(3).group == 1);
  CHECK(std::get<faults::Partition>(scenario.faults.at(4).action).among == 1);
  CHECK(nodes(5).kind == faults::NodeSelector::Kind::clients);
}

TEST_CASE("loader: --set changes one value and says what is wrong with it", "[input]") {
  const auto set = [](const std::string& assignment) -> std::string {
    try {
      const auto file = scenarios::ScenarioFile::parse(
          "cluster: { model: viewstamped }\nfaults:\n  - crash: { nodes: r0, at: 1s, lasts: 1s }\n",
          "s.yaml", {assignment});
      const scenarios::Scenario scenario = file.resolve(0);
      return std::to_string(scenario.cluster.replicas) + " " +
             engine::to_string(*scenario.faults.at(0).at);
    } catch (const engine::InputError& error) {
      return error.what();
    }
  };
  CHECK(set("cluster.replicas=5") == "5 1s");
  CHECK(set("faults[0].crash.at=2s") == "3 2s");
  CHECK_THAT(
      set("cluster.replicas"),
      Catch::Matchers::StartsWith("--set 'cluster.replicas':1:1: error: expected PATH=VALUE"));
  CHECK_THAT(set("faults[4].crash.at=2s"),
             Catch::Matchers::StartsWith(
                 "--set 'faults[4].crash.at=2s':1:7: error: there is no item faults[4]"));
  CHECK_THAT(set("cluster.replica=5"),
             Catch::Matchers::Contains("unknown key 'replica'\nhint: did you mean 'replicas'?"));
  CHECK_THAT(set("cluster.model.x=5"), Catch::Matchers::Contains("has no keys"));
}

TEST_CASE("loader: a file over 1 MiB is refused quickly", "[input]") {
  const std::string text = cluster + "about: \"" + std::string(10 << 20, 'x') + "\"\n";
  CHECK_THAT(error_of(text), Catch::Matchers::StartsWith("s.yaml:"));
}

TEST_CASE("loader: every file of the broken corpus is an input error with a place", "[input]") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/broken")) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path().string());
    ++count;
    std::string message = "no error";
    try {
      scenarios::ScenarioFile::load(entry.path().string(), {});
    } catch (const engine::InputError& error) {
      message = error.what();
    }
    const std::string file = entry.path().string() + ":";
    REQUIRE_THAT(message, Catch::Matchers::StartsWith(file));
    const std::string rest = message.substr(file.size());
    CHECK(rest.find_first_of("123456789") == 0);
    CHECK(rest.find(": error: ") != std::string::npos);
  }
  CHECK(count >= 40);
}
