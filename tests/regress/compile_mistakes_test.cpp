// Repaired: what an author declares wrongly was told in hundreds of lines about the insides of
// comparison, without the name of the message or member, or not at all. Each file in tests/mistakes
// has one mistake, and says what the first ten lines of the compiler's output have to say.
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "tests/docs/document.hpp"

namespace stampede::tests {
namespace {

constexpr std::size_t lines_read = 10;

void check_mistakes(const std::string& compiler) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(docs::root + "tests/mistakes"))
    files.insert(entry.path());
  REQUIRE(files.size() > 15);
  for (const std::filesystem::path& file : files) {
    docs::Lines lines = docs::output_of(
        docs::root, compiler + " -std=c++20 -fsyntax-only -I. -Wall -Wextra " + file.string());
    lines.resize(std::min(lines.size(), lines_read));
    std::string said;
    for (const std::string& line : lines) said += line + "\n";
    const std::string prefix = "// says:";
    std::size_t wanted = 0;
    for (const std::string& line : docs::read_lines(file.string())) {
      if (!line.starts_with(prefix)) continue;
      INFO(compiler << " " << file << "\n" << said);
      ++wanted;
      const std::string words = line.substr(std::min(line.size(), prefix.size() + 1));
      if (words.empty()) {
        CHECK(said.empty());
      } else {
        CHECK_THAT(said, Catch::Matchers::Contains(words));
      }
    }
    CHECK(wanted > 0);
  }
}

bool is_there(const std::string& compiler) {
  return !docs::output_of(docs::root, "command -v " + compiler).empty();
}

}  // namespace

TEST_CASE("regress: g++ names what is declared wrongly, and the cure", "[regress][mistakes]") {
  if (is_there("g++")) check_mistakes("g++");
}

TEST_CASE("regress: clang++ names what is declared wrongly, and the cure", "[regress][mistakes]") {
  if (is_there("clang++")) check_mistakes("clang++");
}

}  // namespace stampede::tests
