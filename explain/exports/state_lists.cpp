// Formats of model checkers: the states of nodes, step by step.
#include <ostream>

#include "engine/core/document.hpp"
#include "explain/exports/writers.hpp"

namespace stampede::explain {
namespace {

using engine::Document;
using engine::JsonWriter;

bool is_whole_number(const Document& scalar) {
  if (scalar.quoted || scalar.text.empty()) return false;
  const std::string digits = scalar.text.substr(scalar.text.front() == '-' ? 1 : 0);
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
}

void write_variant(JsonWriter& json, const char* tag) {
  json.begin_object();
  json.key("tag").text(tag);
  json.key("value").begin_object();
  json.key("#tup").begin_array();
  json.end_array();
  json.end_object();
  json.end_object();
}

/// Whole numbers are big ones, and nothing is a variant: ITF has neither.
void write_itf_value(JsonWriter& json, const Document& value) {
  switch (value.kind) {
    case Document::Kind::null:
      return write_variant(json, "None");
    case Document::Kind::sequence:
      json.begin_array();
      for (const Document& item : value.items) write_itf_value(json, item);
      return json.end_array();
    case Document::Kind::mapping:
      json.begin_object();
      for (const Document::Entry& entry : value.entries) {
        json.key(entry.key);
        write_itf_value(json, entry.value);
      }
      return json.end_object();
    case Document::Kind::scalar:
      break;
  }
  if (!is_whole_number(value)) return write_value(json, value);
  json.begin_object();
  json.key("#bigint").text(value.text);
  json.end_object();
}

/// `{"tag": "Up", "value": {...}}`
std::string itf_node(const std::string& state) {
  JsonWriter json;
  if (state.empty()) {
    write_variant(json, "Down");
    return json.take();
  }
  json.begin_object();
  json.key("tag").text("Up");
  json.key("value");
  write_itf_value(json, engine::parse_json(state, "a state"));
  json.end_object();
  return json.take();
}

void write_raw_or_null(JsonWriter& json, const std::string& text) {
  if (text.empty()) return json.null();
  json.raw(text);
}

}  // namespace

void write_itf(const Exported& run, std::ostream& out) {
  JsonWriter head;
  head.begin_object();
  head.key("#meta").begin_object();
  head.key("format").text("ITF");
  head.key("format-description")
      .text("https://apalache.informal.systems/docs/adr/015adr-trace.html");
  head.end_object();
  head.key("vars").begin_array();
  head.text("mbt::actionTaken");
  for (const std::string& name : run.names.all()) head.text(name);
  head.end_array();
  out << head.str() << ",\"states\":[";
  std::vector<std::string> nodes(run.names.size(), itf_node({}));
  for (const ToldStep& step : run.steps) {
    const std::size_t place = run.place_of(step);
    const bool crashed = step.decision.kind == engine::EventKind::crash;
    if (!step.state.empty() || crashed) nodes[place] = itf_node(step.state);
    JsonWriter json;
    json.begin_object();
    json.key("#meta").begin_object();
    json.key("index").unsigned_integer(step.number - 1);
    json.end_object();
    json.key("mbt::actionTaken").text(headline(step.decision, run.names));
    for (std::size_t i = 0; i < nodes.size(); ++i) json.key(run.names.all()[i]).raw(nodes[i]);
    json.end_object();
    out << (step.number == 1 ? "\n" : ",\n") << json.str();
  }
  out << "]}\n";
}

void write_tla_ndjson(const Exported& run, std::ostream& out) {
  for (const ToldStep& step : run.steps) {
    const ToldEvent& decision = step.decision;
    JsonWriter json;
    json.begin_object();
    json.key("tag").text("trace");
    json.key("step").unsigned_integer(step.number);
    json.key("ts").integer(step.time.nanoseconds);
    json.key("event").begin_object();
    json.key("name").text(boost::describe::enum_to_string(decision.kind, "?"));
    json.key("nid").text(run.place_name(run.place_of(step)));
    json.key("type").text(decision.type);
    if (decision.peer != no_node) {
      json.key("msg").begin_object();
      json.key("from").text(run.names.of(decision.peer));
      json.key("to").text(run.names.of(decision.node));
      json.key("nth").unsigned_integer(decision.nth);
      json.key("body");
      write_raw_or_null(json, decision.detail);
      json.end_object();
    }
    json.key("state");
    write_raw_or_null(json, step.state);
    json.end_object();
    json.end_object();
    out << json.str() << '\n';
  }
}

}  // namespace stampede::explain
