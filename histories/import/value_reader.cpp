#include "histories/import/value_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "engine/core/utf8.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

constexpr std::uint32_t depth_max = 64;
constexpr std::size_t keys_max = 10'000;
constexpr std::uint64_t length_max = std::uint64_t{64} << 20;
constexpr std::size_t text_step = 4'096;
/// What records made of the document may hold, all together, before it is given back.
constexpr std::uint64_t kept_max = std::uint64_t{1} << 20;

/// What a character is, as reading asks of each of them.
struct CharacterKinds {
  std::array<bool, 256> blank{};
  std::array<bool, 256> ends_word{};
  /// ASCII that stands in a text for itself and ends no line.
  std::array<bool, 256> plain{};
  /// What may be passed over before a value, in EDN.
  std::array<bool, 256> skipped{};
};

constexpr CharacterKinds kinds = [] {
  CharacterKinds all;
  const auto set = [](std::array<bool, 256>& kind, std::string_view characters) {
    for (const char character : characters) kind[static_cast<unsigned char>(character)] = true;
  };
  set(all.blank, " \t\n\r");
  set(all.ends_word, " \t\n\r()[]{}\",;:");
  set(all.skipped, " \t\n\r,;#");
  for (std::size_t character = 0; character < 0x80; ++character) {
    all.plain[character] = character != '"' && character != '\\' && character != '\n';
  }
  return all;
}();

bool is_blank(int character) {
  return character != InputText::end && kinds.blank[static_cast<std::size_t>(character)];
}

bool ends_word(int character) {
  return character == InputText::end || kinds.ends_word[static_cast<std::size_t>(character)];
}

bool is_plain(char character) { return kinds.plain[static_cast<unsigned char>(character)]; }

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// A number as JSON writes it: -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?
bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > first;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t first = at;
  if (!digits() || (zero && at > first + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | (code >> 6));
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | (code >> 18));
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

bool any_has_key(const std::vector<Document::Entry>& entries, std::size_t count,
                 const std::string& key) {
  for (std::size_t entry = 0; entry < count; ++entry) {
    // Few begin alike.
    if (*entries[entry].key.c_str() == *key.c_str() && entries[entry].key == key) return true;
  }
  return false;
}

/// Sets are equal whatever the order in which they are written.
void sort_members(Document& set) {
  std::sort(set.items.begin(), set.items.end(), [](const Document& left, const Document& right) {
    if (left.is_scalar() && right.is_scalar()) return left.text < right.text;
    return value_text(left) < value_text(right);
  });
}

/// The same of mappings, wherever they stand in a value.
void sort_keys(Document& value) {
  for (Document& item : value.items) sort_keys(item);
  for (Document::Entry& entry : value.entries) sort_keys(entry.value);
  std::sort(value.entries.begin(), value.entries.end(),
            [](const auto& left, const auto& right) { return left.key < right.key; });
}

}  // namespace

std::int64_t integer_of(const Document& value, std::int64_t low, std::int64_t high) {
  const std::string& text = value.text;
  const char* const end = text.data() + text.size();
  std::int64_t number = 0;
  const bool begins_well = value.is_scalar() && !value.quoted && !text.empty() &&
                           ((text[0] >= '1' && text[0] <= '9') || text == "0");
  if (begins_well) {
    const auto [read_to, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && read_to == end && number >= low && number <= high) return number;
  }
  return engine::read_integer(value, low, high);
}

std::string value_text(const Document& value) {
  if (value.is_scalar()) return value.text;
  Document sorted = value;
  sort_keys(sorted);
  return sorted.to_text();
}

void ValueReader::skip_blanks() {
  const std::string_view rest = input_.at_hand();
  if (!rest.empty() && !kinds.skipped[static_cast<unsigned char>(rest[0])]) return;
  while (true) {
    const int character = input_.peek();
    if (is_blank(character) || (notation_ == Notation::edn && character == ',')) {
      input_.take();
    } else if (notation_ == Notation::edn && character == ';') {
      while (input_.peek() != '\n' && input_.peek() != InputText::end) input_.take();
    } else if (notation_ == Notation::edn && character == '#' && input_.look_ahead(2) == "#_") {
      input_.take();
      input_.take();
      if (++skip_depth_ > depth_max)
        input_.fail("values are nested too deeply", "is a bracket not closed?");
      Document discarded;
      read_nested(discarded, skip_depth_);
      --skip_depth_;
    } else {
      return;
    }
  }
}

