// Repaired: a third of the messages for wrong input said what is wrong and not what would be right.
// tests/data/hints.txt has one wrong input after the other, and all that is said of it; with
// STAMPEDE_REWRITE=1 in the environment what is said is taken over: review the diff.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "histories/import/import.hpp"
#include "models/service/services.hpp"
#include "scenarios/reading/scenario.hpp"
#include "tests/golden/rewriting.hpp"

namespace stampede::tests {
namespace {

const std::string golden = std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/hints.txt";

struct Wrong {
  std::string kind;
  std::string input;
  std::string said;
};

/// Blocks of `=== KIND`, the input, `---`, what is said, an empty line.
std::vector<Wrong> read_table() {
  std::ifstream file(golden);
  std::vector<Wrong> table;
  std::string line;
  bool in_input = false;
  while (std::getline(file, line)) {
    if (line.starts_with("=== ")) {
      table.push_back({line.substr(4), {}, {}});
      in_input = true;
    } else if (line == "---") {
      in_input = false;
    } else if (!table.empty()) {
      (in_input ? table.back().input : table.back().said) += line + "\n";
    }
  }
  for (Wrong& wrong : table) {
    while (wrong.said.ends_with("\n")) wrong.said.pop_back();
  }
  return table;
}

/// `kind` is `scenario`, `--set` (into a small scenario), or the format of a history, with the
/// model behind it where it is not found out.
void read_wrong(const std::string& kind, const std::string& input) {
  if (kind == "scenario") {
    static_cast<void>(scenarios::ScenarioFile::parse(input, "s.yaml", {}).resolve(0));
  } else if (kind == "--set") {
    static_cast<void>(scenarios::ScenarioFile::parse("cluster: { model: viewstamped }\nfaults:\n  "
                                                     "- crash: { nodes: r0, at: 1s, lasts: 1s }\n",
                                                     "s.yaml", {input.substr(0, input.size() - 1)})
                          .resolve(0));
  } else {
    histories::ImportSettings settings;
    settings.find_service = models::service::find_service;
    settings.service_names = models::service::service_names();
    const std::size_t space = kind.find(' ');
    settings.format = histories::find_format(kind.substr(0, space));
    REQUIRE(settings.format);
    if (space != std::string::npos) settings.model = kind.substr(space + 1);
    histories::import_history(histories::InputText::of(input, "h"), settings);
  }
}

std::string said_of(const Wrong& wrong) {
  try {
    read_wrong(wrong.kind, wrong.input);
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("regress: what is wrong is told with its place and a hint", "[regress][input]") {
  const std::vector<Wrong> table = read_table();
  REQUIRE(table.size() > 100);
  std::string now;
  for (const Wrong& wrong : table) {
    INFO(wrong.kind << ": " << wrong.input);
    const std::string said = said_of(wrong);
    CHECK_THAT(said, Catch::Matchers::Contains(": error: "));
    CHECK_THAT(said, Catch::Matchers::Contains("\nhint: "));
    if (!is_rewriting()) CHECK(said == wrong.said);
    now += "=== " + wrong.kind + "\n" + wrong.input + "---\n" + said + "\n\n";
  }
  if (is_rewriting()) std::ofstream(golden) << now;
}

TEST_CASE("regress: what is not UTF-8 is refused at its place in JSON and EDN",
          "[regress][input]") {
  CHECK(said_of({"ndjson",
                 "{\"h\":1,\"model\":\"kv\"}\n{\"e\":\"mark\",\"text\":\"\xc3\xa9\xff\"}\n",
                 {}}) ==
        "h:2:23: error: a byte that is not UTF-8\nhint: save the file as UTF-8 text");
  CHECK(said_of({"ndjson",
                 "{\"h\":1,\"model\":\"kv\"}\n{\"e\":\"mark\",\"text\":\"\xc3\xa9\"}\n",
                 {}}) == "nothing");
  CHECK_THAT(said_of({"jepsen-edn", "{:process 0, :error \"\xc3\"}\n", {}}),
             Catch::Matchers::StartsWith("h:1:22: error: a byte that is not UTF-8"));
}

TEST_CASE("regress: a refusal without a hint does not come to life", "[regress][input]") {
  static_assert(!std::is_constructible_v<engine::InputError, std::string>);
  static_assert(!std::is_default_constructible_v<engine::Hint>);
  CHECK_THROWS_AS(engine::Hint(""), engine::AssertionFailed);
  CHECK_THROWS_AS(engine::InputError("wrong", ""), engine::AssertionFailed);
  const engine::InputError error({"f", 2, 3}, "wrong", "right");
  CHECK(std::string(error.what()) == "f:2:3: error: wrong\nhint: right");
  CHECK(error.place().column == 3);
  CHECK(error.message() == "wrong");
  CHECK(error.hint().text() == "right");
}

}  // namespace stampede::tests
