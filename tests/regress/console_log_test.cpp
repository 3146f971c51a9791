// Repaired: consoles tell the history of a failed test again, which was read as if it went on; logs
// of several tests were judged as one history; lines of other loggers and in JSON were not read.
#include <catch2/catch.hpp>

#include "histories/import/import.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

/// One line per operation and remark, or the error.
std::string read_log(const std::string& text) {
  histories::ImportSettings settings;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  try {
    const auto history = histories::import_history(histories::InputText::of(text, "h"), settings);
    std::string lines;
    for (const engine::HistoryOperation& operation : history.history.operations()) {
      lines += history.clients[operation.id.client.value] + " " + operation.operation.to_json() +
               (operation.is_open() ? " open" : " " + operation.result.to_json()) + "\n";
    }
    for (const std::string& remark : history.remarks) {
      if (remark.find("judged as ") != 0) lines += remark + "\n";
    }
    return lines;
  } catch (const engine::InputError& error) {
    return error.what();
  }
}

const std::string write_and_read =
    "0 {\"write\":\"1\"} {\"ok\":true}\n0 \"read\" {\"value\":\"1\"}\n";
const std::string told_again = "what the log tells again of the history is left out\n";

std::string log_behind(const std::string& before) {
  std::string text;
  for (const char* event : {"0\t:invoke\t:write\t1", "0\t:ok\t:write\t1", "0\t:invoke\t:read\tnil",
                            "0\t:ok\t:read\t1"}) {
    text += before + event + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("regress: a console log that tells its history again is read once", "[regress][unit]") {
  const std::string log = log_behind("INFO  jepsen.util - ");
  CHECK(read_log(log) == write_and_read);
  CHECK(read_log("lein test app.test\nINFO  jepsen.core - Worker 0 starting\n" + log +
                 "INFO  jepsen.core - Run complete, writing\nINFO  jepsen.core - Analysis "
                 "complete\nNot linearizable. Linearizable prefix was:\n" +
                 log_behind("") + "\nFollowed by inconsistent operation:\n0\t:ok\t:read\t7\n") ==
        write_and_read + told_again);
  // The report alone: behind the history stand the orders that were tried.
  CHECK(read_log("Not linearizable. Linearizable prefix was:\n0\t:invoke\t:write\t1\n"
                 "0\t:ok\t:write\t1\n0\t:invoke\t:read\tnil\n\nFollowed by inconsistent "
                 "operation:\n0\t:ok\t:read\t7\n\nWorld with fixed history:\n"
                 "0\t:invoke\t:write\t1\nwith pending operations:\n0\t:invoke\t:read\t7\n") ==
        "0 {\"write\":\"1\"} {\"ok\":true}\n0 \"read\" {\"value\":\"7\"}\n" + told_again);
}

TEST_CASE("regress: operations are found whatever stands in front", "[regress][unit]") {
  for (const char* before :
       {"", "INFO  jepsen.util - ",
        "2022-07-28 07:53:02,859{GMT}\tINFO\t[jepsen worker 2] "
        "jepsen.util: ",
        "2022-07-28 07:53:02,859{GMT}\tINFO\t[jepsen worker 2] jepsen.util: [ 1350 ] ",
        "INFO [2019-04-01 11:25:24,038] jepsen worker 0 - jepsen.util ",
        "2021-01-01 INFO [worker 0] fork.of.jepsen: "}) {
    INFO(before);
    CHECK(read_log(log_behind(before)) == write_and_read);
  }
  std::string records =
      "{\"message\":\"Worker 0 starting\",\"logger_name\":\"jepsen.core\","
      "\"level\":\"INFO\"}\n";
  for (const char* event : {R"(0\t:invoke\t:write\t1)", R"(0\t:ok\t:write\t1)",
                            R"(0\t:invoke\t:read\tnil)", R"(0\t:ok\t:read\t1)"}) {
    records += std::string("{\"message\":\"") + event +
               "\",\"logger_name\":\"jepsen.util\",\"level\":\"INFO\"}\n";
  }
  CHECK(read_log(records) == write_and_read);
  CHECK(read_log(records + "{\"mess") ==
        "h:6:1: error: a line that is no record in JSON, as those before it\nhint: is the log cut "
        "off here?");
}

TEST_CASE("regress: a log of several tests is refused", "[regress][input]") {
  const std::string log = log_behind("INFO  jepsen.util - ");
  for (const char* between : {"\nlein test app.other-test\n",
                              "INFO  jepsen.core - Analysis "
                              "complete\n",
                              "INFO jepsen test runner - jepsen.core Relative time begins now\n",
                              "INFO  jepsen.core - Run complete, writing\n"}) {
    INFO(between);
    CHECK(read_log(log + between + log)
              .find("error: another test begins here: these are two histories in one log\nhint: "
                    "cut the "
                    "log into one file for each test") != std::string::npos);
    CHECK(read_log(between + log + between) == write_and_read);
  }
  CHECK(read_log("INFO  jepsen.core - Worker 0 starting\n") ==
        "h:2:1: error: no line of this log tells of an operation\nhint: expected lines such as: "
        "INFO  jepsen.util - 3 :invoke :read nil");
}

}  // namespace stampede::tests
