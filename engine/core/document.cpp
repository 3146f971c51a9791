#include "engine/core/document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

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

using Json = nlohmann::ordered_json;

Document from_json(const Json& json, const std::shared_ptr<const std::string>& file) {
  Document document;
  document.file = file;
  document.line = 1;
  document.column = 1;
  if (json.is_object()) {
    document.kind = Document::Kind::mapping;
    for (const auto& [key, value] : json.items()) {
      document.entries.push_back({key, 1, 1, from_json(value, file)});
    }
  } else if (json.is_array()) {
    document.kind = Document::Kind::sequence;
    for (const Json& item : json) document.items.push_back(from_json(item, file));
  } else if (!json.is_null()) {
    document.kind = Document::Kind::scalar;
    document.quoted = json.is_string();
    document.text = json.is_string() ? json.get<std::string>() : json.dump();
  }
  return document;
}

}  // namespace

Document parse_json(std::string_view text, const std::string& file) {
  constexpr int depth_max = 100;
  std::vector<std::set<std::string>> keys;
  const auto inspect = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > depth_max)
      throw InputError(Place{file, 1, 1}, "JSON nested too deeply",
                       "at most " + std::to_string(depth_max) + " levels");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      throw InputError(Place{file, 1, 1}, "duplicate key " + parsed.dump() + " in JSON",
                       "write each key of a mapping once");
    return true;
  };
  try {
    return from_json(Json::parse(text, inspect), std::make_shared<const std::string>(file));
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(text.size(), error.byte));
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0
    throw InputError(
        Place{file, static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
              static_cast<std::uint32_t>(std::max<std::size_t>(before.size() - line_start, 1))},
        "not valid JSON",
        "is a quote, a comma or a bracket missing before this, or the text cut off?");
  } catch (const Json::exception& error) {
    throw InputError(Place{file, 1, 1}, std::string("not valid JSON: ") + error.what(),
                     "write it as JSON in UTF-8");
  }
}

}  // namespace stampede::engine
