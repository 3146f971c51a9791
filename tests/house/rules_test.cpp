// The rules that a model's README lists and the golden tests are one to one.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/house/sources.hpp"

namespace {

namespace fs = std::filesystem;
using stampede::house::root;

std::vector<std::string> lines_in(const fs::path& path) {
  std::ifstream stream(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// `| a | b | c |` as {a, b, c}.
std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> list;
  for (std::size_t begin = 2; begin < row.size();) {
    const std::size_t end = row.find(" |", begin);
    if (end == std::string::npos) break;
    list.push_back(row.substr(begin, end - begin));
    begin = end + 3;
  }
  return list;
}

/// Script and `about` of each rule in the README of a model.
std::map<std::string, std::string> listed_rules(const std::string& model) {
  std::map<std::string, std::string> rules;
  bool inside = false;
  for (const std::string& line : lines_in(root / "models" / model / "README.md")) {
    if (line.rfind("## ", 0) == 0) inside = line == "## Rules and their tests";
    if (!inside || line.rfind("| ", 0) != 0 || line.rfind("| ---", 0) == 0) continue;
    const std::vector<std::string> row = cells(line);
    if (row.size() != 3 || row[2] == "script") continue;
    INFO(line);
    CHECK(rules.emplace(row[2], model + " " + row[0] + ": " + row[1]).second);
  }
  return rules;
}

std::string about(const fs::path& script) {
  for (const std::string& line : lines_in(script)) {
    if (line.rfind("about: \"", 0) == 0) return line.substr(8, line.size() - 9);
  }
  return "";
}

}  // namespace

TEST_CASE("house: every rule in a README has its golden test, and every golden test its rule",
          "[house]") {
  for (const auto& folder : fs::directory_iterator(root / "tests" / "golden")) {
    if (!folder.is_directory()) continue;
    const std::string model = folder.path().filename().string();
    std::map<std::string, std::string> tested;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().extension() != ".yaml") continue;
      tested[entry.path().stem().string()] = about(entry.path());
      INFO(entry.path().string());
      CHECK(fs::exists(fs::path(entry.path()).replace_extension(".txt")));
    }
    INFO(model);
    CHECK(listed_rules(model) == tested);
  }
}