Document& ValueReader::read() {
  skip_depth_ = 0;
  started_at_ = input_.passed();
  give_back();
  read_nested(value_, 0);
  return value_;
}

/// What the last value held counts no longer, and what is kept of all before is not much.
void ValueReader::give_back() {
  input_.release(held_bytes_);
  kept_bytes_ += std::exchange(held_bytes_, 0);
  if (kept_bytes_ <= kept_max) return;
  kept_bytes_ = 0;
  value_ = Document();
}

/// The value at hand; it is given back when the next one is read.
void ValueReader::hold(std::uint64_t bytes) {
  input_.hold(bytes);
  held_bytes_ += bytes;
}

void ValueReader::check_length() const {
  if (input_.passed() - started_at_ > length_max) {
    input_.fail("a single value is longer than 64 MiB", "is a bracket or a quote not closed?");
  }
}

void ValueReader::read_nested(Document& document, std::uint32_t depth) {
  if (depth > depth_max) {
    input_.fail("values are nested more than " + std::to_string(depth_max) + " deep",
                "is a bracket not closed?");
  }
  skip_blanks();
  check_length();
  // While lists grow they are there twice.
  hold(3 * sizeof(Document));
  if (document.file != input_.name()) document.file = input_.name();
  document.line = input_.line();
  document.column = input_.column();
  document.kind = Document::Kind::null;
  document.text.clear();
  looked_at_ = 0;
  document.quoted = false;
  const int first = input_.peek();
  if (first == InputText::end)
    input_.fail("expected a value, but the file ends here", "is the file cut off?");
  if (first != '[') document.items.clear();
  if (first == '{') return read_mapping(document, depth);
  document.entries.clear();
  if (first == '"') return read_text(document);
  if (first == '[' || (first == '(' && notation_ == Notation::edn)) {
    input_.take();
    return read_sequence(document, first == '[' ? ']' : ')', depth);
  }
  if (notation_ == Notation::edn && read_marked(document, first, depth)) return;
  read_word(document);
  if (notation_ == Notation::json) {
    interpret_json(document);
  } else {
    interpret_edn(document);
  }
}

bool ValueReader::read_marked(Document& document, int first, std::uint32_t depth) {
  if (first != '#' && first != '^' && first != '\\') return false;
  input_.take();
  if (first == '#') {
    read_tagged(document, depth);
  } else if (first == '\\') {
    read_named_character(document);
  } else {
    Document metadata;
    read_nested(metadata, depth + 1);
    read_nested(document, depth + 1);
  }
  return true;
}

void ValueReader::read_tagged(Document& document, std::uint32_t depth) {
  if (input_.peek() == '{') {
    input_.take();
    read_sequence(document, '}', depth);
    sort_members(document);
  } else if (input_.peek() == '"') {
    read_text(document);
  } else if (input_.peek() == '#') {
    read_word(document);
    document.text.insert(0, "#");  // ##Inf, ##NaN
  } else {
    Document tag;
    read_word(tag);  // #jepsen.history.Op{...}: the tag tells nothing that the value does not
    read_nested(document, depth + 1);
  }
}

void ValueReader::read_named_character(Document& document) {
  document.kind = Document::Kind::scalar;
  document.quoted = true;
  if (input_.peek() != InputText::end) document.text += static_cast<char>(input_.take());
  while (!ends_word(input_.peek())) {
    look_at_length(document.text);
    document.text += static_cast<char>(input_.take());
  }
  if (document.text == "newline") document.text = "\n";
  if (document.text == "space") document.text = " ";
  if (document.text == "tab") document.text = "\t";
  if (document.text == "return") document.text = "\r";
}

