// Repaired: unique ids, which every public collection has, were refused.
#include <catch2/catch.hpp>

#include "checkers/transactions/transactions.hpp"
#include "histories/import/import.hpp"

namespace stampede::tests {
namespace {

std::string id_event(const std::string& process, const std::string& type, const std::string& id) {
  return "{:process " + process + ", :type :" + type + ", :f :generate, :value " + id + "}\n";
}
std::string given_id(const std::string& process, const std::string& id) {
  return id_event(process, "invoke", "nil") + id_event(process, "ok", id);
}

checkers::Finding judge_ids(const std::string& text) {
  const auto imported = histories::import_history(histories::InputText::of(text, "h"), {});
  CHECK(imported.model == "unique-ids");
  return checkers::check_transactions(imported.transactions,
                                      checkers::Isolation::strict_serializable);
}

}  // namespace

TEST_CASE("regress: generated ids are judged as unique", "[regress][unit]") {
  using engine::Verdict;
  const std::string nemesis = "{:process :nemesis, :type :info, :f :start, :value nil}\n";
  CHECK(judge_ids(nemesis + given_id("0", "7") + given_id("1", "8") + given_id("0", "9")).verdict ==
        Verdict::ok);
  CHECK(judge_ids(given_id("0", "\"a\"") + given_id("1", "[1 2]") + given_id("2", "{:n 1}"))
            .verdict == Verdict::ok);
  // Who failed, or was never answered, was given nothing.
  CHECK(judge_ids(given_id("0", "7") + id_event("1", "invoke", "nil") + id_event("1", "fail", "7") +
                  id_event("2", "invoke", "nil") + id_event("2", "info", "nil"))
            .verdict == Verdict::ok);
  for (const std::string& again : {given_id("0", "7"), given_id("1", "7"), given_id("1", ":7")}) {
    const checkers::Finding finding = judge_ids(given_id("0", "7") + given_id("0", "5") + again);
    REQUIRE(finding.verdict == Verdict::violated);
    CHECK(finding.anomalies.front().name == "lost-update");
    CHECK(finding.anomalies.front().transactions == std::vector<std::uint32_t>{0, 2});
    CHECK(finding.anomalies.front().description ==
          "T0 and T2 both read nothing from key 7 and both wrote behind it");
  }
}

TEST_CASE("regress: ids that nobody was given are an error", "[regress][input]") {
  const auto error_of = [](const std::string& text) -> std::string {
    try {
      histories::import_history(histories::InputText::of(text, "h"), {});
    } catch (const engine::InputError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of(given_id("0", "nil")) ==
        "h:2:46: error: expected the value that was generated, found nothing\nhint: an answer that "
        "never came is :info");
  CHECK(error_of(given_id("0", "1") + "{:process 0, :type :invoke, :f :read, :value nil}") ==
        "h:3:32: error: unknown operation 'read'\nhint: unique-ids knows generate; another --model "
        "may fit");
}

}  // namespace stampede::tests
