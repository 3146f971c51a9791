// Formats of tracing tools: what takes time, and what belongs together.
#include <algorithm>
#include <map>
#include <ostream>

#include "engine/core/document.hpp"
#include "explain/exports/writers.hpp"

namespace stampede::explain {
namespace {

using engine::EventKind;
using engine::JsonWriter;

/// Two words of 64 bits, or one, as hexadecimal digits.
std::string hexadecimal(std::uint64_t word) {
  std::string digits(16, '0');
  for (std::size_t i = 16; i-- > 0; word >>= 4) digits[i] = "0123456789abcdef"[word & 0xf];
  return digits;
}

/// Chrome's trace events: times in microseconds, processes are places.
class ChromeTrace {
 public:
  ChromeTrace(const Exported& run, std::ostream& out) : run_(run), out_(out) {}

  void write() {
    out_ << "{\"traceEvents\":[";
    for (std::size_t place = 0; place < run_.place_count(); ++place) name_process(place);
    const std::vector<std::int64_t> lengths = lengths_of_slices();
    for (const ToldStep& step : run_.steps) {
      write_slice(step, lengths[step.number - 1]);
      if (is_arrival(step.decision.kind) && step.cause != 0) write_flow(step);
      write_fault(step);
      for (const ToldEvent& effect : step.effects) write_effect(step, effect);
    }
    out_ << "\n],\"displayTimeUnit\":\"ms\"}\n";
  }

