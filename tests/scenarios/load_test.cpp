// What runs cost: every figure against a plain count of the same, and the message delays that
// papers promise.
#include "scenarios/running/load.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "explain/cone.hpp"
#include "scenarios/running/sweep.hpp"

namespace {

using namespace stampede;
using scenarios::Counts;
using scenarios::Load;
using scenarios::ScenarioFile;

struct Measured {
  scenarios::RunResult result;
  Load load;
};

Measured measured(const ScenarioFile& file, std::uint64_t seed) {
  const scenarios::Scenario scenario = file.resolve(seed);
  Measured both{scenarios::run(scenario, {}), {}};
  both.load = scenarios::load_of(scenario, both.result, false).value();
  return both;
}

Measured measured_chain(const std::string& cluster, const std::string& rest) {
  return measured(ScenarioFile::parse("cluster: { model: chain, service: kv, " + cluster +
                                          " }\nnetwork: { latency: 1ms }\n" + rest,
                                      "chain.yaml", {}),
                  0);
}

ScenarioFile swarm(const std::string& name, const std::vector<std::string>& overrides = {}) {
  return ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + "/swarm.yaml", overrides);
}

std::uint64_t microseconds(engine::Duration duration) {
  return static_cast<std::uint64_t>((duration.nanoseconds + 999) / 1'000);
}

/// Of operations of which no two are open at a time: how long the longest took.
std::uint64_t longest_us(const engine::History& history) {
  std::uint64_t longest = 0;
  for (const auto& one : history.operations())
    longest = std::max(longest, microseconds(one.responded_time - one.invoked_time));
  return longest;
}

/// Regions in a line, 10 ms from each to the next; a message takes 1 ms more. The client is at one
/// end, the links stand behind it, in order of their names, and the master is near everybody.
std::map<std::string, scenarios::Answered> in_regions(
    const std::string& order, const std::string& links = "[r0], [r1], [r2]") {
  return measured(ScenarioFile::parse(
                      "cluster: { model: chain, service: kv, clients: 1, options: { keeps_history: "
                      "false, fence: none, resend_interval: 1s, detector: { interval: 100ms, "
                      "timeout: 1s }, order: " +
                          order + " } }\nnetwork: { latency: 1ms, zones: [[c0], " + links +
                          ", [m0]], zone_latency: [[0ms, 10ms, 20ms, 30ms, 0ms], [10ms, 0ms, "
                          "10ms, 20ms, 0ms], [20ms, 10ms, 0ms, 10ms, 0ms], [30ms, 20ms, 10ms, "
                          "0ms, 0ms], [0ms, 0ms, 0ms, 0ms, 0ms]] }\n"
                          "workload: { operations: 20, reads: 50%, timeout: 1s }\nlimits: { "
                          "virtual_time: 4s }\n",
                      "regions.yaml", {}),
                  0)
      .load.answered;
}

/// What all operations of a kind cost, in milliseconds and message delays.
std::pair<std::uint64_t, std::uint64_t> cost(const scenarios::Answered& answered) {
  REQUIRE(answered.latency_us.size() == 1);
  REQUIRE(answered.message_delays.size() == 1);
  return {answered.latency_us.begin()->first / 1'000, answered.message_delays.begin()->first};
}

using Cost = std::pair<std::uint64_t, std::uint64_t>;

}  // namespace

TEST_CASE("load: percentiles are those of the sorted list", "[unit]") {
  for (const std::size_t size : {1U, 2U, 3U, 10U, 99U, 100U, 101U, 1'000U}) {
    std::vector<std::uint64_t> list;
    Counts counts;
    for (std::size_t i = 0; i < size; ++i) {
      list.push_back(engine::below(engine::draw(size, engine::Domain::test, i), 50));
      ++counts[list.back()];
    }
    std::sort(list.begin(), list.end());
    CHECK(scenarios::count_of(counts) == size);
    for (const std::uint32_t percent : {0U, 1U, 50U, 90U, 99U, 100U}) {
      INFO(percent << "% of " << size);
      const std::size_t rank = std::max<std::size_t>(1, (size * percent + 99) / 100);
      CHECK(scenarios::percentile(counts, {percent * 10'000}) == list[rank - 1]);
    }
  }
}

// VRS 3: an update goes through all links and back to the client; CRAQ 2.3: a clean read takes two.
TEST_CASE("load: a chain's message delays are the papers'", "[simulate][paper]") {
  for (const std::uint32_t links : {3U, 5U, 7U}) {
    INFO(links << " links");
    const std::string size = "replicas: " + std::to_string(links) + ", clients: 1, ";
    const std::string work =
        "workload: { operations: 40, reads: 50%, think_time: 20ms }\nlimits: { virtual_time: 3s "
        "}\n";
    for (const std::string reads : {"tail", "strong"}) {
      const Load load =
          measured_chain(
              size + "options: { keeps_history: false, fence: none, reads: " + reads + " }", work)
              .load;
      REQUIRE(load.answered.size() == 2);
      const auto& read = load.answered.at("read");
      const auto& change = load.answered.at("change");
      const std::uint64_t queries = scenarios::count_of(read.latency_us);
      CHECK((queries > 10 && queries < 30));
      CHECK(read.message_delays == Counts{{2, queries}});
      CHECK(read.latency_us == Counts{{2'000, queries}});
      CHECK(change.message_delays == Counts{{links + 1, 40 - queries}});
      CHECK(change.latency_us == Counts{{1'000 * (links + 1), 40 - queries}});
      CHECK(load.flushes == 0);
    }
  }
}

TEST_CASE("load: a read of a key with a newer version takes four messages", "[simulate][paper]") {
  const Load load =
      measured_chain("clients: 4, options: { keeps_history: false, fence: none, reads: strong }",
                     "workload: { operations: 400, reads: 50%, keys: 1, think_time: 1ms }\nlimits: "
                     "{ virtual_time: 3s }\n")
          .load;
  const Counts& delays = load.answered.at("read").message_delays;
  CHECK(delays.size() == 2);
  CHECK(delays.count(2) == 1);
  CHECK(delays.count(4) == 1);
}

TEST_CASE("load: limits hold where a run is done again, and part of it is nothing", "[simulate]") {
  const scenarios::Scenario scenario = swarm("chain", {"workload.operations=20"}).resolve(1);
  const scenarios::RunResult done = scenarios::run(scenario, {});
  checkers::Limits limits;
  limits.stop = [] { return std::string("told to"); };
  CHECK_FALSE(scenarios::load_of(scenario, done, false, limits).has_value());
  CHECK(scenarios::load_of(scenario, done, false).has_value());
}

TEST_CASE("load: regions cost what lies between them, in the order of the chain", "[simulate]") {
  // The table of docs/chains.md: delays are those of the papers, whatever the order.
  struct Row {
    std::string order;
    std::uint64_t update_ms;
    std::uint64_t read_ms;
  };
  for (const Row& row : std::vector<Row>{{"listed", 4 + 10 + 10 + 10 + 30, 2 + 30 + 30},
                                         {"[r2, r1, r0]", 4 + 30 + 10 + 10 + 10, 2 + 10 + 10},
                                         {"[r0, r2, r1]", 4 + 10 + 20 + 10 + 20, 2 + 20 + 20},
                                         {"[r1, r0, r2]", 4 + 20 + 10 + 20 + 30, 2 + 30 + 30},
                                         {"latency", 4 + 20 + 10 + 20 + 10, 2 + 10 + 10}}) {
    INFO(row.order);
    const auto answered = in_regions(row.order);
    CHECK(cost(answered.at("change")) == Cost{row.update_ms, 4});
    CHECK(cost(answered.at("read")) == Cost{row.read_ms, 2});
  }
}

TEST_CASE("load: the order by latency costs least of all orders, wherever links stand",
          "[simulate]") {
  for (const std::string links : {"[r0], [r1], [r2]", "[r2], [r0], [r1]", "[r1], [r2], [r0]"}) {
    INFO(links);
    const auto of = [&](const std::string& order) {
      const auto answered = in_regions(order, links);
      return std::pair(cost(answered.at("change")).first, cost(answered.at("read")).first);
    };
    const auto chosen = of("latency");
    std::vector<std::string> order{"r0", "r1", "r2"};
    std::size_t dearer = 0;
    do {
      const auto other = of("[" + order[0] + ", " + order[1] + ", " + order[2] + "]");
      CHECK(chosen <= other);
      dearer += chosen < other ? 1U : 0U;
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(dearer == 4);  // from the far end inwards, and so with the two far ones swapped
  }
}

TEST_CASE("load: every operation is counted, as the history has it", "[simulate]") {
  const ScenarioFile file = swarm("viewstamped");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    const Measured both = measured(file, seed);
    const auto& operations = both.result.history.operations();
    Counts latency;
    engine::Time first = operations.front().invoked_time;
    engine::Time last = first;
    for (const auto& one : operations) {
      if (one.is_open()) continue;
      ++latency[microseconds(one.responded_time - one.invoked_time)];
      last = std::max(last, one.responded_time);
    }
    CHECK(both.load.invoked == operations.size());
    CHECK(scenarios::all_answered(both.load).latency_us == latency);
    CHECK(both.load.busy_us == microseconds(last - first));
    CHECK(both.load.messages > operations.size());
    CHECK(both.load.bytes > both.load.messages * 10);
  }
}

TEST_CASE("load: message delays are those of the critical paths", "[simulate]") {
  for (const char* name : {"viewstamped", "chain"}) {
    INFO(name);
    const ScenarioFile file = swarm(name, {"workload.operations=40"});
    const Measured both = measured(file, 3);
    const explain::Tape tape(file.resolve(3));
    Counts delays;
    for (const auto& one : both.result.history.operations())
      if (!one.is_open()) ++delays[explain::critical_path(tape, one.id).message_delays];
    CHECK(scenarios::all_answered(both.load).message_delays == delays);
  }
}

TEST_CASE("load: saves are counted, and a crash is why nobody is answered", "[simulate]") {
  const std::string work =
      "workload: { operations: 100, reads: 0%, think_time: 1ms, timeout: 5ms }\n"
      "limits: { virtual_time: 3s }\n";
  const std::string detector = "options: { detector: { interval: 10ms, timeout: 60ms } }";
  const Measured calm = measured_chain("clients: 1, " + detector, work);
  CHECK(calm.load.flushes >= 3 * 100);
  CHECK(calm.load.unavailable_us ==
        std::map<std::string, Counts>{{"no fault", {{longest_us(calm.result.history), 1}}}});
  for (const std::string link : {"r0", "r1", "r2"}) {
    INFO(link);
    const Measured crashed = measured_chain(
        "clients: 1, " + detector, work + "faults: [ { crash: " + link + ", at: 100ms } ]\n");
    REQUIRE(crashed.result.completed_operations == 100);
    const std::uint64_t longest = longest_us(crashed.result.history);
    CHECK(longest > 50'000);
    CHECK(crashed.load.unavailable_us.at("crash") == Counts{{longest, 1}});
    CHECK(crashed.load.unavailable_us.at("no fault").begin()->first < 20'000);
  }
}

TEST_CASE("load: a sweep costs what its runs cost, by however many workers", "[simulate]") {
  const ScenarioFile file = swarm("chain", {"workload.operations=20"});
  Load by_hand;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) merge(by_hand, measured(file, seed).load);
  for (const std::uint32_t jobs : {1U, 2U}) {
    Load swept;
    scenarios::SweepSettings settings;
    settings.workers = {1, 6, jobs};
    settings.measured = [&](const Load& one) { merge(swept, one); };
    scenarios::sweep(file, settings);
    CHECK(engine::to_json(swept) == engine::to_json(by_hand));
  }
  CHECK(by_hand.seeds == 6);
  CHECK(scenarios::count_of(by_hand.unavailable_us.at("no fault")) == 6);
  CHECK(engine::to_json(scenarios::read_load(engine::to_json(by_hand), "here")) ==
        engine::to_json(by_hand));
  CHECK_THROWS_AS(scenarios::read_load("{\"seeds\": 1}", "here"), engine::InputError);
}
