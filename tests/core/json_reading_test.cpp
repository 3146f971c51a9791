// JSON as it is read: what comes of each kind of value, what is refused, and that size is no
// matter.
#include <catch2/catch.hpp>

#include "engine/core/difference.hpp"
#include "engine/core/error.hpp"

namespace {

using namespace stampede;
using Kind = engine::Document::Kind;

std::string refusal(const std::string& text) {
  try {
    engine::parse_json(text, "f.json");
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

/// As a service writes its state: `{"k0":0,"k1":1,...}`.
std::string many_keys(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += (i == 0 ? "{\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
  return text + "}";
}

}  // namespace

TEST_CASE("json: every kind of value is read as it was written", "[unit]") {
  const engine::Document read = engine::parse_json(
      R"({"a":[1,-2,18446744073709551615,1.5,"7","é\n"],"b":{},"c":null,"d":true})", "f");
  const std::vector<engine::Document>& a = read.at("a").items;
  CHECK(read.to_text() ==
        R"({a: [1, -2, 18446744073709551615, 1.5, "7", "é\n"], b: {}, c: null, d: true})");
  CHECK_FALSE(a.at(0).quoted);
  CHECK(a.at(4).quoted);
  CHECK(read.at("b").is_mapping());
  CHECK(read.at("c").kind == Kind::null);
  CHECK(engine::parse_json("3", "f").text == "3");
}

TEST_CASE("json: what is wrong is refused where it stands", "[unit][input]") {
  CHECK(refusal("{\"a\":1,\n\"b\" 2}").find("f.json:2:5: error: not valid JSON") == 0);
  CHECK(refusal("[1] 2").find("not valid JSON") != std::string::npos);
  CHECK(refusal("").find("not valid JSON") != std::string::npos);
  CHECK(refusal("\"\xff\"").find("not valid JSON") != std::string::npos);
  CHECK(refusal("[1e999]").find("not valid JSON") != std::string::npos);
  CHECK(refusal(R"([{"a":1,"b":2,"a":3}])").find("duplicate key \"a\" in JSON") !=
        std::string::npos);
  CHECK(refusal(std::string(100, '[') + std::string(100, ']')).empty());
  CHECK(refusal(std::string(101, '[')).find("nested too deeply") != std::string::npos);
  CHECK(refusal(std::string(1'000'000, '[')).find("nested too deeply") != std::string::npos);
}

TEST_CASE("json: states with very many keys are read and compared", "[unit]") {
  constexpr std::size_t count = 200'000;
  const engine::Document before = engine::parse_json(many_keys(count), "before");
  const engine::Document after = engine::parse_json(many_keys(count + 1), "after");
  CHECK(before.entries.size() == count);
  CHECK(engine::difference_text(engine::difference(before, after)) == "+k200000");
}
