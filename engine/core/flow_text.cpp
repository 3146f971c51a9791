#include "engine/core/flow_text.hpp"

#include <algorithm>

#include "engine/core/json.hpp"

namespace stampede::engine {

bool is_no_text(std::string_view text) {
  if (text == "null" || text == "~" || text == "true" || text == "false") return true;
  const std::size_t first = text.find_first_not_of("+-.");
  return first != std::string_view::npos && first <= 2 &&
         text.find_first_of("0123456789", first) == first &&
         text.find_first_not_of("0123456789.eE+-_:xXoabcdfABCDF") == std::string_view::npos;
}

namespace {

constexpr char delete_character = '\x7f';

/// A scalar or key of flow YAML, quoted where it would otherwise mean something else.
std::string flow_text(const std::string& text, bool quoted) {
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == delete_character;
  };
  const bool plain = !quoted && !text.empty() &&
                     text.find_first_of("\"'\\:{}[],#&*!|>%@`?") == std::string::npos &&
                     std::none_of(text.begin(), text.end(), is_control) && text.front() != ' ' &&
                     text.back() != ' ' && text.front() != '?' && text != "-" &&
                     !text.starts_with("- ");
  if (plain) return text;
  // JSON may hold it as it is, YAML may not.
  std::string out;
  for (const char letter : json_quote(text)) {
    if (letter == delete_character) {
      out += "\\u007f";
    } else {
      out += letter;
    }
  }
  return out;
}

template <class Scalar>
std::string flow(const Document& document, const Scalar& scalar) {
  std::string out;
  switch (document.kind) {
    case Document::Kind::null:
      return "null";
    case Document::Kind::scalar:
      return scalar(document);
    case Document::Kind::sequence:
      for (const Document& item : document.items)
        out += (out.empty() ? "" : ", ") + flow(item, scalar);
      return "[" + out + "]";
    case Document::Kind::mapping:
      for (const Document::Entry& entry : document.entries) {
        out += (out.empty() ? "" : ", ") + flow_text(entry.key, false) + ": " +
               flow(entry.value, scalar);
      }
      return "{" + out + "}";
  }
  return out;
}

}  // namespace

std::string Document::to_text() const {
  return flow(*this, [](const Document& scalar) { return flow_text(scalar.text, scalar.quoted); });
}

std::string Document::to_plain_text() const {
  return flow(*this, [](const Document& scalar) {
    return flow_text(scalar.text, scalar.quoted && is_no_text(scalar.text));
  });
}

namespace {

class FlowReader {
 public:
  FlowReader(std::string_view text, const Document& around) : text_(text), around_(around) {}

  Document whole() {
    Document document = value(0);
    skip_spaces();
    if (at_ != text_.size()) fail();
    return document;
  }

 private:
  static constexpr int depth_max = 100;

  [[noreturn]] void fail() const {
    around_.fail("'" + std::string(text_) + "' is not a value", "write for example {node: r1}");
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  [[nodiscard]] char peek() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] Document here() const {
    Document document;
    document.file = around_.file;
    document.line = around_.line;
    document.column = around_.column;
    return document;
  }

  Document value(int depth) {
    if (depth > depth_max) fail();
    Document document = here();
    if (take('[')) {
      document.kind = Document::Kind::sequence;
      while (!take(']')) {
        if (!document.items.empty() && !take(',')) fail();
        document.items.push_back(value(depth + 1));
      }
    } else if (take('{')) {
      document.kind = Document::Kind::mapping;
      while (!take('}')) {
        if (!document.entries.empty() && !take(',')) fail();
        const Document key = scalar();
        if (!take(':') || document.find(key.text) != nullptr) fail();
        document.entries.push_back({key.text, key.line, key.column, value(depth + 1)});
      }
    } else {
      document = scalar();
      if (!document.quoted && document.text == "null") {
        document.kind = Document::Kind::null;
        document.text.clear();
      }
    }
    return document;
  }

  Document scalar() {
    Document document = here();
    document.kind = Document::Kind::scalar;
    if (peek() == '"') {
      document.quoted = true;
      document.text = quoted();
      return document;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",:[]{}\"").find(text_[at_]) == npos) ++at_;
    std::size_t end = at_;
    while (end > begin && text_[end - 1] == ' ') --end;
    if (end == begin) fail();
    document.text = text_.substr(begin, end - begin);
    return document;
  }

  /// A text in quotes as JSON writes it.
  std::string quoted() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) fail();
    ++at_;
    return parse_json(text_.substr(begin, at_ - begin), "a quoted text").text;
  }

  static constexpr std::size_t npos = std::string_view::npos;
  std::string_view text_;
  const Document& around_;
  std::size_t at_ = 0;
};

}  // namespace

Document parse_flow(std::string_view text, const Document& around) {
  return FlowReader(text, around).whole();
}

}  // namespace stampede::engine