void ValueReader::read_sequence(Document& document, char close, std::uint32_t depth) {
  document.kind = Document::Kind::sequence;
  std::size_t count = 0;
  while (true) {
    skip_blanks();
    if (input_.peek() == close) break;
    if (notation_ == Notation::json && count > 0) {
      if (input_.peek() != ',')
        input_.fail("expected ',' or ']' in a list", "is a comma or a quote missing?");
      input_.take();
    }
    if (input_.peek() == InputText::end) {
      document.fail("this list is not closed before the file ends", "is the file cut off?");
    }
    if (count == document.items.size()) document.items.emplace_back();
    read_nested(document.items[count++], depth + 1);
    input_.count_items(1);
  }
  document.items.resize(count);
  input_.take();
}

void ValueReader::read_mapping(Document& document, std::uint32_t depth) {
  document.kind = Document::Kind::mapping;
  input_.take();
  Document key;
  std::size_t count = 0;
  while (true) {
    skip_blanks();
    if (input_.peek() == '}') break;
    if (input_.peek() == InputText::end) {
      document.fail("this mapping is not closed before the file ends", "is the file cut off?");
    }
    if (notation_ == Notation::json && count > 0) {
      if (input_.peek() != ',')
        input_.fail("expected ',' or '}' in a mapping", "is a comma or a quote missing?");
      input_.take();
      skip_blanks();
    }
    if (notation_ == Notation::json && input_.peek() != '"') {
      input_.fail("expected a key in double quotes", "write {\"key\": value}");
    }
    if (count == keys_max)
      input_.fail("a mapping with more than 10,000 keys", "is this a history?");
    read_key(key, depth + 1);
    if (any_has_key(document.entries, count, key.text))
      key.fail("key '" + key.text + "' occurs twice", "write each key of a mapping once");
    expect_value(key);
    if (count == document.entries.size()) document.entries.emplace_back();
    Document::Entry& entry = document.entries[count++];
    std::swap(entry.key, key.text);
    entry.line = key.line;
    entry.column = key.column;
    read_nested(entry.value, depth + 1);
  }
  document.entries.resize(count);
  input_.take();
}

/// A key that is no scalar is its text.
void ValueReader::read_key(Document& key, std::uint32_t depth) {
  read_nested(key, depth);
  if (!key.is_scalar()) key.text = value_text(key);
}

/// What stands between a key and its value.
void ValueReader::expect_value(const Document& key) {
  skip_blanks();
  if (notation_ == Notation::json) {
    if (input_.peek() != ':') input_.fail("expected ':' after a key", "write {\"key\": value}");
    input_.take();
  } else if (input_.peek() == '}') {
    key.fail("key '" + key.text + "' has no value", "write {:key value}");
  }
}

/// As many characters as stand at hand and belong to the text, up to where it is looked at next.
template <class Belongs>
void ValueReader::take_run(std::string& text, const Belongs& belongs) {
  const std::string_view rest = input_.at_hand();
  const std::size_t most = std::min(rest.size(), looked_at_ + text_step - text.size());
  std::size_t count = 0;
  while (count < most && belongs(rest[count])) ++count;
  text.append(rest.data(), count);
  input_.pass(count);
}

/// Asked before each character or run, so that no text grows by much more than a step unseen.
void ValueReader::look_at_length(const std::string& text) {
  if (text.size() < looked_at_ + text_step) return;
  looked_at_ = text.size();
  check_length();
  hold(3 * text_step);
}

void ValueReader::read_text(Document& document) {
  document.kind = Document::Kind::scalar;
  document.quoted = true;
  // Most are short, and at hand to their end.
  const std::string_view rest = input_.at_hand().substr(0, text_step);
  std::size_t end = 1;
  while (end < rest.size() && is_plain(rest[end])) ++end;
  if (end < rest.size() && rest[end] == '"') {
    document.text.assign(rest.data() + 1, end - 1);
    return input_.pass(end + 1);
  }
  input_.take();
  while (true) {
    const int character = input_.peek();
    if (character == InputText::end)
      document.fail("this text is not closed before the file ends", "is a double quote missing?");
    if (character == '\n' && notation_ == Notation::json) {
      input_.fail("a text ends with its line", "is a double quote missing, or \\n meant?");
    }
    look_at_length(document.text);
    if (is_plain(static_cast<char>(character))) {
      take_run(document.text, is_plain);
    } else if (character >= 0x80) {
      read_character(document.text);
    } else {
      input_.take();
      if (character == '"') return;
      if (character == '\\') {
        read_escape(document.text);
      } else {
        document.text += static_cast<char>(character);
      }
    }
  }
}

