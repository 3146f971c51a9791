// A wait that is over ends every check soon, wherever it is.
#include <catch2/catch.hpp>

#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/eventual.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/witness.hpp"
#include "histories/import/import.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::Limits;
using checkers::Verdict;
using engine::History;
using engine::ServiceType;

/// Looks at operations since the last question, and the most there ever were.
struct Looks {
  std::uint64_t now = 0;
  std::uint64_t most = 0;
};
Looks looks;
ServiceType watched;

/// The service, counting what it is asked.
ServiceType counting(const ServiceType& type) {
  watched = type;
  ServiceType counted = type;
  counted.apply = [](const engine::Payload& state, const engine::Operation& operation) {
    ++looks.now;
    return watched.apply(state, operation);
  };
  if (type.shape != nullptr) {
    counted.shape = [](const engine::Operation& operation, const engine::Result& result) {
      ++looks.now;
      return watched.shape(operation, result);
    };
  }
  if (type.key != nullptr) {
    counted.key = [](const engine::Operation& operation) {
      ++looks.now;
      return watched.key(operation);
    };
  }
  if (type.is_pure != nullptr) {
    counted.is_pure = [](const engine::Operation& operation, const engine::Result& result) {
      ++looks.now;
      return watched.is_pure(operation, result);
    };
  }
  return counted;
}

struct Ending {
  Verdict verdict = Verdict::undecided;
  std::string limit;
  std::string core_limit;
};
using Check = std::function<Ending(const History&, const ServiceType&, const Limits&)>;

template <class Result>
Ending ending(const Result& result) {
  return {result.verdict, result.limit, result.core_limit};
}

std::vector<std::pair<std::string, Check>> checks() {
  std::vector<std::pair<std::string, Check>> all = {
      {"linearizable",
       [](const History& history, const ServiceType& type, const Limits& limits) {
         return ending(check_linearizability(history, type, limits));
       }},
      {"sequential",
       [](const History& history, const ServiceType& type, const Limits& limits) {
         return ending(check_sequential(history, type, limits));
       }},
      {"k-atomic",
       [](const History& history, const ServiceType& type, const Limits& limits) {
         return ending(check_atomicity(history, type, 3, limits));
       }},
      {"eventual",
       [](const History& history, const ServiceType& type, const Limits& limits) {
         const auto result = check_convergence(history, type, limits);
         return Ending{result.verdict, result.limit, ""};
       }},
  };
  for (const auto& [name, model, about] : checkers::weak_models()) {
    all.emplace_back(name, [model = model](const History& history, const ServiceType& type,
                                           const Limits& limits) {
      return ending(check_weak(history, type, model, limits));
    });
  }
  return all;
}

struct Workload {
  const char* service;
  std::vector<std::string> kinds;
  std::uint32_t values;
};

std::vector<Workload> workloads() {
  return {{"kv", {"read", "write"}, 0},         {"register", {"read", "write", "cas"}, 0},
          {"register", {"read", "write"}, 50},  {"kv", {"read", "write", "append"}, 0},
          {"set", {"read", "add"}, 0},          {"list", {"read", "append"}, 0},
          {"queue", {"enqueue", "dequeue"}, 0}, {"stack", {"push", "pop"}, 0},
          {"counter", {"read", "add"}, 0},      {"lock", {"read", "acquire", "release"}, 0}};
}

History history_of(const ServiceType& type, const Workload& workload, std::uint32_t operations,
                   bool stale) {
  HistoryShape shape;
  shape.clients = 8;
  shape.operations = operations;
  shape.keys = type.key == nullptr ? 1 : 10;
  shape.values = workload.values;
  shape.stale_percent = stale ? 1 : 0;
  return random_history(type, shape, 3);
}

/// Runs a check that is ended at question `last`; how many there were.
std::uint64_t run(const Check& check, const History& history, const ServiceType& type,
                  std::uint64_t last, Ending& result) {
  std::uint64_t asked = 0;
  Limits limits;
  limits.max_configurations = 20'000;
  limits.stop = [&]() -> std::string {
    looks.most = std::max(looks.most, looks.now);
    looks.now = 0;
    return ++asked >= last ? "the wait is over" : "";
  };
  looks = {};
  result = check(history, type, limits);
  looks.most = std::max(looks.most, looks.now);
  return asked;
}

}  // namespace

