// Documents are read in terminals and in browsers: lines fit, and what they point at is there.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "sources.hpp"

namespace {

using namespace stampede::house;
namespace fs = std::filesystem;

constexpr std::size_t columns = 120;

struct Line {
  std::string text;
  bool code = false;  // of a block, fenced or indented
};

std::vector<Line> lines_of(const std::string& text) {
  std::vector<Line> list;
  std::istringstream stream(text);
  bool fenced = false;
  bool indented = false;
  for (std::string line; std::getline(stream, line);) {
    const bool fence = line.rfind("```", 0) == 0;
    const bool after_empty = list.empty() || list.back().text.empty();
    // An indented block begins after an empty line; else the line goes on with a list's item.
    indented = line.rfind("    ", 0) == 0 && (indented || after_empty);
    list.push_back({line, fenced || fence || indented});
    if (fence) fenced = !fenced;
    if (line.empty()) indented = after_empty || (list.size() > 1 && list[list.size() - 2].code);
  }
  return list;
}

std::size_t width(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// Lines of prose that are too wide. Code, tables and a link that stands alone cannot be wrapped.
std::vector<std::string> wide_lines(const std::string& text) {
  static const std::regex link_alone(R"(\s*!?\[[^\]]*\]\([^)]*\)[.,;]?)");
  std::vector<std::string> wide;
  for (const Line& line : lines_of(text)) {
    if (width(line.text) <= columns || line.code || line.text.front() == '|') continue;
    if (!std::regex_match(line.text, link_alone)) wide.push_back(line.text);
  }
  return wide;
}

/// What a heading is called in links: in small letters, without punctuation, words joined.
std::string anchor(const std::string& heading) {
  std::string name;
  for (const char c : heading) {
    if (c == ' ' || c == '-') name += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_')
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

std::set<std::string> anchors(const fs::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  static const std::regex heading(R"(#+ (.*))");
  std::set<std::string> names;
  for (const Line& line : lines_of(text.str())) {
    std::smatch match;
    if (!line.code && std::regex_match(line.text, match, heading)) names.insert(anchor(match[1]));
  }
  return names;
}

/// Links of a document in `folder` (relative to the root) that lead nowhere. Only those within the
/// tree are looked at.
std::vector<std::string> dead_links(const fs::path& document, const std::string& text) {
  static const std::regex link(R"(\]\(([^)#\s]*)(?:#([^)\s]*))?\))");
  std::vector<std::string> dead;
  for (const Line& line : lines_of(text)) {
    if (line.code) continue;
    for (std::sregex_iterator at(line.text.begin(), line.text.end(), link), end; at != end; ++at) {
      const std::string target = (*at)[1];
      if (target.find("://") != std::string::npos) continue;
      const fs::path file =
          target.empty() ? root / document : root / document.parent_path() / target;
      const bool there = fs::exists(file);
      if (!there || ((*at)[2].length() > 0 && anchors(file).count((*at)[2]) == 0))
        dead.push_back((*at)[0]);
    }
  }
  return dead;
}

/// Files of the tree that the prose of a document names in `code`, by their path from the root or
/// from the document's folder, and that do not exist. What has a place to be filled in (`NAME`,
/// `*`, `...`) names no file.
std::vector<std::string> missing_files(const fs::path& document, const std::string& text) {
  static const std::regex path(
      R"(`((?:[a-z_0-9]+/)+(?:[a-z_0-9.-]+\.(?:hpp|cpp|md|yaml|json|txt|svg))?)`)");
  std::vector<std::string> missing;
  for (const Line& line : lines_of(text)) {
    if (line.code) continue;
    for (std::sregex_iterator at(line.text.begin(), line.text.end(), path), end; at != end; ++at) {
      const std::string named = (*at)[1];
      if (!fs::exists(root / named) && !fs::exists(root / document.parent_path() / named))
        missing.push_back(named);
    }
  }
  return missing;
}

}  // namespace

TEST_CASE("house: lines of documents fit", "[house]") {
  // Many hands are in these: to be wrapped once they are still. None may join.
  for (const Source& document : documents()) {
    const std::vector<std::string> wide = wide_lines(document.text);
    INFO(document.path << ": " << (wide.empty() ? "" : wide.front()));
    CHECK(wide.empty());
  }
}

TEST_CASE("house: what documents point at exists", "[house]") {
  for (const Source& document : documents()) {
    for (const std::string& link : dead_links(document.path, document.text)) {
      INFO(document.path << " links to " << link);
      CHECK(link.empty());
    }
    for (const std::string& file : missing_files(document.path, document.text)) {
      INFO(document.path << " names " << file);
      CHECK(file.empty());
    }
  }
}

TEST_CASE("house: wide lines of prose are seen", "[house]") {
  const std::string wide(columns + 1, 'x');
  CHECK(wide_lines(wide) == std::vector<std::string>{wide});
  CHECK(wide_lines("- one\n    " + wide + "\n").size() == 1);
  CHECK(wide_lines("    code\n\n    " + wide + "\n\nText.\n" + wide).size() == 1);
  CHECK(wide_lines("```\n" + wide + "\n```\n" + wide).size() == 1);
  CHECK(wide_lines("\n    " + wide + "\n| " + wide + " |\n[" + wide + "](README.md)\n").empty());
  // Columns are characters, not bytes.
  std::string umlauts;
  for (std::size_t i = 0; i < columns; ++i) umlauts += "\xc3\xa4";
  CHECK(wide_lines(umlauts).empty());
}

TEST_CASE("house: links and names that lead nowhere are seen", "[house]") {
  CHECK(dead_links("docs/new.md", "[a](tutorial.md) [b](../README.md#what-holds) [c](https://x)")
            .empty());
  CHECK(dead_links("docs/new.md", "[a](README.md)").size() == 1);
  CHECK(dead_links("docs/new.md", "[a](../README.md#what-does-not-hold)").size() == 1);
  CHECK(dead_links("docs/new.md", "    [a](README.md)").empty());
  CHECK(missing_files("docs/new.md",
                      "`engine/core/` `tests/NAME.cpp` `decisions/001-message-payloads.md`")
            .empty());
  CHECK(missing_files("docs/new.md", "`engine/core/values.hpp`").size() == 1);
  CHECK(missing_files("docs/new.md", "`engine/kernel/`").size() == 1);
}