void ValueReader::read_character(std::string& text) {
  const std::string next = input_.look_ahead(4);
  const std::size_t length = engine::utf8_length(next);
  if (length == 0) input_.fail("a byte that is not UTF-8", "save the file as UTF-8 text");
  for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(input_.take());
}

std::uint32_t ValueReader::read_hexadecimal() {
  std::uint32_t code = 0;
  for (int digit = 0; digit < 4; ++digit) {
    const int character = input_.peek();
    if (character == InputText::end || std::isxdigit(character) == 0) {
      input_.fail("expected four hexadecimal digits after \\u", "write for example \\u00e9");
    }
    input_.take();
    const int value =
        is_digit(static_cast<char>(character)) ? character - '0' : (character | 0x20) - 'a' + 10;
    code = 16 * code + static_cast<std::uint32_t>(value);
  }
  return code;
}

void ValueReader::read_escape(std::string& text) {
  const int character = input_.peek();
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view values = "\"\\/\b\f\n\r\t";
  if (character == 'u') {
    input_.take();
    std::uint32_t code = read_hexadecimal();
    const bool high = code >= 0xd800 && code < 0xdc00;
    if (high && input_.look_ahead(2) == "\\u") {
      input_.take();
      input_.take();
      const std::uint32_t low = read_hexadecimal();
      if (low < 0xdc00 || low > 0xdfff)
        input_.fail("half of a surrogate pair is missing",
                    "write both halves, or the character itself");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xd800 && code <= 0xdfff) {
      input_.fail("half of a surrogate pair is missing",
                  "write both halves, or the character itself");
    }
    append_utf8(text, code);
    return;
  }
  const std::size_t found = character == InputText::end ? std::string_view::npos
                                                        : names.find(static_cast<char>(character));
  if (found == std::string_view::npos)
    input_.fail("unknown escape in a text", "known: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  input_.take();
  text += values[found];
}

void ValueReader::read_word(Document& document) {
  document.kind = Document::Kind::scalar;
  // A colon begins a keyword and may stand inside one; in JSON it separates.
  const bool colons = notation_ == Notation::edn;
  const auto belongs = [&](char character) {
    return !kinds.ends_word[static_cast<unsigned char>(character)] || (colons && character == ':');
  };
  while (input_.peek() != InputText::end && belongs(static_cast<char>(input_.peek()))) {
    take_run(document.text, belongs);
    look_at_length(document.text);
  }
  if (document.text.empty()) {
    const int character = input_.peek();
    const std::string shown = character == InputText::end
                                  ? "the end"
                                  : std::string("'") + static_cast<char>(character) + "'";
    input_.fail("expected a value, found " + shown, "is a comma too many, or a value missing?");
  }
}

void ValueReader::interpret_json(Document& document) const {
  const std::string_view text = document.text;
  if (text == "null") {
    document.kind = Document::Kind::null;
    document.text.clear();
  } else if (text != "true" && text != "false" && !is_json_number(text)) {
    document.fail("'" + std::string(text.substr(0, 40)) + "' is no JSON value",
                  "texts stand in double quotes");
  }
}

void ValueReader::interpret_edn(Document& document) const {
  std::string& text = document.text;
  if (std::string_view(text) == "nil") {
    document.kind = Document::Kind::null;
    text.clear();
    return;
  }
  const bool number = is_digit(text[0]) ||
                      (text.size() > 1 && is_digit(text[1]) && (text[0] == '-' || text[0] == '+'));
  if (number) {
    if (text.back() == 'N' || text.back() == 'M') text.pop_back();
    if (text[0] == '+') text.erase(0, 1);
  } else if (text[0] == ':') {
    text.erase(0, 1);
    if (text.empty()) document.fail("a keyword without a name", "write for example :read");
  }
}

}  // namespace stampede::histories
