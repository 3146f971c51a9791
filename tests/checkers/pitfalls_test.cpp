// What recorded histories get wrong, or checkers about them, one test each; those about the search
// itself are in linearizability_test.cpp and wrong_variants_test.cpp.
#include <algorithm>
#include <catch2/catch.hpp>

#include "checkers/brute_force.hpp"
#include "checkers/description.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/witness.hpp"
#include "histories/import/import.hpp"
#include "histories/report/explanation.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::Finding;
using checkers::Verdict;
using histories::ImportedHistory;

ImportedHistory import(const std::string& text) {
  histories::ImportSettings settings;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return histories::import_history(histories::InputText::of(text, "h"), settings);
}

Finding judge(const ImportedHistory& imported) {
  return checkers::check_linearizability(imported.history, *imported.type);
}

/// Lines of a history in our own format, without header.
std::vector<std::string> lines_of(const engine::History& history) {
  std::vector<std::string> lines(history.event_count());
  for (const engine::HistoryOperation& operation : history.operations()) {
    const std::string id =
        std::to_string(operation.id.client.value) + "." + std::to_string(operation.id.number);
    lines[operation.invoked_at] =
        "{\"e\":\"call\",\"p\":" + std::to_string(operation.id.client.value) + ",\"id\":\"" + id +
        "\",\"op\":" + operation.operation.to_json() + "}\n";
    if (operation.is_open()) continue;
    lines[operation.responded_at] =
        "{\"e\":\"ok\",\"id\":\"" + id + "\",\"o\":" + operation.result.to_json() + "}\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("pitfalls: an info is open for ever, not closed when it is told", "[unit]") {
  const std::string begin = R"([0 :invoke :write 1]
[0 :ok :write 1]
[1 :invoke :write 2]
[1 :info :write 2 :timed-out]
[2 :invoke :read nil]
)";
  // Taken as over at its info, the write would have to be seen from there on, or never.
  CHECK(judge(import(begin + "[2 :ok :read 1]\n[3 :invoke :read nil]\n[3 :ok :read 2]")).verdict ==
        Verdict::ok);
  CHECK(judge(import(begin + "[2 :ok :read 2]\n[3 :invoke :read nil]\n[3 :ok :read 1]")).verdict ==
        Verdict::violated);
}

TEST_CASE("pitfalls: a failed write that is seen is told as such", "[unit]") {
  const ImportedHistory imported = import(R"([1 :invoke :read nil]
[101 :invoke :write 3]
[101 :fail :write 3 :unavailable]
[1 :ok :read 3]
)");
  Finding result = judge(imported);
  REQUIRE(result.verdict == Verdict::violated);
  explain(imported, result);
  CHECK(checkers::tell(result.reason, imported.history, imported.clients) ==
        "1's \"read\" -> {\"value\":\"3\"} at [0, 1] saw a value that only a failed operation "
        "wrote: {\"write\":\"3\"} of 101, failed at 1");
}

