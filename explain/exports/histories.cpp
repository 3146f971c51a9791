// What clients saw, in the formats that `check` reads, and others do.
#include <map>
#include <ostream>

#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "explain/exports/writers.hpp"
#include "models/service/services.hpp"
#include "scenarios/running/history.hpp"

namespace stampede::explain {
namespace {

using engine::Document;
using engine::HistoryOperation;
using engine::JsonWriter;

template <class T>
Document document_of(const T& value) {
  return engine::parse_json(engine::to_json(value), "an operation");
}

Document list(std::vector<Document> items) {
  Document document;
  document.kind = Document::Kind::sequence;
  document.items = std::move(items);
  return document;
}

/// An operation in the words of others: a name, and what it is applied to.
struct Foreign {
  std::string f;
  /// Of a key-value store.
  std::optional<Document> key{};
  Document value{};
};

/// `{"cas": ["x", "1", "2"]}` of a key-value store is a cas of [1 2] at x.
Foreign foreign(const HistoryOperation& operation, bool keyed) {
  const Document form = document_of(operation.operation);
  if (form.is_scalar()) return {form.text};
  const Document::Entry& entry = form.entries.at(0);
  Foreign result{entry.key};
  if (!keyed) {
    result.value = entry.value;
    return result;
  }
  if (entry.value.is_scalar()) {
    result.key = entry.value;
    return result;
  }
  std::vector<Document> items = entry.value.items;
  result.key = items.at(0);
  items.erase(items.begin());
  result.value = items.size() == 1 ? items[0] : list(std::move(items));
  return result;
}

/// What the operation came to: `value` of a completion, or nothing where it was refused.
std::optional<Document> outcome(const HistoryOperation& operation, const Foreign& invoked) {
  const Document result = document_of(operation.result);
  const Document::Entry& entry = result.entries.at(0);
  if (entry.key != "ok") return entry.value;
  if (entry.value.text != "true") return std::nullopt;
  return invoked.value;
}

/// InputError for services whose operations have no common name elsewhere.
std::string require_plain_service(const Exported& run, const char* format) {
  const std::string name = models::service::name_of(*run.tape.scenario().cluster.service);
  if (name == "table" || name == "transactions") {
    throw engine::InputError(std::string(format) + " has no words for operations of a " + name,
                             "--format ndjson writes any history");
  }
  return name;
}

void write_edn(const Document& value, std::ostream& out) {
  switch (value.kind) {
    case Document::Kind::null:
      out << "nil";
      return;
    case Document::Kind::sequence: {
      const char* between = "[";
      for (const Document& item : value.items) {
        out << between;
        write_edn(item, out);
        between = " ";
      }
      out << (value.items.empty() ? "[]" : "]");
      return;
    }
    default:
      out << (value.quoted ? engine::json_quote(value.text) : value.text);
  }
}

/// Jepsen's processes: a client that never heard of an operation goes on as another one.
class Processes {
 public:
  explicit Processes(std::uint64_t clients) : clients_(clients) {}
  [[nodiscard]] std::uint64_t of(ClientId client) const {
    const auto lost = lost_.find(client);
    return client.value + (lost == lost_.end() ? 0 : lost->second * clients_);
  }
  void lose(ClientId client) { ++lost_[client]; }

 private:
  std::uint64_t clients_;
  std::map<ClientId, std::uint64_t> lost_;
};

class EdnHistory {
 public:
  EdnHistory(const Exported& run, std::ostream& out)
      : run_(run),
        out_(out),
        keyed_(require_plain_service(run, "jepsen-edn") == "kv"),
        processes_(run.names.size()) {}

  void write() {
    const engine::History& history = run_.tape.result().history;
    std::vector<const HistoryOperation*> events(history.event_count());
    for (const HistoryOperation& operation : history.operations()) {
      events[operation.invoked_at] = &operation;
      if (!operation.is_open()) events[operation.responded_at] = &operation;
    }
    auto mark = marks().begin();
    for (std::uint64_t at = 0; at < events.size(); ++at) {
      const HistoryOperation& operation = *events[at];
      const bool invokes = operation.invoked_at == at;
      const std::uint64_t step = invokes ? operation.invoked_step : operation.responded_step;
      for (; mark != marks().end() && mark->number <= step; ++mark) write_mark(*mark);
      invokes ? write_invocation(operation) : write_completion(operation);
    }
    for (; mark != marks().end(); ++mark) write_mark(*mark);
  }

 private:
  [[nodiscard]] const std::vector<ToldStep>& marks() const { return run_.steps; }

