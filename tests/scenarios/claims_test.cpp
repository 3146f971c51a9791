#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "models/models.hpp"
#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/checks.hpp"
#include "scenarios/reading/refusals.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;

ScenarioFile parse(const std::string& text) { return ScenarioFile::parse(text, "s.yaml", {}); }

std::string error_of(const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

/// Sizes that a bare file may name: none, 2, 4 and 6 of the main group where the model has them,
/// and 3 of each further group.
std::vector<std::string> sizes_of(const engine::Model& model) {
  std::vector<std::string> sizes{""};
  for (const std::uint32_t size : {2U, 4U, 6U}) {
    if (model.replicas_min <= size && size <= model.replicas_max)
      sizes.push_back(", replicas: " + std::to_string(size));
  }
  for (const engine::GroupOffer& offer : model.further_groups) {
    if (offer.members_max >= 3) sizes.push_back(", groups: { " + offer.name + ": 3 }");
  }
  return sizes;
}

void run_bare_files(std::uint64_t seeds) {
  for (const engine::Model* model : models::all_models()) {
    for (const std::string& size : sizes_of(*model)) {
      const auto file = parse("cluster: { model: " + model->name + size + " }\n");
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
        INFO(model->name << size << ", seed " << seed);
        for (const auto& found : result.violations)
          INFO(found.violation.property << ": " << found.violation.message);
        REQUIRE(result.verdict == scenarios::Verdict::ok);
        // What judged nothing is not ok.
        if (model->uses_service) REQUIRE(result.completed_operations > 0);
      }
    }
  }
}

}  // namespace

TEST_CASE("claims: a bare file of every model is ok, whatever its size", "[simulate]") {
  run_bare_files(5);
}

TEST_CASE("claims: 500 seeds of every model's bare file are ok", "[.][campaign]") {
  run_bare_files(500);
}

TEST_CASE("claims: what a model promises to clients can be judged", "[unit]") {
  for (const engine::Model* model : models::all_models()) {
    const scenarios::Scenario scenario =
        parse("cluster: { model: " + model->name + " }\n").resolve(0);
    const auto applicable = scenarios::applicable_checks(*model, scenario.cluster);
    for (const std::string& promised : model->claimed(scenario.cluster).history) {
      INFO(model->name << " promises " << promised);
      CHECK(std::any_of(applicable.begin(), applicable.end(),
                        [&](const auto& check) { return check.name == promised; }));
    }
    for (const std::string& kind : model->claimed(scenario.cluster).operations) {
      const auto& kinds = scenario.cluster.service->kinds;
      INFO(model->name << " offers " << kind);
      CHECK(std::find(kinds.begin(), kinds.end(), kind) != kinds.end());
    }
  }
}

TEST_CASE("claims: a scenario beyond them is refused at its place", "[input]") {
  const std::string vrr = "cluster: { model: viewstamped }\n";
  const std::string multi = "cluster: { model: multi_paxos }\n";
  const std::string abd = "cluster: { model: abd }\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {multi + "faults:\n  - wipe: { nodes: r1, at: 1s, lasts: 1s }\n",
       "s.yaml:3:5: error: outside the claims of model 'multi_paxos': a node finds again what it "
       "saved"},
      {multi + "script:\n  - crash: r1\n  - wipe: r1\n",
       "s.yaml:4:5: error: outside the claims of model 'multi_paxos': a node finds again"},
      {vrr + "script:\n  - crash: r1\n  - crash: r2\n",
       "s.yaml:4:5: error: outside the claims of model 'viewstamped': of its 3 replicas at most 1 "
       "may be down"},
      {vrr + "faults:\n  - crash: { nodes: r1, at: 1s, lasts: 1s }\nfault_budget: unlimited\n",
       "s.yaml:4:15: error: outside the claims of model 'viewstamped': it survives only so many"},
      {vrr + "explore: { crashes: 2, failures: unlimited }\n",
       "s.yaml:2:34: error: outside the claims of model 'viewstamped': it survives only so many"},
      {abd + "faults:\n  - crash: { nodes: s1, at: 1s, lasts: 1s }\n",
       "s.yaml:3:5: error: outside the claims of model 'abd': a node that crashed does not come"},
      {abd + "script:\n  - crash: s1\n  - restart: s1\n",
       "s.yaml:4:5: error: outside the claims of model 'abd': a node that crashed does not come"},
      {abd + "faults:\n  - crash: { nodes: clients, at: 1s, lasts: 1s }\n",
       "s.yaml:3:5: error: outside the claims of model 'abd': a client that crashed does not come"},
      {"cluster: { model: viewstamped, clients: 3, options: { client_table_limit: 2 } }\n"
       "liveness: { faults_stop: 1s, within: 5s }\n",
       "s.yaml:2:11: error: outside the claims of model 'viewstamped': an operation may stay open "
       "for ever, and its clients never give up"},
      {abd + "explore: { crashes: 1, restarts: 1 }\n",
       "s.yaml:2:34: error: outside the claims of model 'abd': a node that crashed does not come"},
      {abd + "script:\n  - invoke: { client: c0, operation: { cas: [a, b] } }\n",
       "s.yaml:3:38: error: outside the claims of model 'abd': its clients can ask for read, "
       "write, "
       "not for 'cas'"},
      {abd + "explore: { plan: { c0: [{ cas: [a, b] }] } }\n",
       "s.yaml:2:25: error: outside the claims of model 'abd': its clients can ask for read, "
       "write"},
      {abd + "workload: { mix: { cas: 1 } }\n", "s.yaml:2:20: error: unknown key 'cas'"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK_THAT(error_of(text), Catch::Matchers::StartsWith(expected));
  }
}