TEST_CASE("pitfalls: reasons say who wrote what when, and who saw it when", "[unit]") {
  const auto reason = [](const std::string& text) {
    const ImportedHistory imported = import(text);
    Finding result = judge(imported);
    REQUIRE(result.verdict == Verdict::violated);
    explain(imported, result);
    return checkers::tell(result.reason, imported.history, imported.clients);
  };
  CHECK(reason(R"({:process 7, :type :invoke, :f :read, :time 5000000}
{:process 7, :type :ok, :f :read, :value 1, :time 6000000}
{:process 3, :type :invoke, :f :write, :value 1, :time 7000000}
{:process 3, :type :ok, :f :write, :value 1, :time 8000000}
)") == "7's \"read\" -> {\"value\":\"1\"} at [0, 1], 5ms to 6ms saw what 3's {\"write\":\"1\"} -> "
       "{\"ok\":true} at [2, 3], 7ms to 8ms wrote only later");
  CHECK(reason(R"([3 :invoke :write 1]
[3 :ok :write 1]
[4 :invoke :write 2]
[4 :ok :write 2]
[7 :invoke :read nil]
[7 :ok :read 1]
)") == "7's \"read\" -> {\"value\":\"1\"} at [4, 5] saw what 3's {\"write\":\"1\"} -> "
       "{\"ok\":true} at [0, 1] wrote, which no order explains together with 4's "
       "{\"write\":\"2\"} -> {\"ok\":true} at [2, 3]");
}

TEST_CASE("pitfalls: a core fails by itself, and nothing in it can go", "[unit]") {
  std::uint64_t cores = 0;
  for (const char* name : {"kv", "register", "queue", "stack", "list", "set", "mutex"}) {
    const auto& type = *models::service::find_service(name);
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      INFO(name << " seed " << seed);
      HistoryShape shape;
      shape.operations = 8;
      shape.values = seed % 2 == 0 ? 0 : 2;
      shape.stale_percent = 30;
      const engine::History history = random_history(type, shape, seed);
      const auto result = checkers::check_linearizability(history, type);
      if (result.verdict != Verdict::violated) continue;
      ++cores;
      const auto fits = [&](const std::vector<std::size_t>& positions,
                            const std::vector<std::size_t>& open) {
        const engine::History sub = checkers::sub_history(history, positions, open);
        return checkers::is_linearizable_by_brute_force(sub, type);
      };
      REQUIRE(!fits(result.core, result.core_open));
      for (const std::size_t position : result.core) {
        const engine::HistoryOperation& operation = history.operations()[position];
        const auto& open = result.core_open;
        if (std::find(open.begin(), open.end(), position) != open.end()) continue;
        std::vector<std::size_t> more_open = open;
        more_open.push_back(position);
        REQUIRE(fits(result.core, more_open));
        if (!type.is_pure(operation.operation, operation.result)) continue;
        std::vector<std::size_t> fewer = result.core;
        fewer.erase(std::find(fewer.begin(), fewer.end(), position));
        REQUIRE(fits(fewer, open));
      }
    }
  }
  CHECK(cores > 200);
}

TEST_CASE("pitfalls: what is open where a history was cut off is open, not undone", "[unit]") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    HistoryShape shape;
    shape.operations = 12;
    const auto lines = lines_of(random_history(*models::service::find_service("kv"), shape, seed));
    std::string text = "{\"h\":1,\"model\":\"kv\",\"footer\":true}\n";
    for (const std::string& line : lines) {
      text += line;
      const ImportedHistory imported = import(text);
      INFO("seed " << seed << "\n" << text);
      REQUIRE(judge(imported).verdict == Verdict::ok);
      REQUIRE(
          imported.remarks ==
          std::vector<std::string>{"the end of the history is missing: what is open stays open"});
    }
  }
}

TEST_CASE("pitfalls: a value written twice, or as it was at first, is no witness of its writer",
          "[unit]") {
  // The read may see the second 1; by "the latest write of the value", or the first one, it is odd.
  const std::string twice = R"([0 :invoke :write 1]
[0 :ok :write 1]
[0 :invoke :write 2]
[0 :ok :write 2]
[1 :invoke :write 1]
[2 :invoke :read nil]
[2 :ok :read 1]
[2 :invoke :read nil]
[2 :ok :read SEEN]
)";
  const auto seen = [&](const char* value) {
    std::string text = twice;
    return judge(import(text.replace(text.find("SEEN"), 4, value))).verdict;
  };
  CHECK(seen("1") == Verdict::ok);
  CHECK(seen("2") == Verdict::violated);
  histories::ImportSettings settings;
  settings.find_service = &models::service::find_service;
  settings.initial = "1";
  const auto imported = histories::import_history(histories::InputText::of(R"([0 :invoke :read nil]
[0 :ok :read 1]
[1 :invoke :write 2]
[1 :ok :write 2]
[1 :invoke :write 1]
[0 :invoke :read nil]
[0 :ok :read 1]
)",
                                                                           "h"),
                                                  settings);
  CHECK(judge(imported).verdict == Verdict::ok);
}

TEST_CASE("pitfalls: a history is judged in the same steps every time", "[unit]") {
  HistoryShape shape;
  shape.operations = 60;
  shape.clients = 6;
  shape.keys = 5;
  shape.stale_percent = 3;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto& type = *models::service::find_service("kv");
    const auto first = checkers::check_linearizability(random_history(type, shape, seed), type);
    const auto second = checkers::check_linearizability(random_history(type, shape, seed), type);
    CHECK(first.configurations == second.configurations);
    CHECK(first.core == second.core);
    CHECK(first.witness == second.witness);
  }
}

}  // namespace stampede::tests
