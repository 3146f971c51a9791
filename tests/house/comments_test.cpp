// Comments have a width, and numbered invariants are contracts: each stands on lines of its own,
// where it can be found.
#include <catch2/catch.hpp>
#include <fstream>
#include <regex>
#include <sstream>

#include "sources.hpp"

namespace {

using namespace stampede::house;

/// Lines of numbered lists in comments that a formatter or an author has run together. A list
/// begins with a line `// 1. ` and ends with the comment or with an empty comment line. In it
/// 1. each item begins a line, and is not preceded by another on the same line;
/// 2. lines that continue an item are indented under its text.
std::vector<std::string> joined_items(const std::string& text) {
  static const std::regex comment(R"(^\s*///?(.*)$)");
  static const std::regex first_of_item(R"(^ ([0-9]+)\. .*)");
  std::vector<std::string> wrong;
  std::istringstream lines(text);
  int item = 0;  // the last one seen; 0 = in no list
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, comment) || match[1].length() == 0) {
      item = 0;
      continue;
    }
    const std::string words = match[1];
    const bool begins = std::regex_match(words, match, first_of_item);
    if (begins && match[1] == std::to_string(item + 1)) {
      ++item;
    } else if (item > 0 && words.rfind("   ", 0) != 0) {
      wrong.push_back(line);
    }
    if (item == 0) continue;
    const std::regex next("[.:;,)`] " + std::to_string(item + 1) + R"(\. [A-Z`*(])");
    if (std::regex_search(words, next)) wrong.push_back(line);
  }
  return wrong;
}

constexpr std::size_t columns_max = 100;

/// Comment lines that no formatter breaks.
std::vector<std::string> wide_comments(const std::string& text) {
  static const std::regex comment(R"(^\s*//.*$)");
  std::vector<std::string> wide;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > columns_max && std::regex_match(line, comment)) wide.push_back(line);
  }
  return wide;
}

}  // namespace

TEST_CASE("house: comments are as narrow as code", "[house]") {
  std::vector<std::string> folders = product;
  folders.push_back("tests");
  for (const Source& source : sources(folders)) {
    for (const std::string& line : wide_comments(source.text)) {
      INFO(source.path << ": " << line);
      CHECK(line.empty());
    }
  }
  CHECK(wide_comments("  // " + std::string(columns_max - 4, 'x')).size() == 1);
  CHECK(wide_comments("  // " + std::string(columns_max - 5, 'x')).empty());
}

TEST_CASE("house: numbered items of comments stand on their own lines", "[house]") {
  std::vector<std::string> folders = product;
  folders.push_back("tests");
  for (const Source& source : sources(folders)) {
    for (const std::string& line : joined_items(source.text)) {
      INFO(source.path << ": " << line);
      CHECK(line.empty());
    }
  }
}

TEST_CASE("house: joined and unindented items are seen", "[house]") {
  CHECK(joined_items("// 1. One thing.\n// 2. Another,\n//    and its reason.\n").empty());
  CHECK(joined_items("// 1. One thing.\n//\n// What follows.\n").empty());
  CHECK(joined_items("  /// 1. One thing.\n  /// 2. Another.\n  void f();\n").empty());
  CHECK(joined_items("// Version 2. It has no list.\n").empty());
  CHECK(joined_items("// 1. One thing. 2. Another.\n").size() == 1);
  CHECK(joined_items("// 1. One\n//    thing. 2. Another.\n").size() == 1);
  CHECK(joined_items("// 1. One thing,\n// and its reason.\n").size() == 1);
  CHECK(joined_items("// 1. One thing.\n// 3. A third.\n").size() == 1);
}

TEST_CASE("house: clang-format leaves comments alone", "[house]") {
  std::ifstream stream(root / ".clang-format");
  std::stringstream style;
  style << stream.rdbuf();
  CHECK(style.str().find("ReflowComments: false\n") != std::string::npos);
}
