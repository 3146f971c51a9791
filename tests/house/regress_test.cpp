// tests/regress/README.md says what went wrong and which test holds it: all of them, and no other.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/house/sources.hpp"

namespace stampede::house {
namespace {

using Names = std::set<std::string>;

/// What comes behind "regress: " in the names of test cases, which may be of several pieces.
Names held_by_tests(const std::string& code) {
  static const std::regex test_case(R"~(TEST_CASE\(\s*"regress: ((?:[^"\\]|\\.|"\s*")*)")~");
  static const std::regex joint(R"~("\s*")~");
  Names names;
  for (std::sregex_iterator at(code.begin(), code.end(), test_case), end; at != end; ++at)
    names.insert(std::regex_replace((*at)[1].str(), joint, ""));
  return names;
}

/// The last column of the table.
Names held_by_table(const std::string& document) {
  static const std::regex row(R"~(\| `([^`]*)` \|\n)~");
  Names names;
  for (std::sregex_iterator at(document.begin(), document.end(), row), end; at != end; ++at)
    names.insert((*at)[1].str());
  return names;
}

}  // namespace

TEST_CASE("house: the table of repaired faults has every regression test", "[house]") {
  Names tests;
  for (const Source& source : sources({"tests"})) {
    if (source.path.find("/regress/") != std::string::npos) tests.merge(held_by_tests(source.text));
  }
  std::ifstream file(root / "tests/regress/README.md");
  const Names table = held_by_table({std::istreambuf_iterator<char>(file), {}});
  CHECK(table.size() > 100);
  for (const std::string& name : tests) {
    INFO("not in the table: " << name);
    CHECK(table.count(name) == 1);
  }
  for (const std::string& name : table) {
    INFO("no such test: " << name);
    CHECK(tests.count(name) == 1);
  }
}

TEST_CASE("house: names of regression tests are read whole", "[house]") {
  CHECK(held_by_tests("TEST_CASE(\"regress: one\", \"[regress]\") {}\n"
                      "TEST_CASE(\"regress: two \"\n    \"pieces\",\n  \"[x]\") {}") ==
        Names{"one", "two pieces"});
  CHECK(held_by_table("| what | `one` |\n| more | `two pieces` |\n| **Part** | |\n") ==
        Names{"one", "two pieces"});
}

}  // namespace stampede::house
