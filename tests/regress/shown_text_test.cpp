// Repaired: control characters in names and values went to the terminal, which followed them.
#include "cli/shown_text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"
#include "tests/docs/document.hpp"

namespace stampede::tests {
namespace {

using cli::shown;

/// What the program prints, stderr included.
std::string printed(const std::string& arguments) {
  std::string text;
  for (const std::string& line :
       docs::output_of(docs::root, std::string(STAMPEDE_BINARY) + " " + arguments))
    text += line + "\n";
  return text;
}

std::string kept(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / name;
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

bool has_control_characters(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
  });
}

const std::string escape = "\x1b[31m";
const std::string shown_escape = "\\u001b[31m";

}  // namespace

TEST_CASE("regress: control characters are shown, all else is as it was", "[regress][unit]") {
  CHECK(shown("r0 \xc3\xa9 \xe2\x86\x92 \xf0\x9f\x98\x80\n\tx") ==
        "r0 \xc3\xa9 \xe2\x86\x92 \xf0\x9f\x98\x80\n\tx");
  CHECK(shown("\x1b]0;title\x07") == "\\u001b]0;title\\u0007");
  CHECK(shown("a\rb\x7f") == "a\\u000db\\u007f");
  CHECK(shown(std::string_view("\0", 1)) == "\\u0000");
  // The one-character form of ESC [, and what turns the text around.
  CHECK(shown("\xc2\x9b"
              "31m") == "\\u009b31m");
  CHECK(shown("\xe2\x80\xae"
              "x\xe2\x81\xa9") == "\\u202ex\\u2069");
  CHECK(shown("\xff\xc3(\xe2\x86") == "\\xff\\xc3(\\xe2\\x86");
  CHECK(shown("") == "");
}

TEST_CASE("regress: names of scenarios, flags and histories are shown, not obeyed",
          "[regress][input]") {
  const std::string scenario =
      "cluster: { model: viewstamped }\nworkload: { operations: 3 }\n"
      "faults:\n  - { name: \"\\e[31m\", crash: { nodes: r0, at: 10s } }\n";
  const std::string file = kept("shown_text_test.yaml", scenario);
  const std::string unknown = kept("shown_text_unknown.yaml", "\"\\e[31m\": 1\n");
  const std::string history =
      kept("shown_text_test.edn", "{:process 0, :type :invoke, :f \"" + escape + "\", :value 1}\n");
  for (const std::string& arguments :
       {"run " + unknown, "run " + file + " --set '" + escape + "=1'",
        "run " + file + " --set 'cluster.model=" + escape + "'", "run '" + escape + "'",
        "run " + file + " --" + escape, "'" + escape + "'", "check --model register " + history,
        "sweep " + file + " --seeds '" + escape + "'"}) {
    const std::string text = printed(arguments);
    INFO(text);
    CHECK_THAT(text, Catch::Matchers::Contains("error: "));
    CHECK_THAT(text, Catch::Matchers::Contains("[31m"));
    CHECK_FALSE(has_control_characters(text));
  }
  const std::string ran = printed("sweep " + file + " --seeds 1..2");
  INFO(ran);
  CHECK_FALSE(has_control_characters(ran));
}

TEST_CASE("regress: a character that is written in two pieces is one", "[regress][unit]") {
  // A page of help is longer than a buffer of the stream; umlauts move over all its borders.
  std::string text = "about: \"";
  for (int i = 0; i < 9000; ++i) text += "\xc3\xa9";
  const std::string file =
      kept("shown_text_long.yaml", "cluster: { model: " + text.substr(8) + " }\n");
  const std::string said = printed("run " + file);
  CHECK_THAT(said, Catch::Matchers::Contains(text.substr(8)));
  CHECK(said.find("\\x") == std::string::npos);
}

TEST_CASE("regress: JSON with control characters has the same content", "[regress][unit]") {
  const std::string text = "\x7f \xc2\x9b \xe2\x80\xae \x1b \xc3\xa9 \"";
  const std::string json = "{\"key\":" + engine::to_json(text) + "}";
  CHECK(engine::parse_json(shown(json), "shown").at("key").text == text);
}

}  // namespace stampede::tests
