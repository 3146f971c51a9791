#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;

/// Counts events, and keeps what faults did and when.
class FaultObserver final : public engine::WorldObserver {
 public:
  std::map<engine::EventKind, int> count;
  std::map<std::string, int> drop_causes;
  std::vector<std::pair<std::int64_t, std::string>> faults;  // time, +name or -name
  std::set<std::uint32_t> down;
  std::size_t down_max = 0;
  std::uint32_t replicas = 3;
  /// Deliveries between replicas of different groups while a partition was on.
  bool fault_on = false;
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> delivered_during;
  /// The same for PrepareOk alone.
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> prepare_oks_during;

  void event(const engine::Event& event) override {
    using engine::EventKind;
    ++count[event.kind];
    if (event.kind == EventKind::drop) ++drop_causes[std::string(event.detail)];
    if (event.kind == EventKind::begin_fault) {
      faults.emplace_back(event.time.nanoseconds, "+" + std::string(event.type));
      fault_on = true;
    }
    if (event.kind == EventKind::end_fault) {
      faults.emplace_back(event.time.nanoseconds, "-" + std::string(event.type));
      fault_on = false;
    }
    if (event.kind == EventKind::crash && event.node.value < replicas)
      down.insert(event.node.value);
    if (event.kind == EventKind::restart) down.erase(event.node.value);
    down_max = std::max(down_max, down.size());
    if (fault_on && (event.kind == EventKind::deliver || event.kind == EventKind::ignore)) {
      ++delivered_during[{event.peer.value, event.node.value}];
      if (event.type == "PrepareOk") ++prepare_oks_during[{event.peer.value, event.node.value}];
    }
  }
};

struct Observed {
  scenarios::RunResult result;
  FaultObserver events;
};

Observed observe(const std::string& faults, std::uint64_t seed, const std::string& more = "") {
  const std::string text =
      "cluster: { model: viewstamped, replicas: 3, clients: 2 }\nworkload: { operations: 2000, "
      "think_time: 5ms, timeout: 50ms }\n" +
      more + "limits: { virtual_time: 1s }\nfaults:\n" + faults;
  const auto file = scenarios::ScenarioFile::parse(text, "test.yaml", {});
  Observed observed;
  scenarios::RunSettings settings;
  settings.observer = &observed.events;
  observed.result = scenarios::run(file.resolve(seed), settings);
  CHECK(observed.result.verdict == scenarios::Verdict::ok);
  return observed;
}

}  // namespace

TEST_CASE("faults: a crash happens at its time, lasts as long as it says, and hits once",
          "[simulate]") {
  const Observed run = observe("  - crash: { nodes: r1, at: 300ms, lasts: 100ms, name: one }\n", 1);
  REQUIRE(run.events.faults.size() == 2);
  CHECK(run.events.faults[0] == std::pair<std::int64_t, std::string>{300'000'000, "+one"});
  CHECK(run.events.faults[1] == std::pair<std::int64_t, std::string>{400'000'000, "-one"});
  CHECK(run.result.faults.at(0).count == 1);
}

TEST_CASE("faults: `times` and `chance` bound how often a periodic fault begins", "[simulate]") {
  const auto hits = [](const std::string& fault, std::uint64_t seed) {
    return observe(fault, seed).result.faults.at(0).count;
  };
  CHECK(hits("  - pause: { nodes: r1, every: 50ms, lasts: 1us, times: 3 }\n", 1) == 3);
  CHECK(hits("  - pause: { nodes: r1, every: 20ms, lasts: 5ms, chance: 0% }\n", 1) == 0);
  std::uint64_t all = 0;
  std::uint64_t half = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    all += hits("  - pause: { nodes: r1, every: 20ms, lasts: 1ms }\n", seed);
    half += hits("  - pause: { nodes: r1, every: 20ms, lasts: 1ms, chance: 50% }\n", seed);
  }
  CHECK(all > 400);
  CHECK(half > all / 4);
  CHECK(half < all * 3 / 4);
}

namespace {

const std::string two_zones =
    "network: { zones: { near: [r0, r1, c0], far: [r2, c1] }, zone_latency: [[0ms, 2ms], [2ms, "
    "0ms]] }\n";

/// r0, r1, r2, c0, c1.
bool is_far(std::uint32_t node) { return node == 2 || node == 4; }

}  // namespace

TEST_CASE(
    "faults: a zone that is cut off hears nobody outside, clients neither, and goes on inside",
    "[faults]") {
  const Observed run =
      observe("  - isolate: { nodes: { zone: far }, at: 200ms, lasts: 300ms }\n", 2, two_zones);
  CHECK(run.events.faults.size() == 2);
  bool inside = false;
  for (const auto& [link, times] : run.events.delivered_during) {
    const auto& [from, to] = link;
    CHECK(is_far(from) == is_far(to));
    inside = inside || (from == 4 && to == 2);
  }
  CHECK(inside);
}

TEST_CASE("faults: a zone that fails takes its servers with it, but no client", "[faults]") {
  const Observed run =
      observe("  - power_loss: { nodes: { zone: far }, at: 200ms, lasts: 300ms }\n", 2, two_zones);
  CHECK(run.events.count.at(engine::EventKind::crash) == 1);
  CHECK(run.events.down_max == 1);
  CHECK(run.events.down.empty());
  CHECK(run.events.delivered_during.count({2, 0}) == 0);
  CHECK(run.events.delivered_during.count({4, 0}) == 1);
}

