// Repaired: a script that a search found said texts with control characters as they are, and was
// refused when it was read; and a refusal of a text with a NUL ended there, without its hint.
#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "scenarios/documents/yaml.hpp"

namespace stampede::tests {

TEST_CASE("regress: a text with any character is written so that it is read back",
          "[regress][unit]") {
  for (int character = 0; character < 0x80; ++character) {
    for (const bool quoted : {false, true}) {
      engine::Document text =
          engine::text_document("a" + std::string(1, static_cast<char>(character)) + "b");
      text.quoted = quoted;
      const engine::Document item = engine::mapping_document({{text.text, text}});
      INFO(character);
      const engine::Document read =
          scenarios::parse_yaml("k: " + item.to_text() + "\n", "f").at("k");
      REQUIRE(read.entries.size() == 1);
      CHECK(read.entries.front().key == text.text);
      CHECK(read.entries.front().value.text == text.text);
    }
  }
}

TEST_CASE("regress: a refusal of a text with a NUL goes on behind it", "[regress][unit]") {
  const engine::InputError refused({"f", 1, 2}, "what is '" + std::string("1\0 2", 4) + "'?",
                                   "say");
  CHECK(std::string(refused.what()) == "f:1:2: error: what is '1\\u0000 2'?\nhint: say");
}

}  // namespace stampede::tests
