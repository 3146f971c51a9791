#include "engine/core/document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/flow_text.hpp"
#include "engine/core/json.hpp"

namespace stampede::engine {
namespace {

const char* kind_name(const Document& document) {
  switch (document.kind) {
    case Document::Kind::null:
      return "nothing";
    case Document::Kind::scalar:
      return "a single value";
    case Document::Kind::sequence:
      return "a list";
    case Document::Kind::mapping:
      return "a mapping";
  }
  return "";
}

/// How to write one value, where there is something else, or nothing.
Hint how_to_write_one(const Document& document) {
  switch (document.kind) {
    case Document::Kind::null:
      return "write one value here";
    case Document::Kind::sequence:
      return "write one value, without '[ ]' and without '- ' before it";
    default:
      return "write one value, without '{ }' and without keys below it";
  }
}

constexpr const char* how_to_write_a_mapping =
    "a mapping is written { key: value }, or one 'key: value' on each line below";
constexpr const char* how_to_write_a_list =
    "a list is written [a, b], or one '- item' on each line below";

/// What an integer between these may be.
std::string allowed_integers(std::int64_t low, std::int64_t high) {
  if (high == INT64_MAX && low <= -INT64_MAX) return "write a whole number";
  if (high == INT64_MAX) return "write a whole number, " + std::to_string(low) + " or more";
  return "write a whole number, " + std::to_string(low) + " .. " + std::to_string(high);
}

/// Optimal string alignment distance, cut off above 2.
int edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > b.size() + 2 || b.size() > a.size() + 2) return 3;
  std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1, 0));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int same = a[i - 1] == b[j - 1] ? 0 : 1;
      int best = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = std::min(best, cost[i - 2][j - 2] + 1);
      }
      cost[i][j] = best;
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

Place Document::place() const { return {file ? *file : std::string(), line, column}; }

void Document::fail(const std::string& message, const Hint& hint) const {
  throw InputError(place(), message, hint);
}

const Document* Document::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const Document& Document::at(std::string_view key) const {
  const Document* found = find(key);
  if (found == nullptr)
    fail("missing key '" + std::string(key) + "'", "add '" + std::string(key) + "' here");
  return *found;
}

const std::string& Document::scalar(std::string_view what) const {
  if (kind != Kind::scalar)
    fail("expected " + std::string(what) + ", found " + kind_name(*this), how_to_write_one(*this));
  return text;
}

void Document::expect_mapping(std::string_view what) const {
  if (kind != Kind::mapping)
    fail("expected " + std::string(what) + ", found " + kind_name(*this), how_to_write_a_mapping);
}

void Document::expect_keys(std::string_view what, const std::vector<std::string>& known) const {
  expect_mapping(what);
  for (const Entry& entry : entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    fail_unknown(entry.place(), "key", entry.key, known,
                 known.empty() ? "no keys are allowed here" : "known keys: " + comma_list(known));
  }
}

void Document::expect_sequence(std::string_view what) const {
  if (kind != Kind::sequence)
    fail("expected " + std::string(what) + ", found " + kind_name(*this), how_to_write_a_list);
}

bool operator==(const Document& left, const Document& right) {
  return left.kind == right.kind && left.text == right.text && left.quoted == right.quoted &&
         left.items == right.items &&
         std::equal(
             left.entries.begin(), left.entries.end(), right.entries.begin(), right.entries.end(),
             [](const auto& a, const auto& b) { return a.key == b.key && a.value == b.value; });
}

std::int64_t read_integer(const Document& document, std::int64_t low, std::int64_t high) {
  const std::string& text = document.scalar("an integer");
  const auto range = [&] { return std::to_string(low) + " .. " + std::to_string(high); };
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  const bool decimal =
      !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (document.quoted && decimal)
    document.fail("'" + text + "' is not an integer", "write it without quotes");
  if (!decimal) document.fail("'" + text + "' is not an integer", allowed_integers(low, high));
  if (digits.size() > 1 && digits.front() == '0') {
    document.fail("'" + text + "' has a leading zero",
                  "write the number in decimal, without leading zeros");
  }
  // Below zero there is one number more.
  std::int64_t value = 0;
  bool overflow = digits.size() > 19;
  for (const char character : digits) {
    if (overflow) break;
    const int digit = character - '0';
    overflow = value < (INT64_MIN + digit) / 10;
    if (!overflow) value = value * 10 - digit;
  }
  if (!negative) {
    overflow = overflow || value == INT64_MIN;
    value = overflow ? 0 : -value;
  }
  if (overflow || value < low || value > high) {
    document.fail("'" + text + "' is out of range", "allowed: " + range());
  }
  return value;
}

