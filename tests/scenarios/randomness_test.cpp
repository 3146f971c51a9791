#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <tuple>

#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using scenarios::ScenarioFile;

/// Every draw of a run that can be seen from outside, by name.
class DrawObserver final : public engine::WorldObserver {
 public:
  explicit DrawObserver(std::vector<std::string> names) : names_(std::move(names)) {}

  std::map<std::string, std::int64_t> latency;  // message name -> how long it travelled
  std::map<std::string, std::string>
      fate;  // message name -> lost or not, by the network's own loss
  std::map<std::string, std::string> operation;  // operation id -> what it asked for

  void event(const engine::Event& event) override {
    using engine::EventKind;
    if (event.kind == EventKind::send) {
      const std::string link =
          std::string(event.type) + " " + name(event.node) + "->" + name(event.peer);
      const std::string message = link + " " + std::to_string(++sent_[link]);
      sent_at_[message] = event.time.nanoseconds;
    } else if (event.kind == EventKind::deliver || event.kind == EventKind::ignore ||
               event.kind == EventKind::drop) {
      if (event.copy != 0) return;
      const std::string message = std::string(event.type) + " " + name(event.peer) + "->" +
                                  name(event.node) + " " + std::to_string(event.nth);
      const auto sent = sent_at_.find(message);
      if (sent == sent_at_.end()) return;
      latency[message] = event.time.nanoseconds - sent->second;
      const bool lost = event.kind == EventKind::drop;
      // Partitions and crashes are not draws of the message.
      if (!lost || event.detail == "{\"cause\":\"loss\"}")
        fate[message] = lost ? "lost" : "delivered";
    } else if (event.kind == EventKind::invoke) {
      const std::string detail(event.detail);
      const std::size_t cut = detail.find(",\"operation\"");
      operation[detail.substr(0, cut)] = detail.substr(cut);
    }
  }

 private:
  std::string name(NodeId node) const { return names_.at(node.value); }
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t> sent_;
  std::map<std::string, std::int64_t> sent_at_;
};

DrawObserver draws(const std::string& text, std::uint64_t seed) {
  const ScenarioFile file = ScenarioFile::parse(text, "test.yaml", {});
  DrawObserver observer({"r0", "r1", "r2", "c0", "c1"});
  scenarios::RunSettings settings;
  settings.observer = &observer;
  scenarios::run(file.resolve(seed), settings);
  return observer;
}

template <class Value>
std::size_t common_and_equal(const std::map<std::string, Value>& left,
                             const std::map<std::string, Value>& right) {
  std::size_t common = 0;
  for (const auto& [key, value] : left) {
    const auto other = right.find(key);
    if (other == right.end()) continue;
    ++common;
    INFO(key);
    CHECK(value == other->second);
  }
  return common;
}

const std::string head =
    "cluster: { model: viewstamped, replicas: 3, clients: 2, service: kv }\n"
    "network: { latency: { exponential: { floor: 0.2ms, mean: 1ms } }, loss: 2% }\n"
    "limits: { virtual_time: 2s }\n";
const std::string work = "workload: { operations: 60, think_time: 10ms }\n";
const std::string isolations =
    "  - isolate: { nodes: r1, every: { mean: 300ms }, lasts: { between: [10ms, 40ms] } }\n";
const std::string crashes = "  - crash: { nodes: r2, every: { mean: 400ms }, lasts: 30ms }\n";

}  // namespace

TEST_CASE("randomness: removing a fault leaves every draw with an unchanged name as it was",
          "[simulate]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const DrawObserver both = draws(head + work + "faults:\n" + crashes + isolations, seed);
    const DrawObserver without = draws(head + work + "faults:\n" + isolations, seed);
    CHECK(common_and_equal(both.latency, without.latency) > 200);
    CHECK(common_and_equal(both.fate, without.fate) > 200);
    CHECK(common_and_equal(both.operation, without.operation) > 20);
    CHECK(both.latency != without.latency);  // it did change the run
  }
}

TEST_CASE("randomness: what the seed picks for one fault does not depend on the others",
          "[simulate]") {
  const auto picked = [](const std::string& faults, std::uint64_t seed) {
    const ScenarioFile file =
        ScenarioFile::parse(head + work + "faults:\n" + faults, "test.yaml", {});
    std::map<std::string, std::int64_t> lasts;
    for (const auto& fault : file.resolve(seed).faults)
      lasts[fault.name] = fault.lasts->nanoseconds;
    return lasts;
  };
  std::set<std::int64_t> values;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto both = picked(crashes + isolations, seed);
    const auto alone = picked(isolations, seed);
    CHECK(both.size() == 2);
    CHECK(common_and_equal(alone, both) == 1);
    values.insert(alone.begin()->second);
  }
  CHECK(values.size() > 10);
}

TEST_CASE("randomness: removing an operation leaves the other operations as they were",
          "[simulate]") {
  const auto plan = [](std::uint64_t operations) {
    models::client::Workload workload;
    const ScenarioFile file = ScenarioFile::parse(head + work, "test.yaml", {});
    workload = file.resolve(0).workload;
    workload.phases.front().operations = operations;
    std::vector<std::string> list;
    for (std::uint32_t number = 1;
         auto operation = models::client::planned(workload, 7, 0, 2, number); ++number) {
      list.push_back(operation->to_json());
    }
    return list;
  };
  const auto longer = plan(60);
  const auto shorter = plan(58);
  REQUIRE(longer.size() == 30);
  REQUIRE(shorter.size() == 29);
  for (std::size_t i = 0; i < shorter.size(); ++i) CHECK(longer[i] == shorter[i]);
}

TEST_CASE("randomness: a run is a function of its scenario and seed", "[simulate]") {
  const ScenarioFile file = ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/swarm.yaml", {});
  std::set<std::uint64_t> digests;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto first = scenarios::run(file.resolve(seed), {});
    const auto second = scenarios::run(file.resolve(seed), {});
    CHECK(first.digest == second.digest);
    CHECK(first.block_digests == second.block_digests);
    digests.insert(first.digest);
  }
  CHECK(digests.size() == 20);
}
