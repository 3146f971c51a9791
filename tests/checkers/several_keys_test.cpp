// Services whose operations have several keys: what belongs together, and who judges it.
#include <catch2/catch.hpp>

#include "checkers/brute_force.hpp"
#include "checkers/judges.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/partition.hpp"
#include "checkers/witness.hpp"
#include "engine/core/document.hpp"
#include "models/service/services.hpp"
#include "models/service/table.hpp"
#include "models/service/transactions.hpp"
#include "scenarios/running/run.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_linearizability;
using checkers::Finding;
using checkers::Verdict;
using engine::History;
using engine::ServiceType;

const ServiceType& service(const char* name) { return *models::service::find_service(name); }

HistoryShape small_shape(std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 3;
  shape.operations = 5 + static_cast<std::uint32_t>(seed % 3);
  shape.keys = 2;
  shape.values = 0;
  shape.open_percent = seed / 4 % 3 == 0 ? 20 : 0;
  shape.stale_percent = seed % 2 == 0 ? 25 : 0;
  shape.lost_percent = seed / 2 % 2 == 0 ? 15 : 0;
  return shape;
}

engine::Result result_of(const ServiceType& type, const std::string& json) {
  return type.parse_result(engine::parse_json(json, "result"));
}

/// A store that does the second half of a transaction only before the next operation.
struct HalfStore {
  using Operation = models::service::TransactionsOperation;
  using Result = models::service::TransactionsResult;
  models::service::Transactions store{};
  Operation rest{};

  Result apply(const Operation& operation) {
    const std::size_t half = (operation.steps.size() + 1) / 2;
    const auto middle = operation.steps.begin() + static_cast<std::ptrdiff_t>(half);
    Result result = store.apply({{operation.steps.begin(), middle}});
    store.apply(rest);
    rest.steps.assign(middle, operation.steps.end());
    models::service::Transactions then = store;
    for (auto& one : then.apply(rest).results) result.results.push_back(one);
    return result;
  }
  static Operation parse(const engine::Document& document) {
    return models::service::Transactions::parse(document);
  }
  static std::vector<std::string> kinds() { return models::service::Transactions::kinds(); }
  static std::optional<std::vector<std::string_view>> keys(const Operation& operation) {
    return models::service::Transactions::keys(operation);
  }
  static Operation generate(std::string_view kind, const engine::OperationTemplate& request) {
    return models::service::Transactions::generate(kind, request);
  }
};
STAMPEDE_VALUE(HalfStore, store, rest);

/// A table whose searches miss the last row that fits.
struct HastyTable {
  using Operation = models::service::TableOperation;
  using Result = models::service::TableResult;
  models::service::Table table{};

  Result apply(const Operation& operation) {
    Result result = table.apply(operation);
    auto* matches = std::get_if<models::service::table::Matches>(&result.outcome);
    if (matches != nullptr && matches->keys.size() > 1) matches->keys.pop_back();
    return result;
  }
  static Operation parse(const engine::Document& document) {
    return models::service::Table::parse(document);
  }
  static std::vector<std::string> kinds() { return models::service::Table::kinds(); }
  static Operation generate(std::string_view kind, const engine::OperationTemplate& request) {
    return models::service::Table::generate(kind, request);
  }
};
STAMPEDE_VALUE(HastyTable, table);

/// Histories of `type` among `count` that the right service does not explain.
std::uint64_t refused(const ServiceType& type, const ServiceType& right, std::uint64_t count) {
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    HistoryShape shape;
    shape.clients = 3;
    shape.operations = 40;
    shape.keys = 3;
    shape.values = 0;
    const History history = random_history(type, shape, seed);
    violated += check_linearizability(history, right).verdict == Verdict::violated ? 1 : 0;
  }
  return violated;
}

}  // namespace

