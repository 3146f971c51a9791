#include "scenarios/documents/override.hpp"

#include <algorithm>
#include <string_view>

#include "scenarios/documents/yaml.hpp"

namespace stampede::scenarios {

using engine::Document;
using engine::InputError;
using engine::Place;

namespace {

constexpr const char* how_to_set = "for example --set cluster.replicas=5";

/// One `PATH=VALUE`, which is the file that its errors point into.
class Assignment {
 public:
  explicit Assignment(const std::string& text)
      : text_(text),
        file_(std::make_shared<const std::string>("--set '" + text + "'")),
        equals_(text.find('=')) {
    const std::size_t line_end = text.find_first_of("\n\r");
    if (line_end != std::string::npos) {
      file_ = std::make_shared<const std::string>("--set '" + text.substr(0, line_end) + "'");
      fail(line_end, "the value goes on behind the end of its line",
           "write it in one line, for example {a: 1, b: 2}; for another key write --set again");
    }
    if (equals_ == std::string::npos || equals_ == 0) fail(0, "expected PATH=VALUE", how_to_set);
  }

  void apply(Document& document) const {
    Document value = read_value();
    Document* at = &document;
    std::size_t position = 0;
    while (position < equals_) {
      at = text_[position] == '[' ? step_into_list(*at, position) : step_into(*at, position);
      if (position < equals_ && text_[position] == '.' && ++position == equals_)
        fail(position - 1, "the path ends with a '.'", how_to_set);
    }
    *at = std::move(value);
  }

 private:
  [[nodiscard]] Place place(std::size_t position) const {
    return {*file_, 1, static_cast<std::uint32_t>(position + 1)};
  }
  [[noreturn]] void fail(std::size_t position, const std::string& message,
                         const engine::Hint& hint) const {
    throw InputError(place(position), message, hint);
  }

  /// The value is YAML of one line: the strict parser reads it behind a key, and with the columns
  /// that it has here (behind a path of one letter, one more).
  [[nodiscard]] Document read_value() const {
    const std::string blanks(std::max<std::size_t>(equals_, 2) - 1, ' ');
    try {
      Document value = parse_yaml("v:" + blanks + text_.substr(equals_ + 1), *file_).at("v");
      if (value.kind == Document::Kind::null) value.column = place(equals_).column;
      return value;
    } catch (const InputError& error) {
      // What the parser missed at the end is in a line of its own.
      if (error.place().line == 1) throw;
      fail(equals_ + 1, error.message(), error.hint());
    }
  }

  /// The item of a list at `position`, which moves behind it.
  Document* step_into_list(Document& list, std::size_t& position) const {
    const std::size_t close = std::min(text_.find(']', position), equals_);
    const std::string index = text_.substr(position + 1, close - position - 1);
    if (close == equals_ || index.empty() || index.size() > 6 ||
        index.find_first_not_of("0123456789") != std::string::npos)
      fail(position, "'[' needs a position and ']'", "for example --set 'faults[0].at=2s'");
    const std::string before = text_.substr(0, position);
    if (!list.is_sequence())
      fail(position, "'" + before + "' is not a list", "name a key of it: " + before + ".KEY");
    if (std::stoul(index) >= list.items.size()) {
      fail(position, "there is no item " + text_.substr(0, close + 1),
           list.items.empty()
               ? "the list is empty"
               : "its items are [0] .. [" + std::to_string(list.items.size() - 1) + "]");
    }
    position = close + 1;
    return &list.items[std::stoul(index)];
  }

  /// The value of the key at `position`, which moves behind it.
  Document* step_into(Document& mapping, std::size_t& position) const {
    const std::size_t begin = position;
    const std::size_t end = std::min(text_.find_first_of(".[", begin), equals_);
    const std::string key = text_.substr(begin, end - begin);
    if (key.empty()) fail(begin, "the path has an empty part", how_to_set);
    if (mapping.kind == Document::Kind::null) mapping.kind = Document::Kind::mapping;
    if (!mapping.is_mapping()) {
      const std::string before = text_.substr(0, begin - 1);
      fail(begin, "'" + before + "' has no keys",
           mapping.is_sequence() ? "it is a list: name an item, for example " + before + "[0]"
                                 : "it is a single value: --set '" + before + "=VALUE'");
    }
    position = end;
    auto entry = std::find_if(mapping.entries.begin(), mapping.entries.end(),
                              [&](const Document::Entry& one) { return one.key == key; });
    if (entry == mapping.entries.end()) {
      Document fresh;
      fresh.file = file_;
      fresh.line = 1;
      fresh.column = place(begin).column;
      entry = mapping.entries.insert(mapping.entries.end(),
                                     {key, 1, place(begin).column, std::move(fresh)});
    } else if (end == equals_) {
      // The key goes with its new value.
      entry->line = 1;
      entry->column = place(begin).column;
    }
    return &entry->value;
  }

  std::string text_;
  std::shared_ptr<const std::string> file_;
  std::size_t equals_;
};

}  // namespace

void apply_override(Document& document, const std::string& assignment) {
  Assignment(assignment).apply(document);
}

}  // namespace stampede::scenarios
