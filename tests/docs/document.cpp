#include "tests/docs/document.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>

#include "tests/golden/rewriting.hpp"

namespace stampede::docs {
namespace {

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

/// Without what is different on each machine; of sweeps also without the numbers.
std::string comparable(const std::string& line, bool numbers) {
  std::string text =
      std::regex_replace(line, std::regex("[0-9.]+ s(, [0-9,]+ MiB)?( \\([^)]*\\))?$"), "");
  if (!numbers) text = std::regex_replace(text, std::regex("[0-9][0-9,. ]*"), "N");
  return text;
}

/// The progress of long work.
bool is_progress(const std::string& line) { return line.starts_with("sweep: "); }

void check_output(const Lines& shown, const Lines& document, std::size_t first, std::size_t last,
                  bool numbers) {
  REQUIRE(shown.size() == last - first);
  for (std::size_t i = 0; i < shown.size(); ++i)
    CHECK(comparable(shown[i], numbers) == comparable(document[first + i], numbers));
}

}  // namespace

Lines read_lines(const std::string& path) {
  std::ifstream file(path);
  INFO(path);
  REQUIRE(file);
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Lines output_of(const std::string& folder, const std::string& command) {
  const std::string whole = "cd '" + folder + "' && " + command + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(whole.c_str(), "r"), &pclose);
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

std::size_t check_excerpts(const std::string& document) {
  const std::map<std::string, std::string> marks = {
      {"cpp", "// file: "}, {"yaml", "# file: "}, {"cmake", "# file: "}};
  const Lines lines = read_lines(document);
  std::size_t excerpts = 0;
  for (const Block& block : blocks_of(lines)) {
    const auto mark = marks.find(block.kind);
    if (mark == marks.end()) continue;
    INFO(document << ":" << block.begin + 1);
    REQUIRE(lines[block.begin].starts_with(mark->second));
    const Lines file = read_lines(root + lines[block.begin].substr(mark->second.size()));
    const auto first = lines.begin() + static_cast<std::ptrdiff_t>(block.begin) + 1;
    const auto last = lines.begin() + static_cast<std::ptrdiff_t>(block.end);
    REQUIRE(first != last);
    CHECK(std::search(file.begin(), file.end(), first, last) != file.end());
    ++excerpts;
  }
  return excerpts;
}

std::size_t check_commands(const std::string& document, const std::vector<Console>& consoles) {
  const Lines lines = read_lines(document);
  const bool rewrite = is_rewriting();
  Lines rewritten;
  std::size_t copied = 0;
  std::size_t commands = 0;
  const auto copy_to = [&](std::size_t line) {
    rewritten.insert(rewritten.end(), lines.begin() + static_cast<std::ptrdiff_t>(copied),
                     lines.begin() + static_cast<std::ptrdiff_t>(line));
  };
  for (const Block& block : blocks_of(lines)) {
    if (!block.kind.starts_with("console")) continue;
    const auto console = std::find_if(consoles.begin(), consoles.end(),
                                      [&](const Console& one) { return one.kind == block.kind; });
    REQUIRE(console != consoles.end());
    for (std::size_t at = block.begin; at < block.end; ++commands) {
      const std::string& command = lines[at];
      INFO(document << ":" << at + 1 << ": " << command);
      REQUIRE(command.starts_with(console->prompt));
      std::size_t next = at + 1;
      while (next < block.end && !lines[next].starts_with("$ ")) ++next;
      Lines shown = output_of(
          console->folder, "'" + console->program + "' " + command.substr(console->prompt.size()));
      std::erase_if(shown, is_progress);
      REQUIRE(!shown.empty());
      if (rewrite) {
        copy_to(at + 1);
        rewritten.insert(rewritten.end(), shown.begin(), shown.end());
        copied = next;
      } else {
        check_output(shown, lines, at + 1, next, command.find(" sweep ") == std::string::npos);
      }
      at = next;
    }
  }
  if (!rewrite) return commands;
  copy_to(lines.size());
  std::ofstream file(document);
  for (const std::string& line : rewritten) file << line << '\n';
  return commands;
}

}  // namespace stampede::docs
