// docs/tutorial.md is right: its code is in the files it names, its commands print what it shows,
// its scenarios end as it says, and the change of one line is one line. With STAMPEDE_REWRITE=1 in
// the environment the outputs are written into it anew.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;
using Lines = std::vector<std::string>;

const std::string root = std::string(STAMPEDE_SOURCE_DIR) + "/";
const std::string tutorial = root + "docs/tutorial.md";

Lines read_lines(const std::string& path) {
  std::ifstream file(path);
  INFO(path);
  REQUIRE(file);
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// A fenced block: what follows the backquotes, and where its content begins and ends in the
/// document.
struct Block {
  std::string kind;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Block> blocks_of(const Lines& document) {
  std::vector<Block> blocks;
  bool open = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    if (!document[i].starts_with("```")) continue;
    if (open) {
      blocks.back().end = i;
    } else {
      blocks.push_back({document[i].substr(3), i + 1, i + 1});
    }
    open = !open;
  }
  REQUIRE(!open);
  return blocks;
}

/// What a command of the tutorial prints, stderr included.
Lines output_of(const std::string& program, const std::string& arguments) {
  const std::string command = "cd '" + root + "' && '" + program + "' " + arguments + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  REQUIRE(pipe);
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
    text.append(buffer.data(), got);
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Without what is different on each machine; of sweeps also without the numbers, which any change
/// of a model moves.
std::string comparable(const std::string& line, bool numbers) {
  std::string text = std::regex_replace(line, std::regex("[0-9.]+ s( \\([^)]*\\))?$"), "");
  if (!numbers) text = std::regex_replace(text, std::regex("[0-9][0-9,. ]*"), "N");
  return text;
}

/// Without the progress of long work.
bool is_progress(const std::string& line) { return line.starts_with("sweep: "); }

}  // namespace

TEST_CASE("tutorial: its code is the code of the files it names", "[docs]") {
  const Lines document = read_lines(tutorial);
  std::size_t excerpts = 0;
  for (const Block& block : blocks_of(document)) {
    if (block.kind != "cpp" && block.kind != "yaml") continue;
    const std::string mark = block.kind == "cpp" ? "// file: " : "# file: ";
    INFO("docs/tutorial.md:" << block.begin + 1);
    REQUIRE(document[block.begin].starts_with(mark));
    const Lines file = read_lines(root + document[block.begin].substr(mark.size()));
    const auto first = document.begin() + static_cast<std::ptrdiff_t>(block.begin) + 1;
    const auto last = document.begin() + static_cast<std::ptrdiff_t>(block.end);
    REQUIRE(first != last);
    CHECK(std::search(file.begin(), file.end(), first, last) != file.end());
    ++excerpts;
  }
  CHECK(excerpts >= 10);
}

TEST_CASE("tutorial: its commands print what it shows", "[docs]") {
  const Lines document = read_lines(tutorial);
  const bool rewrite = std::getenv("STAMPEDE_REWRITE") != nullptr;
  Lines rewritten;
  std::size_t copied = 0;
  std::size_t commands = 0;
  for (const Block& block : blocks_of(document)) {
    if (!block.kind.starts_with("console")) continue;
    const std::string program =
        block.kind == "console swapped" ? STAMPEDE_SWAPPED_BINARY : STAMPEDE_BINARY;
    const std::string prompt = "$ ./stampede ";
    for (std::size_t at = block.begin; at < block.end;) {
      const std::string& command = document[at];
      INFO("docs/tutorial.md:" << at + 1 << ": " << command);
      REQUIRE(command.starts_with(prompt));
      std::size_t next = at + 1;
      while (next < block.end && !document[next].starts_with("$ ")) ++next;
      Lines shown = output_of(program, command.substr(prompt.size()));
      std::erase_if(shown, is_progress);
      REQUIRE(!shown.empty());
      REQUIRE((shown.front().starts_with("ok: ") || shown.front().starts_with("violated: ")));
      if (rewrite) {
        rewritten.insert(rewritten.end(), document.begin() + static_cast<std::ptrdiff_t>(copied),
                         document.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        rewritten.insert(rewritten.end(), shown.begin(), shown.end());
        copied = next;
      } else {
        const bool numbers = command.find(" sweep ") == std::string::npos;
        REQUIRE(shown.size() == next - at - 1);
        for (std::size_t i = 0; i < shown.size(); ++i) {
          CHECK(comparable(shown[i], numbers) == comparable(document[at + 1 + i], numbers));
        }
      }
      ++commands;
      at = next;
    }
  }
  CHECK(commands >= 6);
  if (!rewrite) return;
  rewritten.insert(rewritten.end(), document.begin() + static_cast<std::ptrdiff_t>(copied),
                   document.end());
  std::ofstream file(tutorial);
  for (const std::string& line : rewritten) file << line << '\n';
}

TEST_CASE("tutorial: its scenarios end as they expect", "[docs][simulate]") {
  const auto path =
      GENERATE(as<std::string>{}, "ping_pong/ping-pong", "primary_backup/steady-state",
               "primary_backup/primary-crash", "primary_backup/swarm", "primary_backup/split-brain",
               "bugs/ping-pong-forgets-to-check", "bugs/primary-backup-answers-before-backup");
  const auto file =
      scenarios::ScenarioFile::load(root + "scenarios/catalogue/" + path + ".yaml", {});
  const std::uint64_t seeds = file.scripted() ? 1 : 25;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::Scenario scenario = file.resolve(seed);
    const scenarios::RunResult result = scenarios::run(scenario, {});
    INFO(path << ", seed " << seed
              << (result.violations.empty() ? ""
                                            : ": " + result.violations.front().violation.message));
    CHECK(scenarios::as_expected(scenario, result));
  }
}

TEST_CASE("tutorial: the other detector is one line", "[docs]") {
  std::size_t files = 0;
  Lines differences;
  for (const auto& entry : std::filesystem::directory_iterator(root + "models/primary_backup")) {
    if (entry.path().extension() == ".md") continue;
    const Lines original = read_lines(entry.path().string());
    const Lines copy = read_lines(std::string(STAMPEDE_SWAPPED_ROOT) + "/models/primary_backup/" +
                                  entry.path().filename().string());
    REQUIRE(original.size() == copy.size());
    for (std::size_t i = 0; i < original.size(); ++i) {
      if (original[i] != copy[i]) differences.push_back(copy[i]);
    }
    ++files;
  }
  CHECK(files >= 9);
  CHECK(differences == Lines{"using Detector = detector::PingDetector;"});

  // The program has it: this is who talks to r0 there.
  const std::string script =
      "run scenarios/catalogue/bugs/primary-backup-answers-before-backup.yaml";
  const auto mentions = [](const Lines& lines, const std::string& text) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  };
  CHECK(mentions(output_of(STAMPEDE_BINARY, script), "detector.Heartbeat r0->v0"));
  CHECK(mentions(output_of(STAMPEDE_SWAPPED_BINARY, script), "detector.Ping v0->r0"));
  CHECK(!mentions(output_of(STAMPEDE_SWAPPED_BINARY, script), "Heartbeat"));
}
