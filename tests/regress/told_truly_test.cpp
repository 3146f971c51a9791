// Repaired: "nobody had written" was said of values that appends and sums had left.
#include <catch2/catch.hpp>

#include "checkers/description.hpp"
#include "histories/check.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

std::string told_of(const std::string& text) {
  histories::ImportSettings settings;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  auto imported = histories::import_history(histories::InputText::of(text, "h"), settings);
  const auto finding = histories::check(imported, *histories::judge_for(imported, ""), {}, {});
  return checkers::tell(finding.reason, imported.history, imported.clients);
}

}  // namespace

TEST_CASE("regress: nobody had written is said where nobody had", "[regress][unit]") {
  const std::string nobody = "saw a value that nobody had written";
  const std::string header = "{\"h\":1,\"model\":\"kv\"}\n";
  std::string lines = header;
  int id = 0;
  for (const char* operation :
       {R"({"put":["x","a"]})", R"({"append":["x","b"]})", R"({"put":["x","c"]})"}) {
    const std::string number = std::to_string(++id);
    lines += "{\"e\":\"call\",\"id\":" + number + ",\"p\":0,\"op\":" + operation +
             "}\n{\"e\":\"ok\",\"id\":" + number + ",\"p\":0,\"o\":{\"ok\":true}}\n";
  }
  const std::string read =
      "{\"e\":\"call\",\"id\":9,\"p\":1,\"op\":{\"get\":\"x\"}}\n"
      "{\"e\":\"ok\",\"id\":9,\"p\":1,\"o\":{\"value\":\"ab\"}}\n";
  CHECK(told_of(lines + read).find("which no order explains together with") != std::string::npos);
  CHECK(told_of(lines + read).find(nobody) == std::string::npos);
  CHECK(told_of(header + read).find(nobody) != std::string::npos);
  const std::string sums =
      "{:process 0, :type :invoke, :f :add, :value 2}\n{:process 0, :type :ok, :f :add, :value 2}\n"
      "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read, :value 3}\n";
  CHECK(told_of(sums).find("which no order explains") != std::string::npos);
  CHECK(told_of(sums).find(nobody) == std::string::npos);
}

}  // namespace stampede::tests
