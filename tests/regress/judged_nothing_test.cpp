// Repaired: histories in which nothing was completed were `ok`, or refused where only a nemesis
// acts. They are alike, `vacuous`, whatever the format.
#include <catch2/catch.hpp>

#include "histories/check.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

checkers::Finding judge_text(const std::string& text, const std::string& model = "",
                             std::string_view consistency = "") {
  histories::ImportSettings settings;
  settings.model = model;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  auto imported = histories::import_history(histories::InputText::of(text, "h"), settings);
  const checkers::HistoryJudge* judge = histories::judge_for(imported, consistency);
  REQUIRE(judge != nullptr);
  return histories::check(imported, *judge, {}, {});
}

}  // namespace

TEST_CASE("regress: a history in which nothing was completed is vacuous", "[regress][unit]") {
  const std::string texts[] = {
      // Unknown outcomes, failures, or no operation at all.
      "{:process 0, :type :invoke, :f :write, :value 1}\n"
      "{:process 0, :type :info, :f :write, :value 1}\n",
      "{:process 0, :type :invoke, :f :write, :value 1}\n"
      "{:process 0, :type :fail, :f :write, :value 1}\n",
      "{:process :nemesis, :type :info, :f :start, :value nil}\n",
      "[]",
      "{:process 0, :type :invoke, :f :txn, :value [[:append 1 1]]}\n"
      "{:process 0, :type :fail, :f :txn, :value [[:append 1 1]]}\n",
      "{:process 0, :type :invoke, :f :txn, :value [[:append 1 1]]}\n"
      "{:process 0, :type :info, :f :txn, :value [[:append 1 1]]}\n",
      R"([{"process":"nemesis","type":"info","f":"start"}])",
      "INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n",
      "INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:fail\t:read\tnil\n",
      "{\"h\":1,\"model\":\"kv\"}\n",
      "{\"e\":\"mark\",\"text\":\"a fault\"}\n",
      "{\"h\":1,\"model\":\"kv\"}\n"
      "{\"e\":\"call\",\"id\":1,\"p\":0,\"op\":{\"put\":[\"x\",\"1\"]}}\n"
      "{\"e\":\"fail\",\"id\":1,\"p\":0}\n",
      R"([{"client":0,"input":{"op":"put","key":"x","value":"1"},"call":10}])",
  };
  for (const std::string& text : texts) {
    INFO(text);
    const checkers::Finding finding = judge_text(text);
    CHECK(finding.verdict == engine::Verdict::vacuous);
    CHECK(!finding.limit.empty());
  }
  CHECK(judge_text("[]", "register", "sequential").verdict == engine::Verdict::vacuous);
  CHECK(judge_text("[]", "", "serializable").verdict == engine::Verdict::vacuous);
}

TEST_CASE("regress: one operation with a result is enough to judge", "[regress][unit]") {
  CHECK(judge_text("{:process 0, :type :invoke, :f :write, :value 1}\n"
                   "{:process 0, :type :ok, :f :write, :value 1}\n")
            .verdict == engine::Verdict::ok);
  // A compare-and-set that found another value is one.
  CHECK(judge_text("INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\n"
                   "INFO  jepsen.util - 0\t:fail\t:cas\t[1 2]\n")
            .verdict == engine::Verdict::ok);
}

TEST_CASE("regress: the words of verdicts are found again", "[regress][unit]") {
  for (const char* word : {"ok", "violated", "undecided", "vacuous"}) {
    const auto verdict = engine::find_verdict(word);
    REQUIRE(verdict);
    CHECK(std::string(engine::word_of(*verdict)) == word);
  }
}

}  // namespace stampede::tests