TEST_CASE("patience: every check asks often, and ends when it is told to", "[unit]") {
  for (const Workload& workload : workloads()) {
    for (const bool stale : {false, true}) {
      ServiceType type = *models::service::find_service(workload.service);
      type.kinds = workload.kinds;
      type = counting(type);
      const History history = history_of(type, workload, 3'000, stale);
      for (const auto& [name, check] : checks()) {
        INFO(workload.service << ", values " << workload.values << ", stale " << stale << ", "
                              << name);
        Ending whole;
        // Long enough for every pass to be under way, and for the beginning of a core.
        constexpr std::uint64_t questions_max = 150;
        const std::uint64_t asked = run(check, history, type, questions_max, whole);
        // Not every model judges every service: what refuses does so at once.
        if (asked == 0) {
          CHECK(whole.verdict == Verdict::undecided);
          continue;
        }
        // A unit is to look at an operation, often at its key and its shape, of each key once more
        // at what it holds at first.
        CHECK(looks.most <= 2 * checkers::Patience::interval + 64);
        for (const std::uint64_t last : {std::uint64_t{1}, asked / 4 + 1, asked / 2 + 1, asked}) {
          Ending cut;
          const std::uint64_t needed = run(check, history, type, last, cut);
          INFO("ended at question " << last << " of " << asked);
          // Each check that is part of another one asks once more, and so do parts.
          CHECK(needed <= last + 8);
          if (cut.verdict == Verdict::violated) {
            CHECK(whole.verdict == Verdict::violated);
            CHECK(cut.core_limit == "the wait is over");
          } else {
            CHECK(cut.verdict == Verdict::undecided);
            CHECK(cut.limit.find("the wait is over") != std::string::npos);
          }
        }
      }
    }
  }
}

TEST_CASE("patience: a core that could not be made smaller fails all the same", "[unit]") {
  for (const Workload& workload : workloads()) {
    ServiceType type = *models::service::find_service(workload.service);
    type.kinds = workload.kinds;
    const History history = history_of(type, workload, 400, true);
    const Check whole = checks().front().second;
    Ending result;
    const std::uint64_t asked = run(whole, history, counting(type), UINT64_MAX, result);
    if (result.verdict != Verdict::violated) continue;
    for (std::uint64_t last = 1; last <= asked; last += 1 + asked / 16) {
      std::uint64_t now = 0;
      Limits limits;
      limits.stop = [&]() -> std::string { return ++now >= last ? "the wait is over" : ""; };
      const auto cut = check_linearizability(history, type, limits);
      if (cut.verdict != Verdict::violated) continue;
      INFO(workload.service << ", question " << last);
      CHECK(!cut.reason.empty());
      const auto again = checkers::check_linearizability(
          checkers::sub_history(history, cut.core, cut.core_open), type);
      CHECK(again.verdict == Verdict::violated);
    }
  }
}

TEST_CASE("patience: configurations and memory of the search for a core count, too", "[unit]") {
  ServiceType type = *models::service::find_service("register");
  type.kinds = {"read", "write", "cas"};
  std::uint64_t limited = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    HistoryShape shape;
    shape.clients = 5;
    shape.operations = 60;
    shape.keys = 1;
    shape.values = 4;
    shape.open_percent = 10;
    shape.stale_percent = 5;
    const History history = random_history(type, shape, seed);
    Limits limits;
    const auto whole = check_linearizability(history, type, limits, checkers::Method::search);
    if (whole.verdict != Verdict::violated) continue;
    limits.max_configurations = whole.configurations / 2;
    const auto cut = check_linearizability(history, type, limits, checkers::Method::search);
    CHECK(cut.configurations <= limits.max_configurations);
    if (cut.verdict != Verdict::violated) continue;
    ++limited;
    CHECK(!cut.core.empty());
  }
  CHECK(limited > 0);
}

TEST_CASE("patience: imports ask, too", "[unit]") {
  std::uint64_t asked = 0;
  const auto stop = [&]() -> std::string { return ++asked >= 3 ? "the wait is over" : ""; };
  std::string text;
  for (int number = 0; number < 5'000; ++number) {
    const std::string value = std::to_string(number);
    text += "{:process 0, :type :invoke, :f :write, :value " + value +
            "}\n{:process 0, :type :ok, :f :write, :value " + value + "}\n";
  }
  histories::ImportSettings settings;
  settings.model = "register";
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  settings.stop = stop;
  std::string reason;
  try {
    histories::import_history(histories::InputText::of(text, "h"), settings);
  } catch (const checkers::Stopped& stopped) {
    reason = stopped.reason();
  }
  CHECK(reason.find("the wait is over, reached when the history was read up to line ") == 0);
  CHECK(asked == 3);
}

}  // namespace stampede::tests