TEST_CASE("several keys: operations that share keys, directly or not, are one part", "[unit]") {
  const ServiceType& type = service("transactions");
  HistoryWriter writer(type);
  for (const char* steps :
       {R"([{"write":["a","1"]}])", R"([{"write":["b","1"]},{"write":["c","1"]}])",
        R"([{"write":["d","1"]}])", R"([{"read":"c"},{"read":"a"}])", R"([{"read":"e"}])"}) {
    writer.invoke(0, std::string(R"({"transaction":)") + steps + "}");
  }
  const auto parts = checkers::partition(writer.history(), type);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].key == "a, b, c");
  CHECK(parts[0].operations.size() == 3);
  CHECK(parts[1].key == "d");
  CHECK(parts[2].key == "e");
  // A search depends on every row.
  HistoryWriter table(service("table"));
  table.invoke(0, R"({"delete":"a"})");
  table.invoke(0, R"({"delete":"b"})");
  CHECK(checkers::partition(table.history(), service("table")).size() == 2);
  table.invoke(0, R"({"search":["color","red"]})");
  CHECK(checkers::partition(table.history(), service("table")).size() == 1);
}

TEST_CASE("several keys: a violation names the keys that are in it", "[unit]") {
  const ServiceType& type = service("transactions");
  HistoryWriter writer(type);
  writer.complete(0, R"({"transaction":[{"write":["a","1"]},{"append":["b","1"]}]})",
                  result_of(type, R"({"results":[{"ok":true},{"ok":true}]})"));
  writer.complete(0, R"({"transaction":[{"read":"z"}]})",
                  result_of(type, R"({"results":[{"value":null}]})"));
  writer.complete(1, R"({"transaction":[{"read":"a"},{"list":"b"}]})",
                  result_of(type, R"({"results":[{"value":"1"},{"values":[]}]})"));
  const Finding finding = check_linearizability(writer.history(), type);
  CHECK(finding.verdict == Verdict::violated);
  CHECK(finding.key == "a, b");
  CHECK(finding.core == std::vector<std::size_t>{0, 2});
}

TEST_CASE("several keys: linearizability is what its definition says", "[unit]") {
  for (const char* name : {"transactions", "table"}) {
    std::uint64_t held = 0;
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
      INFO(name << " seed " << seed);
      const History history = random_history(service(name), small_shape(seed), seed);
      const Finding finding = check_linearizability(history, service(name));
      const bool right = checkers::is_linearizable_by_brute_force(history, service(name));
      REQUIRE(finding.verdict == (right ? Verdict::ok : Verdict::violated));
      if (right) REQUIRE(checkers::refute_witness(history, service(name), finding.witness).empty());
      held += right ? 1 : 0;
    }
    CHECK(held > 200);
    CHECK(held < 1'900);
  }
}

TEST_CASE("several keys: strictly serializable is linearizable, whoever is asked", "[unit]") {
  const ServiceType& type = service("transactions");
  const checkers::HistoryJudge& strict = *checkers::find_history_judge("strict-serializable");
  std::uint64_t held = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    INFO("seed " << seed);
    const History history = random_history(type, small_shape(seed), seed);
    const Verdict linearizable = check_linearizability(history, type).verdict;
    const Finding finding = strict.judge({history, &type}, {}, {});
    REQUIRE(finding.verdict == linearizable);
    if (linearizable == Verdict::ok) ++held;
    if (linearizable == Verdict::violated) {
      REQUIRE(!finding.reason.empty());
      REQUIRE((!finding.core.empty() || finding.anomalies.front().transactions.empty()));
    }
  }
  CHECK(held > 300);
  CHECK(held < 2'900);
}

TEST_CASE("several keys: a transaction done in halves and a search that misses a row are found",
          "[unit]") {
  CHECK(refused(engine::service_type<HalfStore>(), service("transactions"), 100) > 50);
  CHECK(refused(engine::service_type<HastyTable>(), service("table"), 100) > 10);
  CHECK(refused(service("transactions"), service("transactions"), 100) == 0);
  CHECK(refused(service("table"), service("table"), 100) == 0);
}

TEST_CASE("several keys: viewstamped replication runs them unchanged, whatever fails",
          "[simulate][viewstamped]") {
  const std::string swarm =
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/swarm.yaml";
  const auto run = [&](const char* name, const std::string& more_checks) {
    const auto file = scenarios::ScenarioFile::load(
        swarm, {std::string("cluster.service=") + name,
                "checks=[linearizability, durability, agreement, at-most-once" + more_checks + "]",
                "workload={operations: 60}"});
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
      INFO(name << " seed " << seed);
      const scenarios::RunResult result = scenarios::run(file.resolve(seed), {});
      REQUIRE(result.verdict == scenarios::Verdict::ok);
    }
  };
  run("table", "");
  run("transactions", ", strict-serializable");
}

}  // namespace stampede::tests