bool read_boolean(const Document& document) {
  const std::string& text = document.scalar("true or false");
  if (!document.quoted && text == "true") return true;
  if (!document.quoted && text == "false") return false;
  document.fail("'" + text + "' is not true or false", "write true or false, without quotes");
}

Duration read_duration(const Document& document) {
  const std::string& text = document.scalar("a duration");
  const auto duration = parse_duration(text);
  if (!duration)
    document.fail("'" + text + "' is not a duration",
                  "write for example 200ms, 1.5s, 30us; 8760h at most");
  if (duration->nanoseconds < 0)
    document.fail("a duration cannot be negative here", "write 0s or more");
  return *duration;
}

void write_value(JsonWriter& writer, const Document& document) {
  switch (document.kind) {
    case Document::Kind::null:
      return writer.null();
    case Document::Kind::scalar:
      if (!document.quoted && is_no_text(document.text)) return writer.raw(document.text);
      return writer.text(document.text);
    case Document::Kind::sequence:
      writer.begin_array();
      for (const Document& item : document.items) write_value(writer, item);
      return writer.end_array();
    case Document::Kind::mapping:
      writer.begin_object();
      for (const Document::Entry& entry : document.entries) {
        writer.key(entry.key);
        write_value(writer, entry.value);
      }
      return writer.end_object();
  }
}

NodeId read_node(const Document& document, const NodeNames* names) {
  if (document.kind == Document::Kind::null) return no_node;
  const std::string& text = document.scalar("a node");
  if (names == nullptr) return {static_cast<std::uint32_t>(read_integer(document, 0, UINT32_MAX))};
  if (const auto found = names->find(text)) return *found;
  if (!document.quoted && is_no_text(text)) {
    const auto highest = static_cast<std::int64_t>(names->size()) - 1;
    return {static_cast<std::uint32_t>(read_integer(document, 0, highest))};
  }
  fail_unknown(document.place(), "node", text, names->all());
}

OperationId read_operation_id(const Document& document) {
  const std::string& text = document.scalar("an operation, for example c0.1");
  const std::size_t dot = text.find('.');
  if (text.size() < 4 || text.front() != 'c' || dot == std::string::npos)
    document.fail("'" + text + "' is not an operation", "write for example c0.1");
  const auto part = [&](std::string digits, std::int64_t low) {
    Document number = document;
    number.text = std::move(digits);
    number.quoted = false;
    return static_cast<std::uint32_t>(read_integer(number, low, UINT32_MAX));
  };
  return {ClientId{part(text.substr(1, dot - 1), 0)}, part(text.substr(dot + 1), 1)};
}

Document text_document(std::string_view text) {
  Document document;
  document.kind = Document::Kind::scalar;
  document.text = text;
  document.quoted = text.empty() || is_no_text(text);
  return document;
}

Document mapping_document(std::vector<std::pair<std::string, Document>> entries) {
  Document document;
  document.kind = Document::Kind::mapping;
  for (auto& [key, value] : entries)
    document.entries.push_back({std::move(key), 0, 0, std::move(value)});
  return document;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& known) {
  int best = 3;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : known) {
    const int distance = edit_distance(written, candidate);
    if (distance < best && distance < static_cast<int>(candidate.size())) {
      best = distance;
      nearest = &candidate;
    }
  }
  return nearest == nullptr ? std::string() : "did you mean '" + *nearest + "'?";
}

std::string comma_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Hint nearest(std::string_view written, const std::vector<std::string>& known) {
  std::string near = did_you_mean(written, known);
  if (!near.empty()) return near;
  return known.empty() ? "there are none here" : "known: " + comma_list(known);
}

