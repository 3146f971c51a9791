// Judging while the history happens, against judging it at the end.
#include "checkers/linearizability/incremental.hpp"

#include <catch2/catch.hpp>

#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_linearizability;
using checkers::IncrementalLinearizability;
using checkers::Verdict;
using engine::History;
using engine::HistoryOperation;
using engine::ServiceType;

/// Number of the response at which nothing explains the history any more; UINT64_MAX if there is
/// none.
std::uint64_t first_impossible(const History& history, const ServiceType& type) {
  IncrementalLinearizability online(type);
  for (std::uint64_t event = 0; event < history.event_count(); ++event) {
    for (const HistoryOperation& operation : history.operations()) {
      if (operation.invoked_at == event) online.invoke(operation.id, operation.operation);
      if (operation.responded_at != event) continue;
      if (online.respond(operation.id, operation.result) == Verdict::violated) return event;
    }
  }
  REQUIRE(online.verdict() == Verdict::ok);
  return UINT64_MAX;
}

}  // namespace

TEST_CASE("incremental: violations are found at the event that completes them", "[unit]") {
  for (const std::string& name : models::service::service_names()) {
    const ServiceType& type = *models::service::find_service(name);
    std::uint64_t violated = 0;
    for (std::uint64_t seed = 0; seed < 1'500; ++seed) {
      HistoryShape shape;
      shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
      shape.operations = 10;
      shape.keys = 1;
      shape.values = seed % 2 == 0 ? 0 : 2;
      shape.open_percent = seed % 5 == 0 ? 20 : 0;
      shape.stale_percent = seed % 3 == 0 ? 0 : 20;
      const History history = random_history(type, shape, seed);
      const auto offline = check_linearizability(history, type);
      INFO(name << " seed " << seed);
      const std::uint64_t event = first_impossible(history, type);
      REQUIRE((event != UINT64_MAX) == (offline.verdict == Verdict::violated));
      if (event == UINT64_MAX) continue;
      ++violated;
      REQUIRE(event == offline.impossible_at_event);
    }
    INFO(name << " violated: " << violated);
    CHECK(violated > 100);
  }
}

TEST_CASE("incremental: memory does not grow with the history", "[unit]") {
  ServiceType type = *models::service::find_service("register");
  type.kinds = {"read", "write"};
  HistoryShape shape;
  shape.clients = 4;
  shape.operations = 4'000;
  shape.keys = 1;
  const History history = random_history(type, shape, 1);
  std::vector<std::pair<const HistoryOperation*, bool>> events(history.event_count());
  for (const HistoryOperation& operation : history.operations()) {
    events[operation.invoked_at] = {&operation, false};
    events[operation.responded_at] = {&operation, true};
  }
  IncrementalLinearizability online(type);
  std::size_t most = 0;
  for (const auto& [operation, response] : events) {
    if (response) {
      REQUIRE(online.respond(operation->id, operation->result) == Verdict::ok);
    } else {
      online.invoke(operation->id, operation->operation);
    }
    most = std::max(most, online.configurations());
  }
  CHECK(most < 200);
}

TEST_CASE("incremental: too many configurations are undecided, and other keys go on", "[unit]") {
  const ServiceType& type = *models::service::find_service("kv");
  IncrementalLinearizability online(type, 50);
  HistoryWriter writer(type);
  for (std::uint32_t client = 0; client < 8; ++client) {
    writer.invoke(client, R"({"append":["hard",")" + std::to_string(client) + "\"]}");
  }
  writer.invoke(8, R"({"get":"hard"})");
  writer.invoke(9, R"({"get":"easy"})");
  for (const HistoryOperation& operation : writer.history().operations()) {
    online.invoke(operation.id, operation.operation);
  }
  const auto& operations = writer.history().operations();
  const engine::Result something = type.parse_result(engine::parse_json(R"({"value":"7"})", "r"));
  CHECK(online.respond(operations[8].id, something) == Verdict::undecided);
  CHECK(online.key() == "hard");
  CHECK(online.respond(operations[9].id, something) == Verdict::violated);
  CHECK(online.key() == "easy");
}

}  // namespace stampede::tests
