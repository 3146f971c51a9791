#include "scenarios/documents/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include "scenarios/documents/source_text.hpp"
#include "scenarios/documents/yaml_syntax.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;
using engine::InputError;
using engine::Place;

constexpr const char* file_is_empty = "the file is empty";
constexpr const char* how_to_begin = "begin with a key, for example 'seed: 7'";

/// Builds the Document from the parser's events. Each guard is applied at the event, before
/// anything is built from it: yaml-cpp's own tree resolves aliases, keeps duplicate keys and can be
/// cyclic.
class DocumentBuilder : public YAML::EventHandler {
 public:
  DocumentBuilder(std::string_view source, const std::string& file)
      : source_(source), file_(std::make_shared<const std::string>(file)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      fail(mark, "a second document begins here",
           "one file holds one mapping; is something outdented, or a '---' left over?");
    }
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    fail(mark, anchors_not_supported.message, anchors_not_supported.hint);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, aliases_not_supported.message, aliases_not_supported.hint);
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override;

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, Document::Kind::sequence, style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, Document::Kind::mapping, style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] bool is_empty() const { return documents_ == 0; }
  [[nodiscard]] Document take() { return std::move(root_); }
  /// The parser's complaint at its place, in our words.
  [[noreturn]] void fail_syntax(const YAML::Exception& error) const;

 private:
  /// A list or mapping whose end has not come yet.
  struct Open {
    Document document;
    bool flow = false;
    bool expects_key = false;
    std::map<std::string, std::size_t> keys;  // position in entries
  };

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message,
                         const engine::Hint& hint) const {
    throw InputError(place(mark), message, hint);
  }
  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {*file_, 0, 0};
    return {*file_, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1)};
  }
  [[nodiscard]] char character_at(const YAML::Mark& mark) const {
    const auto position = static_cast<std::size_t>(mark.pos);
    return !mark.is_null() && position < source_.size() ? source_[position] : '\0';
  }
  [[nodiscard]] bool expects_key() const { return !open_.empty() && open_.back().expects_key; }

  Document begin(const YAML::Mark& mark, const std::string& tag, Document::Kind kind);
  void open(const YAML::Mark& mark, const std::string& tag, Document::Kind kind, bool flow);
  void close();
  void add_key(const YAML::Mark& mark, const std::string& key, bool quoted);
  void add(Document document);
  void check_quote_is_closed(const YAML::Mark& mark) const;

  std::string_view source_;
  std::shared_ptr<const std::string> file_;
  Document root_;
  std::vector<Open> open_;
  std::size_t documents_ = 0;
  std::size_t nodes_ = 0;
};

Document DocumentBuilder::begin(const YAML::Mark& mark, const std::string& tag,
                                Document::Kind kind) {
  const bool collection = kind == Document::Kind::sequence || kind == Document::Kind::mapping;
  // '?' and '!' are what yaml-cpp reports for nodes without a tag; '!' may also be written.
  if ((tag != "?" && tag != "!") || character_at(mark) == '!') {
    fail(mark, tags_not_supported.message, tags_not_supported.hint);
  }
  if (++nodes_ > yaml_nodes_max) {
    fail(mark, "more than " + std::to_string(yaml_nodes_max) + " values in one file",
         "split it into several scenarios");
  }
  if (open_.empty() && kind != Document::Kind::mapping) {
    if (kind == Document::Kind::null) fail(mark, file_is_empty, how_to_begin);
    fail(mark,
         std::string("expected a mapping at the top, found ") +
             (collection ? "a list" : "a single value"),
         how_to_begin);
  }
  if (collection && open_.size() >= yaml_depth_max) {
    fail(mark, "nested deeper than " + std::to_string(yaml_depth_max) + " levels",
         "is a bracket not closed?");
  }
  if (expects_key()) {
    if (kind == Document::Kind::null)
      fail(mark, "a key is missing or null", "a key 'null' or '~' needs quotes");
    // At the end of the file yaml-cpp makes keys of lists that are still open.
    const bool flow = open_.back().flow;
    if (collection) {
      fail(mark, "a key must be a text, not a list or mapping",
           flow ? "is a ']' or '}' missing?" : "write 'key: value'");
    }
  }
  Document document;
  document.kind = kind;
  document.file = file_;
  document.line = place(mark).line;
  document.column = place(mark).column;
  return document;
}

void DocumentBuilder::open(const YAML::Mark& mark, const std::string& tag, Document::Kind kind,
                           bool flow) {
  Document document = begin(mark, tag, kind);
  open_.push_back(Open{std::move(document), flow, kind == Document::Kind::mapping, {}});
}

void DocumentBuilder::close() {
  Document document = std::move(open_.back().document);
  open_.pop_back();
  if (open_.empty()) {
    root_ = std::move(document);
  } else {
    add(std::move(document));
  }
}

void DocumentBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t) {
  Document document = begin(mark, "?", Document::Kind::null);
  const char character = character_at(mark);
  const bool written = character == '~' || character == 'n' || character == 'N';
  Open& parent = open_.back();
  // For a value that is left out the mark is that of whatever comes next, maybe lines below.
  if (parent.document.is_mapping() && !written) {
    document.line = parent.document.entries.back().line;
    document.column = parent.document.entries.back().column;
  }
  // yaml-cpp reads [a,,b] as [a, null, b].
  if (parent.document.is_sequence() && parent.flow && !written)
    fail(mark, "an item is missing before this", "is a comma too many?");
  add(std::move(document));
}

void DocumentBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                               const std::string& value) {
  const bool quoted = tag == "!";
  if (quoted) check_quote_is_closed(mark);
  Document document = begin(mark, tag, Document::Kind::scalar);
  if (expects_key()) return add_key(mark, value, quoted);
  document.text = value;
  document.quoted = quoted;
  add(std::move(document));
}

void DocumentBuilder::add_key(const YAML::Mark& mark, const std::string& key, bool quoted) {
  if (key == "<<" && !quoted)
    fail(mark, "merge keys ('<<') are not supported", "write the keys out");
  Open& parent = open_.back();
  const auto [known, is_new] = parent.keys.emplace(key, parent.document.entries.size());
  if (!is_new) {
    const Document::Entry& first = parent.document.entries[known->second];
    fail(mark, "the key '" + key + "' is given twice",
         "the first is at line " + std::to_string(first.line) + ", column " +
             std::to_string(first.column));
  }
  parent.document.entries.push_back({key, place(mark).line, place(mark).column, {}});
  parent.expects_key = false;
}

void DocumentBuilder::add(Document document) {
  Open& parent = open_.back();
  if (parent.document.is_sequence()) {
    parent.document.items.push_back(std::move(document));
  } else {
    parent.document.entries.back().value = std::move(document);
    parent.expects_key = true;
  }
}

/// yaml-cpp takes the end of the file for the end of a quoted text.
void DocumentBuilder::check_quote_is_closed(const YAML::Mark& mark) const {
  const char quote = character_at(mark);
  if (quote != '"' && quote != '\'') return;  // a block text
  for (auto position = static_cast<std::size_t>(mark.pos) + 1; position < source_.size();
       ++position) {
    if (source_[position] == '\\' && quote == '"') {
      ++position;
    } else if (source_[position] == quote) {
      // '' inside single quotes stands for one quote.
      if (quote == '"' || source_.substr(position, 2) != "''") return;
      ++position;
    }
  }
  fail(mark, "the quote that begins here is not closed", "end the text with the same quote");
}

void DocumentBuilder::fail_syntax(const YAML::Exception& error) const {
  std::string opened;
  if (!open_.empty()) {
    const Document& innermost = open_.back().document;
    opened =
        "line " + std::to_string(innermost.line) + ", column " + std::to_string(innermost.column);
  }
  const SyntaxComplaint complaint =
      restate_syntax_error(error.msg, opened, character_at(error.mark));
  fail(error.mark, complaint.message, complaint.hint);
}

constexpr std::size_t npos = std::string_view::npos;

/// Where a text `Timer node {member: value}` begins and ends in a line that fires it, if the line
/// does so without quotes.
std::optional<std::pair<std::size_t, std::size_t>> bare_timer_value(std::string_view line) {
  constexpr std::string_view key = "fire: ";
  const std::size_t action = line.find_first_not_of(" -{");
  if (action == npos || line.substr(action, key.size()) != key) return std::nullopt;
  const std::size_t begin = line.find_first_not_of(' ', action + key.size());
  if (begin == npos || std::string_view("\"'{[#&*!|>").find(line[begin]) != npos)
    return std::nullopt;
  const std::size_t open = line.find(" {", begin);
  const std::size_t close = line.find('}', begin);
  if (open == npos || close == npos || open > close || line.find(" #", begin) < open)
    return std::nullopt;
  std::size_t end = close + 1;
  constexpr std::string_view ordinal = " nth ";
  if (line.substr(end, ordinal.size()) == ordinal)
    end = std::min(line.find_first_not_of("0123456789", end + ordinal.size()), line.size());
  return std::pair{begin, end};
}

/// `fire: SilenceTimeout v0 {node: r1}` needs no quotes in a script, though YAML asks for them.
std::string with_timer_values_quoted(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 1);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    const auto value = bare_timer_value(line);
    if (!value) {
      quoted += line;
      continue;
    }
    const auto [begin, end] = *value;
    quoted.append(line.substr(0, begin)) += '\'';
    for (const char letter : line.substr(begin, end - begin))
      quoted.append(letter == '\'' ? 2 : 1, letter);
    quoted.append(1, '\'').append(line.substr(end));
  }
  return quoted;
}

}  // namespace

Document parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > yaml_bytes_max)
    throw InputError(Place{file, 0, 0}, "the file is larger than 1 MiB",
                     "is it a scenario? split it into several");
  // Positions count from behind a byte order mark, as yaml-cpp's do.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // First of all: yaml-cpp takes byte 4 for the end of the file and guesses UTF-16 from NUL bytes.
  check_source_text(text, file);

  std::string lines = with_timer_values_quoted(text);
  // Without a last line feed yaml-cpp reports an open quote at the end, with it we do: at the place
  // where it begins.
  if (!lines.ends_with('\n')) lines += '\n';
  std::istringstream stream(lines);
  DocumentBuilder builder(lines, file);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    builder.fail_syntax(error);
  }
  if (builder.is_empty()) throw InputError(Place{file, 1, 1}, file_is_empty, how_to_begin);
  return builder.take();
}

std::string read_yaml_text(const std::string& path) {
  const auto cannot_read = [&](const std::string& reason) {
    throw InputError(
        Place{path, 0, 0}, "cannot read the file: " + reason,
        "give the path of a scenario: 'list scenarios' shows those that come with the program");
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) cannot_read("it is a directory");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) cannot_read(std::generic_category().message(errno));
  // One byte more than allowed is enough for parse_yaml to refuse.
  std::string text(yaml_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) cannot_read(std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

Document load_yaml_file(const std::string& path) { return parse_yaml(read_yaml_text(path), path); }

}  // namespace stampede::scenarios
