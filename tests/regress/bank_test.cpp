// Repaired: banks, which every public collection has, were refused.
#include <catch2/catch.hpp>

#include "checkers/description.hpp"
#include "histories/check.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

struct JudgedBank {
  histories::ImportedHistory history;
  checkers::Finding finding;
};

JudgedBank judge_bank(const std::string& text, const std::string& initial = "",
                      const std::string& model = "") {
  histories::ImportSettings settings;
  settings.model = model;
  if (!initial.empty()) settings.initial = initial;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  JudgedBank result{histories::import_history(histories::InputText::of(text, "h"), settings), {}};
  result.finding =
      histories::check(result.history, *histories::judge_for(result.history, ""), {}, {});
  return result;
}

std::string bank_event(const std::string& process, const std::string& type,
                       const std::string& rest) {
  return "{:process " + process + ", :type :" + type + ", " + rest + "}\n";
}
std::string bank_read(const std::string& process, const std::string& accounts) {
  return bank_event(process, "invoke", ":f :read, :value nil") +
         bank_event(process, "ok", ":f :read, :value " + accounts);
}
std::string bank_transfer(const std::string& process, const std::string& type) {
  const std::string what = ":f :transfer, :value {:from 0, :to 1, :amount 5}";
  return bank_event(process, "invoke", what) + bank_event(process, type, what);
}

}  // namespace

TEST_CASE("regress: the totals of a bank are judged", "[regress][unit]") {
  using engine::Verdict;
  const std::string transfers =
      bank_transfer("0", "ok") + bank_transfer("0", "fail") + bank_transfer("0", "info");
  const JudgedBank fine =
      judge_bank(transfers + bank_read("1", "{0 5, 1 15}") + bank_read("2", "{0 10, 1 10}"));
  CHECK(fine.history.model == "bank");
  CHECK(fine.finding.verdict == Verdict::ok);
  CHECK(fine.history.remarks ==
        std::vector<std::string>{
            "judged as bank, by its operations; --model says otherwise",
            "the totals of reads are judged: that transfers are done, and when, is not",
            "the total of the accounts is 20, as the first read has it; --initial says otherwise"});

  const JudgedBank lost =
      judge_bank(transfers + bank_read("1", "{0 10, 1 10}") + bank_read("1", "{0 5, 1 10}"));
  REQUIRE(lost.finding.verdict == Verdict::violated);
  CHECK(lost.finding.core == std::vector<std::size_t>{1});
  CHECK(
      checkers::tell(lost.finding.reason, lost.history.history, lost.history.clients) ==
      "1's \"read\" -> {\"value\":\"15\"} at [2, 3] does not see the total of all accounts, which "
      "is 20");
  CHECK(judge_bank(transfers + bank_read("1", "{0 5, 1 10}"), "20").finding.verdict ==
        Verdict::violated);
  CHECK(judge_bank(transfers + bank_read("1", "[5 10 5]"), "20").finding.verdict == Verdict::ok);
  // Reads alone tell no bank by themselves.
  CHECK(judge_bank(bank_read("1", "{0 5}") + bank_read("1", "{0 6}"), "", "bank").finding.verdict ==
        Verdict::violated);
  CHECK(judge_bank(transfers).finding.verdict == Verdict::vacuous);
  const JudgedBank overdrawn = judge_bank(transfers + bank_read("1", "{0 -5, 1 25}"));
  CHECK(overdrawn.finding.verdict == Verdict::ok);
  CHECK(overdrawn.history.remarks.back() ==
        "accounts are overdrawn: whether they may be is not judged");
}

TEST_CASE("regress: accounts of a bank that are no numbers are errors", "[regress][input]") {
  const auto error_of = [](const std::string& accounts) -> std::string {
    try {
      judge_bank(bank_transfer("0", "ok") + bank_read("1", accounts));
    } catch (const engine::InputError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of("{0 nil}") ==
        "h:4:45: error: an account without a balance\nhint: write a whole number for each account");
  CHECK(error_of("{0 a}").find("h:4:45: error: 'a' is not an integer") == 0);
  CHECK(error_of("{0 9999999999999}").find("h:4:45: error: ") == 0);
  CHECK(error_of("7").find("h:4:42: error: expected the balances of all accounts") == 0);
}

}  // namespace stampede::tests
