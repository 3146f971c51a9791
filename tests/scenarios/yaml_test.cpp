// Every way in which a file can be wrong before it is looked at as a scenario, with the text that a
// user reads.
#include "scenarios/documents/yaml.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/core/error.hpp"

using namespace stampede;
using engine::Document;
using scenarios::load_yaml_file;
using scenarios::parse_yaml;

namespace {

struct BrokenFile {
  std::string name;
  std::string complaint;
};

// Files of tests/data/broken, without ".yaml", and what is said after "FILE.yaml:".
const std::vector<BrokenFile> broken_files = {
    {"alias-without-name",
     "1:18: error: aliases ('*name') are not supported"
     "\nhint: write the value out; a text that begins with '*' needs quotes"},
    {"alias",
     "2:12: error: aliases ('*name') are not supported"
     "\nhint: write the value out; a text that begins with '*' needs quotes"},
    {"anchor-on-key",
     "1:1: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"anchor-without-name",
     "1:8: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"anchor",
     "1:10: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"at-sign",
     "1:8: error: a text cannot begin with '@'"
     "\nhint: put it in quotes"},
    {"backtick",
     "1:8: error: a text cannot begin with '`'"
     "\nhint: put it in quotes"},
    {"bad-outdent",
     "3:3: error: this is no key of the mapping that begins at line 1, column 1"
     "\nhint: check the indentation and the quotes"},
    {"billion-laughs",
     "1:4: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"binary-junk",
     "1:1: error: the byte 0x89 is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"carriage-returns",
     "1:8: error: a carriage return in the middle of a line"
     "\nhint: end lines with a line feed"},
    {"colon-in-text",
     "1:13: error: a value (': ') cannot stand here"
     "\nhint: check the indentation; a text that contains ': ' needs quotes"},
    {"depth-block", "33:65: error: nested deeper than 32 levels\nhint: is a bracket not closed?"},
    {"depth-flow", "1:40: error: nested deeper than 32 levels\nhint: is a bracket not closed?"},
    {"depth-unclosed",
     "1:10: error: a key must be a text, not a list or mapping"
     "\nhint: is a ']' or '}' missing?"},
    {"duplicate-key-quoted",
     "1:25: error: the key 'decisions' is given twice"
     "\nhint: the first is at line 1, column 11"},
    {"duplicate-key",
     "3:1: error: the key 'seed' is given twice"
     "\nhint: the first is at line 1, column 1"},
    {"empty", "1:1: error: the file is empty\nhint: begin with a key, for example 'seed: 7'"},
    {"end-of-transmission",
     "2:1: error: the control character 0x04 is not allowed\nhint: in a text in double quotes, "
     "write \"\\x04\""},
    {"escape-sequence",
     "1:8: error: the control character 0x1B is not allowed\nhint: in a text in double quotes, "
     "write \"\\x1B\""},
    {"indented-too-far",
     "2:8: error: a value (': ') cannot stand here"
     "\nhint: check the indentation; a text that contains ': ' needs quotes"},
    {"key-mark-in-value",
     "1:8: error: a key ('? ') cannot stand here"
     "\nhint: write 'key: value'"},
    {"latin-1",
     "1:10: error: the byte 0xFC is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"list-after-mapping",
     "2:1: error: this is no key of the mapping that begins at line 1, column 1"
     "\nhint: check the indentation and the quotes"},
    {"list-as-key",
     "1:1: error: a key must be a text, not a list or mapping\nhint: write 'key: value'"},
    {"list-on-key-line",
     "1:9: error: a list item ('- ') cannot stand here"
     "\nhint: begin the list on a line of its own, or write [a, b]"},
    {"mapping-as-key",
     "1:3: error: a key must be a text, not a list or mapping\nhint: write 'key: value'"},
    {"marker-in-quotes",
     "2:1: error: a document marker inside a quoted text"
     "\nhint: is a quote left open above?"},
    {"merge-key",
     "2:3: error: merge keys ('<<') are not supported"
     "\nhint: write the keys out"},
    {"missing-comma",
     "1:22: error: expected ',' or ']' in the list that begins at line 1, column 9"
     "\nhint: is a ']' or a comma missing?"},
    {"missing-item", "1:20: error: an item is missing before this\nhint: is a comma too many?"},
    {"missing-key",
     "2:3: error: a key is missing or null"
     "\nhint: a key 'null' or '~' needs quotes"},
    {"nul",
     "2:9: error: a NUL byte: this is not a text file"
     "\nhint: save the file as UTF-8 text"},
    {"null-key",
     "1:1: error: a key is missing or null"
     "\nhint: a key 'null' or '~' needs quotes"},
    {"only-comments",
     "1:1: error: the file is empty\nhint: begin with a key, for example 'seed: 7'"},
    {"only-marker", "2:1: error: the file is empty\nhint: begin with a key, for example 'seed: 7'"},
    {"overlong-utf-8",
     "1:8: error: the byte 0xC0 is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"percent",
     "1:7: error: a text cannot begin with '%'"
     "\nhint: put it in quotes"},
    {"root-list",
     "1:1: error: expected a mapping at the top, found a list"
     "\nhint: begin with a key, for example 'seed: 7'"},
    {"root-null", "1:1: error: the file is empty\nhint: begin with a key, for example 'seed: 7'"},
    {"root-quoted",
     "1:1: error: expected a mapping at the top, found a single value"
     "\nhint: begin with a key, for example 'seed: 7'"},
    {"root-scalar",
     "1:1: error: expected a mapping at the top, found a single value"
     "\nhint: begin with a key, for example 'seed: 7'"},
    {"self-reference",
     "1:10: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"stray-bracket",
     "1:9: error: ']' closes nothing that is open here"
     "\nhint: a text that contains brackets needs quotes"},
    {"surrogate-utf-8",
     "1:8: error: the byte 0xED is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"tab-after-spaces",
     "3:2: error: a tab in the indentation"
     "\nhint: indent with spaces"},
    {"tab-indentation",
     "2:1: error: a tab in the indentation"
     "\nhint: indent with spaces"},
    {"tag-on-mapping",
     "1:10: error: tags ('!name') are not supported"
     "\nhint: leave the tag out; a text that begins with '!' needs quotes"},
    {"tag-unfinished",
     "1:12: error: tags ('!name') are not supported"
     "\nhint: leave the tag out; a text that begins with '!' needs quotes"},
    {"tag-unspecific",
     "1:7: error: tags ('!name') are not supported"
     "\nhint: leave the tag out; a text that begins with '!' needs quotes"},
    {"tag",
     "1:7: error: tags ('!name') are not supported"
     "\nhint: leave the tag out; a text that begins with '!' needs quotes"},
    {"text-after-document",
     "1:11: error: a second document begins here"
     "\nhint: one file holds one mapping; is something outdented, or a '---' left over?"},
    {"text-after-quote",
     "1:16: error: this is no key of the mapping that begins at line 1, column 1"
     "\nhint: check the indentation and the quotes"},
    {"truncated-utf-8",
     "1:8: error: the byte 0xE2 is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"two-anchors",
     "1:10: error: anchors ('&name') are not supported"
     "\nhint: write the value out at each place; a text that begins with '&' needs quotes"},
    {"two-documents",
     "2:1: error: a second document begins here"
     "\nhint: one file holds one mapping; is something outdented, or a '---' left over?"},
    {"unclosed-double-quote",
     "1:8: error: the quote that begins here is not closed\nhint: end the text with the same "
     "quote"},
    {"unclosed-inner-list",
     "1:10: error: a key must be a text, not a list or mapping"
     "\nhint: is a ']' or '}' missing?"},
    {"unclosed-list",
     "2:1: error: expected ',' or ']' in the list that begins at line 1, column 9"
     "\nhint: is a ']' or a comma missing?"},
    {"unclosed-mapping",
     "2:5: error: expected ',' or '}' in the mapping that begins at line 1, column 11"
     "\nhint: is a '}' or a comma missing?"},
    {"unclosed-quote-at-end",
     "2:8: error: the quote that begins here is not closed\nhint: end the text with the same "
     "quote"},
    {"unclosed-single-quote",
     "1:8: error: the quote that begins here is not closed\nhint: end the text with the same "
     "quote"},
    {"utf-16-big",
     "1:1: error: the byte 0xFE is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"utf-16-little",
     "1:1: error: the byte 0xFF is not UTF-8"
     "\nhint: save the file as UTF-8 text"},
    {"utf-16-unmarked",
     "1:2: error: a NUL byte: this is not a text file"
     "\nhint: save the file as UTF-8 text"},
    {"wrong-block-head",
     "1:9: error: a wrong head of a block text"
     "\nhint: end the line with '|' or '>' alone"},
    {"wrong-bracket",
     "1:19: error: '}' closes nothing that is open here"
     "\nhint: a text that contains brackets needs quotes"},
    {"wrong-directive",
     "1:1: error: a wrong '%' directive"
     "\nhint: leave the line out"},
    {"wrong-escape",
     "1:11: error: a wrong escape in a quoted text"
     "\nhint: write \\\\ for a backslash, or use single quotes"},
    {"wrong-unicode-escape",
     "1:15: error: a wrong escape in a quoted text"
     "\nhint: write \\\\ for a backslash, or use single quotes"},
};

/// What parse_yaml says to `text` in file f.yaml, or nothing.
std::string complaint_about(const std::string& text) {
  try {
    static_cast<void>(parse_yaml(text, "f.yaml"));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

std::string complaint_about_file(const std::string& path) {
  try {
    static_cast<void>(load_yaml_file(path));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("yaml: each broken file is refused with its place and a hint", "[unit][input]") {
  const std::string folder = std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/broken/";
  for (const BrokenFile& broken : broken_files) {
    CAPTURE(broken.name);
    const std::string path = folder + broken.name + ".yaml";
    CHECK(complaint_about_file(path) == path + ":" + broken.complaint);
  }
}

TEST_CASE("yaml: a file that cannot be read is refused with the reason", "[unit][input]") {
  CHECK(complaint_about_file("no/such/file.yaml") ==
        "no/such/file.yaml: error: cannot read the file: No such file or directory"
        "\nhint: give the path of a scenario: 'list scenarios' shows those that come with the "
        "program");
  CHECK(complaint_about_file("/") ==
        "/: error: cannot read the file: it is a directory"
        "\nhint: give the path of a scenario: 'list scenarios' shows those that come with the "
        "program");
}

TEST_CASE("yaml: a file over 1 MiB is refused without being parsed", "[unit][input]") {
  const std::string complaint =
      "error: the file is larger than 1 MiB\nhint: is it a scenario? split it into several";
  const std::string line = "# " + std::string(61, '.') + "\n";
  const std::string largest =
      "seed: 7\n" + repeated(line, scenarios::yaml_bytes_max / line.size() - 1);
  CHECK(complaint_about(largest).empty());
  CHECK(complaint_about(largest + line) == "f.yaml: " + complaint);

  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("stampede-large-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(path) << repeated(line, 10 * scenarios::yaml_bytes_max / line.size());
  CHECK(complaint_about_file(path) == path.string() + ": " + complaint);
  std::filesystem::remove(path);
}

TEST_CASE("yaml: depth and number of values are limited", "[unit][input]") {
  const auto nested = [](std::size_t lists) {
    return "a: " + repeated("[", lists) + repeated("]", lists) + "\n";
  };
  CHECK(complaint_about(nested(scenarios::yaml_depth_max - 1)).empty());
  CHECK(complaint_about(nested(scenarios::yaml_depth_max)) ==
        "f.yaml:1:35: error: nested deeper than 32 levels\nhint: is a bracket not closed?");

  // The mapping, its key and the list are values too.
  const auto list = [](std::size_t items) { return "a:\n" + repeated("- 1\n", items); };
  CHECK(complaint_about(list(scenarios::yaml_nodes_max - 3)).empty());
  CHECK(complaint_about(list(scenarios::yaml_nodes_max - 2)) ==
        "f.yaml:199999:3: error: more than 200000 values in one file\nhint: split it into several "
        "scenarios");
}

TEST_CASE("yaml: a mapping with many keys is read in a moment", "[unit]") {
  std::string text;
  for (int key = 0; key < 50'000; ++key) text += "k" + std::to_string(key) + ": 1\n";
  CHECK(parse_yaml(text, "f.yaml").entries.size() == 50'000);
}

TEST_CASE("yaml: values keep their kind, text and place", "[unit]") {
  const Document document = parse_yaml(
      "about: The primary crashes.\n"
      "faults:\n"
      "  - crash: { nodes: [r0, 'r1'], at: 5s }\n"
      "  - wait\n"
      "text: |\n"
      "  two\n"
      "  lines\n",
      "f.yaml");
  REQUIRE(document.is_mapping());
  CHECK(document.entries.size() == 3);
  CHECK(document.at("about").text == "The primary crashes.");
  CHECK_FALSE(document.at("about").quoted);
  CHECK(document.at("text").text == "two\nlines\n");
  CHECK(document.at("text").quoted);

  const Document& faults = document.at("faults");
  REQUIRE(faults.is_sequence());
  REQUIRE(faults.items.size() == 2);
  CHECK(faults.items[1].text == "wait");
  const Document& crash = faults.items[0].at("crash");
  CHECK(crash.at("nodes").items[1].text == "r1");
  CHECK(crash.at("nodes").items[1].quoted);
  CHECK(crash.at("at").place().file == "f.yaml");
  CHECK(crash.at("at").line == 3);
  CHECK(crash.at("at").column == 37);
  CHECK(crash.entries[1].line == 3);
  CHECK(crash.entries[1].column == 33);
  CHECK(faults.items[0].to_text() == "{crash: {nodes: [r0, \"r1\"], at: 5s}}");
}

TEST_CASE("yaml: a tree as one line reads back as the same tree", "[scenarios]") {
  const std::string text =
      "{\"a: b\": [-5ms, \"- x\", \"-\", \"\", \" y\"], \"[z]\": \"1\", plain: ~, \"#no\": "
      "\"\\\"q\\\"\"}";
  const auto tree = scenarios::parse_yaml(text, "f");
  const std::string once = tree.to_text();
  INFO(once);
  const auto again = scenarios::parse_yaml(once, "f");
  CHECK(again.to_text() == once);
  REQUIRE(again.entries.size() == 4);
  CHECK(again.entries[0].key == "a: b");
  CHECK(again.entries[0].value.items[0].text == "-5ms");
  CHECK_FALSE(again.entries[0].value.items[0].quoted);
  CHECK(again.entries[0].value.items[1].text == "- x");
  CHECK(again.entries[1].value.quoted);
}

TEST_CASE("yaml: null is what is left out, ~ or null, and never what is quoted", "[unit]") {
  const Document document = parse_yaml(
      "left_out:\n\n# a comment\ntilde: ~\nword: null\nquoted: 'null'\nempty: \"\"\nflow: { a, b: "
      "}\n",
      "f.yaml");
  CHECK(document.at("left_out").kind == Document::Kind::null);
  CHECK(document.at("tilde").kind == Document::Kind::null);
  CHECK(document.at("word").kind == Document::Kind::null);
  CHECK(document.at("quoted").is_scalar());
  CHECK(document.at("empty").is_scalar());
  CHECK(document.at("flow").at("a").kind == Document::Kind::null);
  CHECK(document.at("flow").at("b").kind == Document::Kind::null);
  // A value that is left out stands where its key stands; a written one where it stands.
  CHECK(document.at("left_out").line == 1);
  CHECK(document.at("left_out").column == 1);
  CHECK(document.at("word").column == 7);
}

TEST_CASE("yaml: forms that look suspicious and are right", "[unit]") {
  CHECK(parse_yaml("\xEF\xBB\xBFseed: 7\n", "f.yaml").at("seed").column == 7);
  CHECK(parse_yaml("seed: 7\r\nabout: x\r\n", "f.yaml").at("about").line == 2);
  CHECK(parse_yaml("seed: 7", "f.yaml").at("seed").text == "7");
  CHECK(parse_yaml("%YAML 1.2\n---\nseed: 7\n...\n", "f.yaml").at("seed").text == "7");
  CHECK(parse_yaml("about: \xC3\xA4\xE2\x82\xAC\xF0\x9F\x90\x82\n", "f.yaml").at("about").text ==
        "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x90\x82");
  CHECK(parse_yaml("about: 'it''s \"here\"'\n", "f.yaml").at("about").text == "it's \"here\"");
  CHECK(parse_yaml("about: \"a \\\"b\\\\\"\n", "f.yaml").at("about").text == "a \"b\\");
  CHECK(parse_yaml("'<<': 1\n", "f.yaml").at("<<").text == "1");
  CHECK(parse_yaml("a: 1\n  \nb: 2 \t# c\n", "f.yaml").at("b").text == "2");
  CHECK(parse_yaml("? a\n: 1\n", "f.yaml").at("a").text == "1");
}
