#include "viewer/requests.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "traces/query.hpp"

namespace stampede::viewer {
namespace {

/// Those of a session that decide something, and neither read nor write anything else.
constexpr std::array<std::string_view, 22> deciding = {
    "deliver", "drop",    "duplicate", "corrupt", "hold",     "release", "fire", "complete",
    "crash",   "restart", "pause",     "resume",  "wipe",     "clock",   "cut",  "heal",
    "begin",   "end",     "leave",     "next",    "continue", "client"};
constexpr std::size_t lines_max = 100;
constexpr std::size_t line_length_max = 500;
/// More than any run has.
constexpr const char* to_its_end = "next 1000000000000\n";

void require_decision(const engine::Document& line) {
  const std::string& text = line.scalar("a line of a session");
  const std::string word = text.substr(0, text.find(' '));
  if (std::find(deciding.begin(), deciding.end(), word) == deciding.end())
    engine::fail_unknown(line.place(), "decision", word,
                         std::vector<std::string>(deciding.begin(), deciding.end()));
  const bool is_one_line = std::none_of(text.begin(), text.end(), [](char letter) {
    return static_cast<unsigned char>(letter) < ' ';
  });
  if (!is_one_line || text.size() > line_length_max)
    line.fail("this is no line", "a line has at most " + std::to_string(line_length_max) +
                                     " letters, and no control characters");
}

void write_member(engine::JsonWriter& json, const engine::Document& told, const char* name) {
  const engine::Document* member = told.find(name);
  json.key(name);
  if (member == nullptr || member->kind == engine::Document::Kind::null)
    json.null();
  else
    engine::write(json, *member);
}

void write_cell(engine::JsonWriter& json, const traces::QueryValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return json.integer(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return json.text(*text);
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return json.null();
  if (std::isfinite(*number)) return json.number(*number);
  json.text(*number > 0 ? "Infinity" : "-Infinity");
}

}  // namespace

Work what_if_work(const std::string& database, std::int64_t run, const std::string& body) {
  const engine::Document asked = engine::parse_json(body, "what-if");
  asked.expect_keys("what-if", {"step", "lines"});
  const std::int64_t step = engine::read_integer(asked.at("step"), 1, INT64_MAX);
  const engine::Document& lines = asked.at("lines");
  lines.expect_sequence("lines");
  if (lines.items.empty() || lines.items.size() > lines_max)
    lines.fail("this changes nothing, or too much",
               "give 1 to " + std::to_string(lines_max) + " lines");
  Work work;
  work.arguments = {
      "step", database, "--run", std::to_string(run), "--to", std::to_string(step - 1), "--json"};
  for (const engine::Document& line : lines.items) {
    require_decision(line);
    work.input += line.text + "\n";
  }
  work.input += to_its_end;
  work.input += "save run\n";
  return work;
}

Work shrink_work(const std::string& database, std::int64_t run) {
  return {{"shrink", database, "--run", std::to_string(run), "--json"}, ""};
}

std::string state_json(const WorkState& state) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("over").boolean(state.over);
  json.key("status").integer(state.status);
  json.key("seconds").number(state.seconds);
  json.key("said").text(state.err);
  if (state.over && !state.out.empty()) {
    const engine::Document told = engine::parse_json(state.out, "answer");
    write_member(json, told, "run_id");
    write_member(json, told, "violations");
  }
  json.end_object();
  return json.take();
}

std::string query_json(const std::string& database, const std::string& body) {
  const engine::Document asked = engine::parse_json(body, "query");
  asked.expect_keys("query", {"sql"});
  const traces::QueryResult result = traces::query(database, asked.at("sql").scalar("a query"), {});
  engine::JsonWriter json;
  json.begin_object();
  json.key("columns");
  engine::write(json, result.columns);
  json.key("rows").begin_array();
  for (const std::vector<traces::QueryValue>& row : result.rows) {
    json.begin_array();
    for (const traces::QueryValue& value : row) write_cell(json, value);
    json.end_array();
  }
  json.end_array();
  json.key("whole").boolean(result.whole);
  json.end_object();
  return json.take();
}

}  // namespace stampede::viewer