  void begin(const char* type, const std::string& f) {
    out_ << "{:index " << index_++ << ", :type :" << type << ", :f :" << f;
  }
  void end(engine::Time time) { out_ << ", :time " << time.nanoseconds << "}\n"; }

  void write_value(const Foreign& operation, const Document& value) {
    out_ << ", :value ";
    write_edn(keyed_ ? list({*operation.key, value}) : value, out_);
  }

  void write_invocation(const HistoryOperation& operation) {
    // One that is still open when its client goes on is open for ever.
    const auto [known, first] = open_.try_emplace(operation.id.client, &operation);
    if (!first) {
      write_unknown(*known->second, operation.invoked_time);
      known->second = &operation;
    }
    const Foreign told = foreign(operation, keyed_);
    begin("invoke", told.f);
    out_ << ", :process " << processes_.of(operation.id.client);
    write_value(told, told.value);
    end(operation.invoked_time);
  }

  void write_unknown(const HistoryOperation& operation, engine::Time time) {
    const Foreign told = foreign(operation, keyed_);
    begin("info", told.f);
    out_ << ", :process " << processes_.of(operation.id.client);
    write_value(told, told.value);
    out_ << ", :error :unanswered";
    end(time);
    processes_.lose(operation.id.client);
  }

  void write_completion(const HistoryOperation& operation) {
    const Foreign told = foreign(operation, keyed_);
    const std::optional<Document> value = outcome(operation, told);
    begin(value ? "ok" : "fail", told.f);
    out_ << ", :process " << processes_.of(operation.id.client);
    write_value(told, value ? *value : told.value);
    end(operation.responded_time);
    open_.erase(operation.id.client);
  }

  /// Faults, as the nemesis tells them.
  void write_mark(const ToldStep& step) {
    static const std::map<engine::EventKind, const char*> words = {
        {engine::EventKind::begin_fault, "start"}, {engine::EventKind::end_fault, "stop"},
        {engine::EventKind::crash, "kill"},        {engine::EventKind::restart, "restart"},
        {engine::EventKind::pause, "pause"},       {engine::EventKind::resume, "resume"}};
    const auto word = words.find(step.decision.kind);
    if (word == words.end() || step.number <= run_.tape.boots()) return;
    const NodeId node = step.decision.node;
    begin("info", word->second);
    out_ << ", :process :nemesis, :value "
         << engine::json_quote(node == no_node ? step.decision.type : run_.names.of(node));
    end(step.time);
  }

  const Exported& run_;
  std::ostream& out_;
  bool keyed_;
  Processes processes_;
  /// What each client has under way.
  std::map<ClientId, const HistoryOperation*> open_;
  std::uint64_t index_ = 0;
};

}  // namespace

void write_jepsen_edn(const Exported& run, std::ostream& out) { EdnHistory(run, out).write(); }

void write_ndjson(const Exported& run, std::ostream& out) {
  scenarios::HistoryMarks marks;
  for (const ToldStep& step : run.steps) {
    engine::Event event;
    event.kind = step.decision.kind;
    event.step = step.number;
    event.time = step.time;
    event.node = step.decision.node;
    event.type = step.decision.type;
    marks.event(event);
  }
  scenarios::write_history(out, run.tape.scenario(), run.tape.result(), marks);
}

void write_porcupine(const Exported& run, std::ostream& out) {
  const bool keyed = require_plain_service(run, "porcupine") == "kv";
  const char* between = "[\n";
  for (const HistoryOperation& operation : run.tape.result().history.operations()) {
    const Foreign told = foreign(operation, keyed);
    JsonWriter json;
    json.begin_object();
    json.key("client").unsigned_integer(operation.id.client.value);
    json.key("input").begin_object();
    json.key("op").text(told.f);
    if (told.key) {
      json.key("key");
      write_value(json, *told.key);
    }
    json.key("value");
    write_value(json, told.value);
    json.end_object();
    // Their order is what counts: times may be equal where it is known who was first.
    json.key("call").unsigned_integer(operation.invoked_at);
    if (!operation.is_open()) {
      const std::optional<Document> value = outcome(operation, told);
      json.key("output").begin_object();
      json.key("ok").boolean(value.has_value());
      json.key("value");
      write_value(json, value ? *value : Document{});
      json.end_object();
      json.key("return").unsigned_integer(operation.responded_at);
    }
    json.end_object();
    out << between << json.str();
    between = ",\n";
  }
  out << (*between == '[' ? "[]\n" : "\n]\n");
}

}  // namespace stampede::explain