void fail_unknown(const Place& place, std::string_view what, std::string_view written,
                  const std::vector<std::string>& known) {
  throw InputError(place, "unknown " + std::string(what) + " '" + std::string(written) + "'",
                   nearest(written, known));
}

void fail_unknown(const Place& place, std::string_view what, std::string_view written,
                  const std::vector<std::string>& known, const Hint& otherwise) {
  const std::string near = did_you_mean(written, known);
  throw InputError(place, "unknown " + std::string(what) + " '" + std::string(written) + "'",
                   near.empty() ? otherwise : Hint(near));
}

void fail_not_one_of(const Document& document, std::string_view written,
                     const std::vector<std::string>& known) {
  const std::string near = did_you_mean(written, known);
  document.fail(
      "'" + std::string(written) + "' is not one of: " + comma_list(known),
      near.empty() && !known.empty() ? "for example " + known.front() : nearest(written, known));
}

namespace {

using Json = nlohmann::json;

/// Builds the tree while the text is read: there may be a hundred thousand keys in one state.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, const std::string& file)
      : text_(text), file_(std::make_shared<const std::string>(file)) {}

  Document take() { return std::move(root_); }

  // What the parser tells.
  bool null() { return begin(Document::Kind::null); }
  bool boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return scalar(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return scalar(std::to_string(value)); }
  bool number_float(Json::number_float_t value, const std::string&) {
    return scalar(Json(value).dump());
  }
  bool string(std::string& text) {
    scalar(std::move(text));
    return last_->quoted = true;
  }
  bool binary(const Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Document::Kind::mapping); }
  bool start_array(std::size_t) { return open(Document::Kind::sequence); }
  bool key(std::string& key) {
    open_.back()->entries.push_back({std::move(key), 1, 1, {}});
    return true;
  }
  bool end_object() {
    require_different_keys(*open_.back());
    return end_array();
  }
  bool end_array() {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& error) {
    if (dynamic_cast<const Json::parse_error*>(&error) == nullptr)
      throw InputError(Place{*file_, 1, 1}, std::string("not valid JSON: ") + error.what(),
                       "write it as JSON in UTF-8");
    const std::string_view before = text_.substr(0, std::min(text_.size(), byte));
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0
    throw InputError(
        Place{*file_,
              static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
              static_cast<std::uint32_t>(std::max<std::size_t>(before.size() - line_start, 1))},
        "not valid JSON",
        "is a quote, a comma or a bracket missing before this, or the text cut off?");
  }

 private:
  static constexpr std::size_t depth_max = 100;

  bool begin(Document::Kind kind) {
    if (open_.empty()) {
      last_ = &root_;
    } else if (open_.back()->is_sequence()) {
      last_ = &open_.back()->items.emplace_back();
    } else {
      last_ = &open_.back()->entries.back().value;
    }
    last_->kind = kind;
    last_->file = file_;
    last_->line = 1;
    last_->column = 1;
    return true;
  }
  bool scalar(std::string text) {
    begin(Document::Kind::scalar);
    last_->text = std::move(text);
    return true;
  }
  bool open(Document::Kind kind) {
    if (open_.size() == depth_max)
      throw InputError(Place{*file_, 1, 1}, "JSON nested too deeply",
                       "at most " + std::to_string(depth_max) + " levels");
    begin(kind);
    open_.push_back(last_);
    return true;
  }
  void require_different_keys(const Document& mapping) const {
    std::vector<std::string_view> keys;
    for (const Document::Entry& entry : mapping.entries) keys.push_back(entry.key);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end())
      throw InputError(Place{*file_, 1, 1}, "duplicate key " + json_quote(*twice) + " in JSON",
                       "write each key of a mapping once");
  }

  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  Document root_;
  /// What the next value stands in, innermost last. What is open stays where it is: whatever it
  /// stands in grows no further before it is closed.
  std::vector<Document*> open_;
  Document* last_ = nullptr;
};

}  // namespace

Document parse_json(std::string_view text, const std::string& file) {
  DocumentBuilder builder(text, file);
  Json::sax_parse(text, &builder);
  return builder.take();
}

}  // namespace stampede::engine
