// What clients ask for: which keys, how often they read, in phases, and when they begin.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "engine/core/error.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using models::client::Zipf;
using scenarios::ScenarioFile;

const std::string asked = "cluster: { model: viewstamped, clients: 3 }\nworkload: ";

scenarios::Scenario workload_of(const std::string& workload) {
  return ScenarioFile::parse(asked + workload + "\n", "s.yaml", {}).resolve(1);
}

scenarios::RunResult run_with(const std::string& text) {
  return scenarios::run(ScenarioFile::parse(text, "s.yaml", {}).resolve(1), {});
}

/// The operations of each client's plan, in JSON, in order.
std::vector<std::vector<std::string>> plans_of(const std::string& workload) {
  const scenarios::Scenario scenario = workload_of(workload);
  std::vector<std::vector<std::string>> plans;
  for (std::uint32_t client = 0; client < 3; ++client) {
    std::vector<std::string>& plan = plans.emplace_back();
    for (std::uint32_t number = 1;
         const auto operation = models::client::planned(scenario.workload, 1, client, 3, number);
         ++number)
      plan.push_back(operation->to_json());
  }
  return plans;
}

bool is_about(const std::string& operation, const std::string& what) {
  return operation.find(what) != std::string::npos;
}

/// Its share of what all clients ask for.
double share_of(const std::string& what, const std::string& workload) {
  double of_it = 0;
  double all = 0;
  for (const auto& plan : plans_of(workload)) {
    all += static_cast<double>(plan.size());
    of_it += static_cast<double>(std::count_if(
        plan.begin(), plan.end(), [&](const auto& one) { return is_about(one, what); }));
  }
  return of_it / all;
}

/// Most operations of one client that were open at a time.
std::size_t most_open(const engine::History& history) {
  std::map<std::uint64_t, std::pair<std::uint32_t, int>> events;
  for (const engine::HistoryOperation& one : history.operations()) {
    events[one.invoked_at] = {one.id.client.value, 1};
    if (!one.is_open()) events[one.responded_at] = {one.id.client.value, -1};
  }
  std::map<std::uint32_t, int> open;
  int most = 0;
  for (const auto& [at, event] : events) most = std::max(most, open[event.first] += event.second);
  return static_cast<std::size_t>(most);
}

double last_response_ms(const scenarios::RunResult& result) {
  engine::Time last{};
  for (const auto& one : result.history.operations()) last = std::max(last, one.responded_time);
  return static_cast<double>(last.nanoseconds) / 1e6;
}

