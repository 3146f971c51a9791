// Repaired: nothing violated `monotonic-writes`, and a session that reads what it writes only later
// kept `writes-follow-reads`.
#include <catch2/catch.hpp>

#include "checkers/description.hpp"
#include "histories/check.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

/// What a judge says of accesses, `client r|w value`, one after the other.
std::string judge_accesses(const std::vector<std::string>& accesses, const char* judge) {
  std::string text;
  for (const std::string& access : accesses) {
    const std::string process = "{:process " + access.substr(0, 1) + ", :type ";
    const std::string f = std::string(", :f ") + (access[2] == 'r' ? ":read" : ":write");
    const std::string value = ", :value " + access.substr(4) + "}\n";
    text += process + ":invoke" + f + value + process + ":ok" + f + value;
  }
  histories::ImportSettings settings;
  settings.model = "register";
  settings.find_service = &models::service::find_service;
  auto imported = histories::import_history(histories::InputText::of(text, "h"), settings);
  const auto finding = histories::check(imported, *histories::judge_for(imported, judge), {}, {});
  return std::string(engine::word_of(finding.verdict)) + (finding.reason.empty() ? "" : ": ") +
         checkers::tell(finding.reason, imported.history, imported.clients);
}

}  // namespace

TEST_CASE("regress: monotonic writes can be violated", "[regress][unit]") {
  const std::vector<std::string> turned{"0 w 1", "0 w 2", "1 r 2", "1 r 1"};
  CHECK(judge_accesses(turned, "monotonic-writes").find("violated: no one order of the writes") ==
        0);
  CHECK(judge_accesses({"0 w 1", "0 w 2", "1 r 1", "1 r 2"}, "monotonic-writes") == "ok");
  // Seen by two clients, or written by two.
  CHECK(judge_accesses({"0 w 1", "0 w 2", "1 r 2", "2 r 1"}, "monotonic-writes") == "ok");
  CHECK(judge_accesses({"0 w 1", "3 w 2", "1 r 2", "1 r 1"}, "monotonic-writes") == "ok");
  CHECK(judge_accesses(turned, "read-your-writes") == "ok");
  CHECK(judge_accesses(turned, "writes-follow-reads") == "ok");
}

TEST_CASE("regress: writes do not follow reads of themselves", "[regress][unit]") {
  const std::vector<std::string> ahead{"0 r 1", "0 w 1"};
  CHECK(judge_accesses(ahead, "writes-follow-reads") ==
        "violated: 0's \"read\" -> {\"value\":\"1\"} at [0, 1] saw what its own client wrote only "
        "later: 0's {\"write\":\"1\"} -> {\"ok\":true} at [2, 3]");
  CHECK(judge_accesses(ahead, "session").find("violated: ") == 0);
  CHECK(judge_accesses(ahead, "monotonic-writes") == "ok");
  CHECK(judge_accesses({"0 w 1", "0 r 1"}, "writes-follow-reads") == "ok");
}

}  // namespace stampede::tests