TEST_CASE("claims: a file that expects a violation or assumes a broken world may go beyond them",
          "[input]") {
  const std::string wiped = "faults:\n  - wipe: { nodes: r1, at: 1s, lasts: 1s }\n";
  CHECK(error_of("cluster: { model: multi_paxos, assume: broken }\n" + wiped) == "accepted");
  CHECK(error_of("cluster: { model: multi_paxos }\nexpect: { violation: durability }\n" + wiped) ==
        "accepted");
  CHECK(error_of("cluster: { model: multi_paxos, assume: claims }\n" + wiped) != "accepted");
  // What needs nothing of its disk may lose it; what is safe however many fail may lose many.
  CHECK(error_of("cluster: { model: viewstamped, options: { recovery: crash_vectors } }\n" +
                 wiped) == "accepted");
  CHECK(error_of("cluster: { model: multi_paxos }\nfault_budget: unlimited\n"
                 "faults:\n  - crash: { nodes: all, at: 1s, lasts: 1s }\n") == "accepted");
}

TEST_CASE("claims: liveness is judged where all operations end, or clients give up", "[input]") {
  const auto judges_liveness = [](const std::string& text) {
    return parse(text + "liveness: { faults_stop: 1s, within: 5s }\n")
        .resolve(1)
        .is_checked("liveness");
  };
  const auto sessions = [](const std::string& clients) {
    return "cluster: { model: viewstamped, clients: " + clients +
           ", options: { client_table_limit: 4 } }\n";
  };
  CHECK(judges_liveness(sessions("4")));
  CHECK(judges_liveness(sessions("6") + "workload: { give_up: 1s }\n"));
  CHECK_THROWS_AS(judges_liveness(sessions("6")), engine::InputError);
  // Where giving up is of no help, nobody is told to.
  const std::string refused = error_of(
      "cluster: { model: abd }\nworkload: { give_up: 1s }\n"
      "liveness: { faults_stop: 1s, within: 5s }\n");
  CHECK(refused.find("stays open for ever if one of its messages is lost") != std::string::npos);
  CHECK(refused.find("give_up") == std::string::npos);
}

TEST_CASE("claims: what a file expects to be violated is judged", "[simulate]") {
  const auto file = parse(
      "cluster: { model: single_copy, replicas: 2, clients: 3 }\n"
      "expect: { violation: linearizability }\n");
  const scenarios::Scenario scenario = file.resolve(1);
  CHECK(std::find(scenario.checks.begin(), scenario.checks.end(), "linearizability") !=
        scenario.checks.end());
  const auto promised_nothing = parse("cluster: { model: single_copy, replicas: 2 }\n").resolve(1);
  CHECK(std::find(promised_nothing.checks.begin(), promised_nothing.checks.end(),
                  "linearizability") == promised_nothing.checks.end());
}

TEST_CASE("claims: a synchronous protocol is refused what breaks its bounds", "[input]") {
  const auto judged = [](const std::string& more) {
    const std::string text = "cluster: { model: ping_pong }\n" + more;
    scenarios::Scenario scenario = parse(text).resolve(0);
    engine::Model synchronous = *scenario.model;
    synchronous.claims = [](const engine::ClusterSpec&) {
      engine::Claims claims;
      claims.synchrony = engine::Synchrony::synchronous;
      return claims;
    };
    scenario.model = &synchronous;
    const scenarios::Participants nodes(scenario.model->assemble(scenario.cluster));
    try {
      scenarios::refuse_outside_claims(scenarios::parse_yaml(text, "s.yaml"), scenario, nodes);
    } catch (const engine::InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(judged("network: { latency: { uniform: [1ms, 2ms] } }\n") == "accepted");
  for (const std::string more :
       {"", "network: { latency: { uniform: [1ms, 2ms] }, loss: 1% }\n",
        "network: { latency: { exponential: { floor: 1ms, mean: 2ms } } }\n",
        "network: { latency: 1ms }\nexplore: { crashes: 0 }\n",
        "network: { latency: 1ms }\nfaults:\n  - isolate: { nodes: p0, at: 1s }\n"}) {
    INFO(more);
    CHECK_THAT(judged(more), Catch::Matchers::Contains("it needs bounds on how long messages"));
  }
}
