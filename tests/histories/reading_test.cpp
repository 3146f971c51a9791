// Values read one after the other with the same reader: what an earlier one left does not show.
#include <algorithm>
#include <catch2/catch.hpp>

#include "histories/import/recent_payloads.hpp"
#include "histories/import/value_reader.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
namespace {

using engine::Document;
using histories::Content;
using histories::InputText;
using histories::Notation;
using histories::ValueReader;

Document read_alone(const std::string& text, Notation notation) {
  InputText input = InputText::of(text, "h");
  ValueReader reader(input, notation);
  return reader.read();
}

/// Some value in JSON, which is EDN as well.
std::string random_value(std::uint64_t& draw, int depth) {
  const auto drawn = [&](std::uint64_t count) {
    draw = engine::mix(draw, 1);
    return draw % count;
  };
  switch (drawn(depth == 0 ? 4 : 6)) {
    case 0:
      return "null";
    case 1:
      return std::to_string(drawn(1'000));
    case 2:
      return "\"" + std::string(drawn(40), 'x') + "\\n\\u00e9\xc3\xa9\"";
    case 3:
      return "true";
    case 4: {
      std::string list;
      for (std::uint64_t items = drawn(5); items > 0; --items) {
        list += (list.empty() ? "" : ", ") + random_value(draw, depth - 1);
      }
      return "[" + list + "]";
    }
    default: {
      std::string mapping;
      for (std::uint64_t keys = drawn(5); keys > 0; --keys) {
        mapping +=
            std::string(mapping.empty() ? "" : ", ") + "\"" + std::to_string(keys) + "\" " + ": ";
        mapping += random_value(draw, depth - 1);
      }
      return "{" + mapping + "}";
    }
  }
}

std::string bytes_of(std::size_t size) {
  std::string text;
  for (std::size_t at = 0; at < size; ++at) text += static_cast<char>('a' + at % 26);
  return text;
}

}  // namespace

TEST_CASE("reading: a value is the same behind any other", "[histories]") {
  std::uint64_t draw = 7;
  std::vector<std::string> texts;
  std::string all;
  for (int value = 0; value < 2'000; ++value) {
    texts.push_back(random_value(draw, 3));
    all += texts.back() + "\n";
  }
  InputText input = InputText::of(all, "h");
  ValueReader reader(input, Notation::json);
  std::uint32_t line = 0;
  for (const std::string& text : texts) {
    reader.skip_blanks();
    const Document& read = reader.read();
    const Document alone = read_alone(text, Notation::json);
    INFO(text);
    REQUIRE(read == alone);
    CHECK(read.line == ++line);
    CHECK(read.column == 1);
    for (std::size_t entry = 0; entry < read.entries.size(); ++entry) {
      CHECK(read.entries[entry].column == alone.entries[entry].column);
      CHECK(read.entries[entry].value.line == line);
      CHECK(*read.entries[entry].value.file == "h");
    }
  }
}

TEST_CASE("reading: a value may be taken away before the next one is read", "[histories]") {
  InputText input = InputText::of("{:a [1 2] :b x} {:a [3] :b y}", "h");
  ValueReader reader(input, Notation::edn);
  Document first = std::move(reader.read().entries[0].value);
  reader.skip_blanks();
  const Document& second = reader.read();
  CHECK(first.to_text() == "[1, 2]");
  CHECK(second.to_text() == read_alone("{:a [3] :b y}", Notation::edn).to_text());
  CHECK(second.entries[0].value.column == 21);
}

TEST_CASE("reading: texts of any length are read whole", "[histories]") {
  const std::vector<std::size_t> sizes{0,     1,     4'094, 4'095,  4'096,
                                       4'097, 8'191, 8'192, 70'000, 200'000};
  for (const std::size_t size : sizes) {
    for (const std::string& middle : {std::string(), std::string("\xc3\xa9")}) {
      const std::string text = bytes_of(size) + middle + bytes_of(size);
      CHECK(read_alone("\"" + text + "\"", Notation::json).text == text);
      CHECK(read_alone("\"" + text + "\"", Notation::edn).text == text);
    }
    if (size > 0) CHECK(read_alone(bytes_of(size) + " ", Notation::edn).text == bytes_of(size));
  }
}

TEST_CASE("reading: texts count whatever their characters take", "[histories]") {
  constexpr std::size_t size = 60'000;
  constexpr std::uint64_t limit = 100'000;
  const std::string accented = "\xc3\xa9";
  const std::string elephant = "\xf0\x9f\x90\x98";
  struct Text {
    std::string begins, one, ends;
    std::size_t bytes_of_one;
    Notation notation;
  };
  const std::vector<Text> texts{
      {"\"", accented, "\"", 2, Notation::json},  {"\"", elephant, "\"", 4, Notation::json},
      {"\"", "\\u00e9", "\"", 2, Notation::json}, {"\"", "\\ud83d\\udc18", "\"", 4, Notation::edn},
      {"", accented, " ", 2, Notation::edn},      {"\\", "a", " ", 1, Notation::edn}};
  for (const Text& text : texts) {
    INFO(text.begins << text.one);
    std::string written = text.begins;
    for (std::size_t bytes = 0; bytes < size; bytes += text.bytes_of_one) written += text.one;
    written += text.ends;
    CHECK(read_alone(written, text.notation).text.size() == size);
    InputText input = InputText::of(written, "h");
    input.limit_memory(limit);
    ValueReader reader(input, text.notation);
    CHECK_THROWS_AS(reader.read(), checkers::Stopped);
  }
}

TEST_CASE("reading: a value ends within 64 MiB, also in a text of long characters", "[histories]") {
  std::string text = "[\"" + std::string((std::size_t{64} << 20) - 5'000, 'x') + "\", \"";
  for (int elephant = 0; elephant < 5'000; ++elephant) text += "\xf0\x9f\x90\x98";
  InputText input = InputText::of(text + "\"]", "h");
  ValueReader reader(input, Notation::json);
  CHECK_THROWS_WITH(reader.read(), Catch::Contains("a single value is longer than 64 MiB"));
}

TEST_CASE("reading: of what earlier values held little is kept", "[histories]") {
  constexpr std::uint64_t limit = 16'000'000;
  constexpr int fields = 40;
  std::string records = "{\"items\": [";
  for (int item = 0; item < 10'000; ++item) records += item == 0 ? "1" : ",1";
  records += "]} {\"items\": []}";
  // Each has a long text somewhere else.
  for (int record = 0; record < fields; ++record) {
    records += "\n{";
    for (int field = 0; field < fields; ++field) {
      records += (field == 0 ? "\"" : ", \"") + std::to_string(field) + "\": \"";
      records += (field == record ? std::string(100'000, 'x') : "") + "\"";
    }
    records += "}";
  }
  InputText input = InputText::of(records, "h");
  input.limit_memory(limit);
  ValueReader reader(input, Notation::json);
  CHECK(reader.read().entries[0].value.items.size() == 10'000);
  CHECK(reader.read().entries[0].value.items.capacity() == 0);
  const auto kept = [](const Document& record) {
    std::size_t bytes = 0;
    for (const Document::Entry& entry : record.entries) bytes += entry.value.text.capacity();
    return bytes;
  };
  std::size_t most = 0;
  for (int record = 0; record < fields; ++record) most = std::max(most, kept(reader.read()));
  CHECK(most >= 100'000);
  CHECK(most < 1'000'000);
  CHECK(input.memory_left() > limit - 1'000'000);
}

TEST_CASE("reading: small values find the room of those before them", "[histories]") {
  InputText input = InputText::of("[\"" + bytes_of(200) + "\"] [\"\"]", "h");
  ValueReader reader(input, Notation::json);
  const std::size_t room = reader.read().items[0].text.capacity();
  CHECK(room >= 200);
  CHECK(reader.read().items[0].text.capacity() == room);
}

TEST_CASE("reading: different contents are told apart, equal ones are not", "[histories]") {
  const std::vector<std::string> texts{"null",      "\"\"",          "\"null\"",
                                       "1",         "\"1\"",         "[]",
                                       "{}",        "[null]",        "[[]]",
                                       "[\"ab\"]",  "[\"a\",\"b\"]", "[[\"a\"],\"b\"]",
                                       "[[],[]]",   "[[[]]]",        "{\"\":1}",
                                       "{\"\":{}}", "{\"a\":[]}",    "{\"a\":1,\"b\":2}",
                                       "[\"a\",1]", "[\"a\",\"1\"]", "{\"a\":{\"b\":2}}"};
  for (const std::string& left : texts) {
    for (const std::string& right : texts) {
      INFO(left << " and " << right);
      const bool same = Content().add(read_alone(left, Notation::json)) ==
                        Content().add(read_alone(right, Notation::json));
      CHECK(same == (left == right));
      // Whatever stands behind them, too.
      const Document nothing;
      const bool followed = Content().add(read_alone(left, Notation::json)).add(nothing) ==
                            Content().add(read_alone(right, Notation::json)).add(nothing);
      CHECK(followed == (left == right));
    }
  }
  CHECK(Content().add(bytes_of(60)).fits());
  CHECK_FALSE(Content().add(bytes_of(64)).fits());
  CHECK_FALSE(Content().add(bytes_of(60)).add(bytes_of(10)).fits());
}

TEST_CASE("reading: what was made of a content is used again, and of no other", "[histories]") {
  const engine::ServiceType& type = *models::service::find_service("register");
  histories::RecentPayloads recent;
  int made = 0;
  const auto write_of = [&](const std::string& value) {
    const Document written = read_alone("{\"write\":\"" + value + "\"}", Notation::json);
    return recent.of(Content().add(written), [&] {
      ++made;
      return type.parse(written);
    });
  };
  for (int round = 0; round < 2; ++round) {
    for (int value = 0; value < 5'000; ++value) {
      const std::string text = std::to_string(value);
      REQUIRE(write_of(text).to_json() == "{\"write\":\"" + text + "\"}");
      const int before = made;
      REQUIRE(write_of(text).to_json() == "{\"write\":\"" + text + "\"}");
      REQUIRE(made == before);
    }
  }
  const int in_rounds = made;
  CHECK(in_rounds > 5'000);
  const std::string longer = bytes_of(100);
  CHECK(write_of(longer) == write_of(longer));
  CHECK(made == in_rounds + 2);
}

}  // namespace stampede::tests