TEST_CASE("faults: an isolated replica hears nobody and is heard by nobody, until it ends",
          "[simulate]") {
  const Observed run = observe("  - isolate: { nodes: r2, at: 200ms, lasts: 300ms }\n", 2);
  const auto& during = run.events.delivered_during;
  for (const std::uint32_t other : {0U, 1U}) {
    CHECK(during.count({2, other}) == 0);
    CHECK(during.count({other, 2}) == 0);
  }
  CHECK(during.count({0, 1}) == 1);
  CHECK(run.events.drop_causes.count("{\"cause\":\"partition\"}") == 1);
}

TEST_CASE("faults: a one-way cut stops one direction only", "[simulate]") {
  const Observed run = observe("  - one_way: { from: r0, to: r1, at: 200ms, lasts: 80ms }\n", 3);
  CHECK(run.events.delivered_during.count({0, 1}) == 0);
  CHECK(run.events.delivered_during.at({0, 2}) > 0);
  CHECK(run.events.delivered_during.at({2, 0}) > 0);
}

TEST_CASE("faults: held messages of a type arrive after the hold, in their order", "[simulate]") {
  // PrepareOk of r1 is held; r2's go on.
  const Observed run =
      observe("  - hold: { type: PrepareOk, from: r1, at: 100ms, lasts: 200ms }\n", 4);
  CHECK(run.events.prepare_oks_during.count({1, 0}) == 0);
  CHECK(run.events.prepare_oks_during.at({2, 0}) > 0);
  CHECK(run.result.faults.at(0).count == 1);
}

TEST_CASE("faults: rules of loss, duplication and corruption act on their messages", "[simulate]") {
  const Observed loss =
      observe("  - loss: { rate: 100%, type: Prepare, to: r1, at: 100ms, lasts: 60ms }\n", 5);
  CHECK(loss.events.drop_causes.at("{\"cause\":\"loss\"}") > 0);
  const Observed duplicate = observe("  - duplicate: { rate: 50%, at: 0s }\n", 5);
  CHECK(duplicate.events.count.at(engine::EventKind::duplicate) > 500);
  const Observed corrupt = observe("  - corrupt: { rate: 5%, at: 0s }\n", 5);
  CHECK(corrupt.events.count.at(engine::EventKind::corrupt) > 30);
}

TEST_CASE("faults: a trigger starts a fault at the nth message, and another ends it",
          "[simulate]") {
  const Observed run = observe(
      "  - isolate: { nodes: r2, when: { delivered: PrepareOk, from: r1, nth: 5 }, until: { sent: "
      "StartViewChange, by: r2 }, name: cut }\n",
      6);
  REQUIRE(run.events.faults.size() == 2);
  CHECK(run.events.faults[0].second == "+cut");
  CHECK(run.events.faults[1].second == "-cut");
  CHECK(run.events.faults[1].first - run.events.faults[0].first > 50'000'000);  // r2's timeout
}

TEST_CASE("faults: a sequence runs its items one after the other", "[simulate]") {
  const Observed run = observe(
      "  - sequence: [ { pause: r1, lasts: 100ms, name: a }, { wait: 50ms }, { pause: r2, lasts: "
      "100ms, name: b } ]\n    at: 100ms\n",
      7);
  std::vector<std::pair<std::int64_t, std::string>> items;
  for (const auto& fault : run.events.faults) {
    if (fault.second.size() == 2) items.push_back(fault);
  }
  const std::vector<std::pair<std::int64_t, std::string>> expected = {
      {100'000'000, "+a"}, {200'000'000, "-a"}, {250'000'000, "+b"}, {350'000'000, "-b"}};
  CHECK(items == expected);
}

TEST_CASE("faults: no more replicas fail at once than the protocol survives, unless unlimited",
          "[simulate]") {
  const std::string storm =
      "  - crash: { nodes: { random: 2 }, every: 20ms, lasts: 50ms }\n  - power_loss: { nodes: "
      "all, every: 100ms, lasts: 50ms }\n";
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    most = std::max(most, observe(storm, seed).events.down_max);
  CHECK(most == 1);
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, assume: broken }\nfault_budget: unlimited\nlimits: { "
      "virtual_time: 1s "
      "}\nfaults:\n" +
          storm,
      "test.yaml", {});
  FaultObserver observer;
  scenarios::RunSettings settings;
  settings.observer = &observer;
  scenarios::run(file.resolve(1), settings);
  CHECK(observer.down_max == 3);
}

TEST_CASE(
    "faults: clocks that run fast fire timers early, and a stopped clock fault restores the rate",
    "[simulate]") {
  const Observed run = observe(
      "  - clock: { nodes: r0, drift: 100%, at: 0s, lasts: 500ms }\n  - clock: { nodes: r1, jump: "
      "5s, at: 100ms }\n",
      8);
  CHECK(run.events.count.at(engine::EventKind::clock) == 1);
  CHECK(run.result.faults.at(0).count == 1);
  CHECK(run.result.faults.at(1).count == 1);
}

TEST_CASE("liveness: a cluster that cannot make progress is reported with what it waits for",
          "[simulate]") {
  // The two replicas that stay cannot hear each other for good: a defect of the world, not of a
  // fault that ends.
  const std::string text =
      "cluster: { model: viewstamped, replicas: 3, clients: 1, options: { view_change_timeout: "
      "100s, recovery_timeout: 100s } }\n"
      "workload: { operations: 20, think_time: 5ms, timeout: 50ms }\nliveness: { faults_stop: "
      "300ms, within: 2s }\n"
      "faults:\n  - crash: { nodes: r0, at: 50ms, lasts: 10ms }\n";
  const auto file = scenarios::ScenarioFile::parse(text, "test.yaml", {});
  const auto result = scenarios::run(file.resolve(1), {});
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations[0].violation.property == "liveness");
  CHECK(result.violations[0].violation.message.find("c0 still waits for") != std::string::npos);
  CHECK(result.violations[0].violation.message.find("r0: recovering") != std::string::npos);
}