 private:
  /// Begins an event; its process is the place, from 1.
  JsonWriter begin(const char* phase, std::string_view name, std::size_t place,
                   engine::Time time) const {
    JsonWriter json;
    json.begin_object();
    json.key("ph").text(phase);
    json.key("name").text(name);
    json.key("pid").unsigned_integer(place + 1);
    json.key("tid").unsigned_integer(1);
    json.key("ts").raw(microseconds(time.nanoseconds));
    return json;
  }
  void end(JsonWriter& json) {
    json.end_object();
    out_ << (first_ ? "\n" : ",\n") << json.str();
    first_ = false;
  }
  static std::string microseconds(std::int64_t nanoseconds) {
    const std::string below = std::to_string(1'000 + nanoseconds % 1'000);
    return std::to_string(nanoseconds / 1'000) + "." + below.substr(1);
  }

  void name_process(std::size_t place) {
    JsonWriter json = begin("M", "process_name", place, {});
    json.key("args").begin_object();
    json.key("name").text(run_.place_name(place));
    json.end_object();
    end(json);
  }

  /// Steps take no time: to be seen they last a microsecond, or until the next one at their place.
  [[nodiscard]] std::vector<std::int64_t> lengths_of_slices() const {
    std::vector<std::int64_t> lengths(run_.steps.size(), 1'000);
    std::vector<std::int64_t> next(run_.place_count(), INT64_MAX);
    for (std::size_t i = run_.steps.size(); i-- > 0;) {
      const std::int64_t time = run_.steps[i].time.nanoseconds;
      std::int64_t& following = next[run_.place_of(run_.steps[i])];
      lengths[i] = std::min<std::int64_t>(1'000, following - time);
      following = time;
    }
    return lengths;
  }

  void write_slice(const ToldStep& step, std::int64_t length) {
    JsonWriter json = begin("X", title(step.decision), run_.place_of(step), step.time);
    json.key("dur").raw(microseconds(length));
    json.key("args").begin_object();
    json.key("step").unsigned_integer(step.number);
    if (step.decision.peer != no_node) json.key("peer").text(run_.names.of(step.decision.peer));
    if (!step.decision.detail.empty()) json.key("detail").raw(step.decision.detail);
    json.end_object();
    end(json);
  }

  void write_flow(const ToldStep& step) {
    const ToldStep& sent = run_.step(step.cause);
    JsonWriter from = begin("s", step.decision.type, run_.place_of(sent), sent.time);
    from.key("cat").text("message");
    from.key("id").unsigned_integer(step.number);
    end(from);
    JsonWriter to = begin("f", step.decision.type, run_.place_of(step), step.time);
    to.key("cat").text("message");
    to.key("id").unsigned_integer(step.number);
    to.key("bp").text("e");
    end(to);
  }

  void write_async(const char* phase, const char* category, std::string_view name,
                   std::string_view id, std::size_t place, engine::Time time) {
    JsonWriter json = begin(phase, name, place, time);
    json.key("cat").text(category);
    json.key("id").text(id);
    end(json);
  }

  void write_fault(const ToldStep& step) {
    const bool begins = step.decision.kind == EventKind::begin_fault;
    if (!begins && step.decision.kind != EventKind::end_fault) return;
    // A fault can come again before it ends.
    const std::string id = std::to_string(begins ? step.number : step.cause);
    write_async(begins ? "b" : "e", "fault", step.decision.type, id, run_.names.size(), step.time);
  }

  void write_effect(const ToldStep& step, const ToldEvent& effect) {
    const std::size_t place = effect.node == no_node ? run_.names.size() : effect.node.value;
    switch (effect.kind) {
      case EventKind::invoke:
      case EventKind::respond: {
        const std::string id =
            engine::parse_json(effect.detail, "an operation").at("id").to_plain_text();
        return write_async(effect.kind == EventKind::invoke ? "b" : "e", "operation", id, id, place,
                           step.time);
      }
      case EventKind::observe:
        return write_counter(step, effect, place);
      case EventKind::violation: {
        JsonWriter json = begin("i", "violates " + effect.type, place, step.time);
        json.key("s").text("g");
        return end(json);
      }
      default:
        return;
    }
  }

  void write_counter(const ToldStep& step, const ToldEvent& effect, std::size_t place) {
    const engine::Document shown = engine::parse_json(effect.detail, "an observation");
    JsonWriter json = begin("C", "shown", place, step.time);
    json.key("args").begin_object();
    for (const char* field : {"epoch", "log", "committed", "executed"})
      json.key(field).raw(shown.at(field).text);
    json.end_object();
    end(json);
  }

  const Exported& run_;
  std::ostream& out_;
  bool first_ = true;
};

/// OpenTelemetry: an operation is a trace; a step is a span from the step that it comes from until
/// it happens, and a child of that one's. What belongs to no operation is a trace of its own.
class OtlpTraces {
 public:
  explicit OtlpTraces(const Exported& run) : run_(run), operation_of_(run.steps.size()) {
    for (const ToldStep& step : run.steps) {
      std::uint64_t& operation = operation_of_[step.number - 1];
      if (step.decision.kind == EventKind::begin) {
        operation = step.number;
      } else if (step.cause != 0) {
        operation = operation_of_[step.cause - 1];
      }
      for (const ToldEvent& effect : step.effects) {
        if (effect.kind == EventKind::respond) answered_[{effect.node, effect.nth}] = step.time;
      }
    }
  }

  void write(std::ostream& out) const {
    JsonWriter json;
    json.begin_object();
    json.key("resourceSpans").begin_array();
    for (std::size_t place = 0; place < run_.place_count(); ++place) write_place(json, place);
    json.end_array();
    json.end_object();
    out << json.str() << '\n';
  }

 private:
  void write_place(JsonWriter& json, std::size_t place) const {
    json.begin_object();
    json.key("resource").begin_object();
    json.key("attributes").begin_array();
    write_attribute(json, "service.name", run_.place_name(place));
    json.end_array();
    json.end_object();
    json.key("scopeSpans").begin_array();
    json.begin_object();
    json.key("scope").begin_object();
    json.key("name").text("stampede");
    json.end_object();
    json.key("spans").begin_array();
    for (const ToldStep& step : run_.steps) {
      if (run_.place_of(step) == place) write_span(json, step);
    }
    json.end_array();
    json.end_object();
    json.end_array();
    json.end_object();
  }

  static void write_attribute(JsonWriter& json, const char* key, const std::string& value) {
    json.begin_object();
    json.key("key").text(key);
    json.key("value").begin_object();
    json.key("stringValue").text(value);
    json.end_object();
    json.end_object();
  }

  [[nodiscard]] engine::Time end_of(const ToldStep& step) const {
    if (step.decision.kind != EventKind::begin) return step.time;
    const auto answered = answered_.find({step.decision.node, step.decision.nth});
    return answered == answered_.end() ? run_.steps.back().time : answered->second;
  }

  void write_span(JsonWriter& json, const ToldStep& step) const {
    const bool caused = step.cause != 0;
    const std::uint64_t operation = operation_of_[step.number - 1];
    constexpr int internal = 1;
    constexpr int client = 3;
    constexpr int consumer = 5;
    json.begin_object();
    // All its digits zero, an id would be none.
    json.key("traceId").text(hexadecimal(run_.tape.result().digest) + hexadecimal(operation + 1));
    json.key("spanId").text(hexadecimal(step.number));
    if (caused) json.key("parentSpanId").text(hexadecimal(step.cause));
    json.key("name").text(title(step.decision));
    json.key("kind").integer(step.decision.kind == EventKind::begin ? client
                             : is_arrival(step.decision.kind)       ? consumer
                                                                    : internal);
    const engine::Time start = caused ? run_.step(step.cause).time : step.time;
    json.key("startTimeUnixNano").text(std::to_string(start.nanoseconds));
    json.key("endTimeUnixNano").text(std::to_string(end_of(step).nanoseconds));
    json.key("attributes").begin_array();
    write_attribute(json, "step", std::to_string(step.number));
    if (!step.decision.detail.empty()) write_attribute(json, "detail", step.decision.detail);
    json.end_array();
    json.end_object();
  }

  const Exported& run_;
  /// The step at which the operation began that each belongs to; 0 = none.
  std::vector<std::uint64_t> operation_of_;
  std::map<std::pair<NodeId, std::uint32_t>, engine::Time> answered_;
};

}  // namespace

void write_perfetto(const Exported& run, std::ostream& out) { ChromeTrace(run, out).write(); }

void write_otlp(const Exported& run, std::ostream& out) { OtlpTraces(run).write(out); }

}  // namespace stampede::explain