std::string refused_workload(const std::string& model, const std::string& workload) {
  try {
    static_cast<void>(ScenarioFile::parse(
        "cluster: { model: " + model + " }\nworkload: " + workload + "\n", "s.yaml", {}));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("workload: keys are drawn by Zipf's law, exactly", "[unit]") {
  for (const std::uint32_t exponent : {0U, 500'000U, 990'000U, 1'000'000U}) {
    for (const std::uint32_t keys : {1U, 7U, 1'000U}) {
      INFO(exponent << " ppm, " << keys << " keys");
      const Zipf zipf(keys, engine::Ppm{exponent});
      // All places of the 64 bits alike: what comes out is the law itself, without chance.
      constexpr std::uint64_t draws = 1 << 20;
      std::vector<std::uint64_t> drawn(keys);
      for (std::uint64_t at = 0; at < draws; ++at) ++drawn.at(zipf.draw(at << 44));
      double total = 0;
      for (std::uint32_t key = 1; key <= keys; ++key) total += std::pow(key, -(exponent / 1e6));
      for (std::uint32_t key = 0; key < keys; ++key) {
        const double exact = draws * std::pow(key + 1, -(exponent / 1e6)) / total;
        CHECK(std::abs(static_cast<double>(drawn[key]) - exact) < 1.1);
      }
    }
  }
  const Zipf many(1'000'000, engine::Ppm{1'000'000});
  double harmonic = 0;
  for (int key = 1'000'000; key > 0; --key) harmonic += 1.0 / key;
  const double first = std::ldexp(1.0 / harmonic, 64);
  CHECK(many.draw(static_cast<std::uint64_t>(first * 0.99999)) == 0);
  CHECK(many.draw(static_cast<std::uint64_t>(first * 1.00001)) == 1);
  CHECK(many.draw(UINT64_MAX) == 999'999);
}

TEST_CASE("workload: keys, skew and reads are what a file says", "[simulate]") {
  CHECK(share_of("\"k0\"", "{ operations: 30k, keys: 10 }") == Approx(0.1).margin(0.01));
  // 1 / (1 + 1/2 + ... + 1/10)
  CHECK(share_of("\"k0\"", "{ operations: 30k, keys: 10, skew: 100% }") ==
        Approx(0.3414).margin(0.01));
  CHECK(share_of("\"k9\"", "{ operations: 30k, keys: 10, skew: 100% }") ==
        Approx(0.0341).margin(0.005));
  CHECK(share_of("get", "{ operations: 30k, reads: 95% }") == Approx(0.95).margin(0.005));
  CHECK(share_of("get", "{ operations: 30k, reads: 0% }") == 0);
  CHECK(share_of("get", "{ operations: 30k, reads: 100% }") == 1);
}

TEST_CASE("workload: each client does its share of a phase, then of the next", "[simulate]") {
  const auto plans = plans_of(
      "{ reads: 100%, keys: 3, phases: [ { operations: 100 }, { operations: 20, reads: 0% }, "
      "{ operations: 30, mix: { cas: 1 }, keys: 1 } ] }");
  const std::vector<std::vector<std::size_t>> shares = {{34, 7, 10}, {33, 7, 10}, {33, 6, 10}};
  for (std::size_t client = 0; client < 3; ++client) {
    INFO("client " << client);
    std::size_t at = 0;
    REQUIRE(plans[client].size() == shares[client][0] + shares[client][1] + shares[client][2]);
    for (std::size_t phase = 0; phase < 3; ++phase) {
      for (std::size_t one = 0; one < shares[client][phase]; ++one, ++at) {
        const std::string& operation = plans[client][at];
        INFO(operation);
        CHECK(is_about(operation, "get") == (phase == 0));
        if (phase == 2) CHECK((is_about(operation, "cas") && is_about(operation, "\"k0\"")));
      }
    }
  }
  // What comes before is what it was.
  const auto without = plans_of("{ reads: 100%, keys: 3, phases: [ { operations: 100 } ] }");
  for (std::size_t client = 0; client < 3; ++client)
    CHECK(std::equal(without[client].begin(), without[client].end(), plans[client].begin()));
}

TEST_CASE("workload: what says the same asks for the same", "[simulate]") {
  const std::uint64_t usual = run_with(asked + "{ operations: 60 }\n").digest;
  CHECK(run_with(asked + "{ phases: [ { operations: 60 } ] }\n").digest == usual);
  CHECK(run_with(asked + "{ operations: 60, skew: 0%, in_flight: 1 }\n").digest == usual);
  CHECK(run_with(asked + "{ operations: 60, skew: 50% }\n").digest != usual);
  CHECK(run_with(asked + "{ operations: 60, per_second: 1000 }\n").digest ==
        run_with(asked + "{ operations: 60, think_time: 3ms, open_loop: true }\n").digest);
}

TEST_CASE("workload: an open loop begins by its rate, a closed one by its answers", "[simulate]") {
  const std::string slow = "network: { latency: 20ms }\nlimits: { virtual_time: 600s }\n";
  const auto open = run_with(asked + "{ operations: 1k, per_second: 500, timeout: 1min }\n" + slow);
  engine::Time begun{};
  for (const auto& one : open.history.operations()) begun = std::max(begun, one.invoked_time);
  // 1000 exponential waits: three standard deviations are a tenth.
  CHECK(static_cast<double>(begun.nanoseconds) / 1e9 == Approx(2.0).margin(0.2));
  CHECK(open.completed_operations == 1'000);
  CHECK(most_open(open.history) > 10);
  const auto closed = run_with(asked + "{ operations: 300, think_time: 2ms }\n" + slow);
  CHECK(closed.completed_operations == 300);
  CHECK(most_open(closed.history) == 1);
}

TEST_CASE("workload: so many requests of a client are on their way, more wait", "[simulate]") {
  const auto busy = [](const std::string& in_flight) {
    const auto result = run_with(
        "cluster: { model: chain, options: { window: 64 } }\nnetwork: { latency: 1ms }\n"
        "workload: { operations: 40, reads: 0%, per_second: 20000, in_flight: " +
        in_flight + ", timeout: 10s }\n");
    CHECK(result.completed_operations == 40);
    return last_response_ms(result);
  };
  // Four messages an update, and saves on three disks.
  CHECK(busy("1") > 40 * 4);
  CHECK(busy("4") > 10 * 4);
  CHECK(busy("4") < 10 * 8);
  CHECK(busy("40") < 20);
}

TEST_CASE("workload: phases with the same keys and skew share their weights", "[input]") {
  // With weights of its own for each of them it would take minutes, and gigabytes.
  const auto phases = [](std::size_t count, bool differ) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += (i == 0 ? "" : ", ") + std::string("{ operations: 1, keys: ") +
             std::to_string(100'000 - (differ ? i : 0)) + " }";
    }
    return "{ skew: 99%, phases: [" + all + "] }";
  };
  CHECK(workload_of(phases(1'000, false)).workload.phases.size() == 1'000);
  CHECK(refused_workload("viewstamped", phases(45, true))
            .find("error: phases whose 'keys' or 'skew' differ have more than 4000000 skewed keys "
                  "together\nhint: ") != std::string::npos);
}

TEST_CASE("workload: what cannot be asked for is said at its place", "[input]") {
  const auto refused = [](const std::string& workload) {
    return refused_workload("viewstamped", workload);
  };
  CHECK(refused("{ mix: { read: 1 }, reads: 50% }") ==
        "s.yaml:2:38: error: 'mix' says how often clients read\nhint: leave one of 'mix' and "
        "'reads' out");
  CHECK(
      refused("{ mix: { bogus: 1 }, phases: [ { operations: 2, reads: 50% } ] }").find("'bogus'") !=
      std::string::npos);
  CHECK(refused("{ mix: { read: 1 }, reads: 5%, phases: [ { operations: 2, reads: 50% } ] }") ==
        refused("{ mix: { read: 1 }, reads: 5% }"));
  CHECK(refused("{ operations: 5, phases: [ { operations: 5 } ] }") ==
        "s.yaml:2:25: error: each phase says how many operations it has\nhint: leave 'operations' "
        "out beside 'phases'");
  CHECK(refused("{ phases: [] }") ==
        "s.yaml:2:21: error: there are no phases\nhint: write what clients do in one, or leave it "
        "out");
  CHECK(refused("{ phases: [ { reads: 5% } ] }").find("'operations'") != std::string::npos);
  CHECK(refused("{ per_second: 500, think_time: 1ms }") ==
        "s.yaml:2:25: error: 'per_second' says when operations begin, and so does "
        "'think_time'\nhint: leave one of them out");
  CHECK(refused("{ per_second: 500, in_flight: 4 }") ==
        "s.yaml:2:41: error: clients of model 'viewstamped' have one request on its way\nhint: "
        "write 'in_flight: 1', or let more clients ask");
  CHECK(refused_workload("chain", "{ in_flight: 4 }") ==
        "s.yaml:2:24: error: in a closed loop a client has one operation open\nhint: write "
        "'per_second: 500' or 'open_loop: true'");
  CHECK(refused_workload("chain, options: { client_window: 2 }",
                         "{ in_flight: 4, per_second: 500 }") ==
        "s.yaml:2:24: error: the option 'client_window' says how many, too\nhint: leave one of "
        "them out");
  CHECK(refused_workload("viewstamped, service: transactions", "{ reads: 50% }") ==
        "s.yaml:2:20: error: no operation that is asked for here only reads\nhint: leave 'reads' "
        "out: 'mix' has weights of all kinds");
  CHECK(refused("{ phases: [ { operations: 5, mix: { reed: 1 } } ] }").find("'reed'") !=
        std::string::npos);
  CHECK(refused_workload("viewstamped, service: kv",
                         "{ phases: [ { operations: 5, mix: { cas: 1 } } ] }\n"
                         "checks: [causal]")
            .find("s.yaml:2:45: error: check 'causal' can tell nothing of 'cas'") == 0);
}
