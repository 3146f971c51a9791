#include "histories/import/jepsen_import.hpp"

#include "histories/import/jepsen_events.hpp"
#include "histories/import/jepsen_log.hpp"
#include "histories/import/transaction_import.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {
namespace {

using engine::Document;

ForeignEvent::Type type_of(const Document& document) {
  const auto type = find_event_type(document.scalar("invoke, ok, fail or info"));
  if (!type) {
    document.fail("unknown type '" + document.text + "'", "expected invoke, ok, fail or info");
  }
  return *type;
}

void set_error(ForeignEvent& event, const Document& error) {
  event.has_error = error.kind != Document::Kind::null;
  if (event.has_error) add_to_note(event.note, "error", error);
}

/// `{:process 0, :type :ok, :f :read, :value 3}`.
ForeignEvent event_of_mapping(Document& record) {
  ForeignEvent event = ForeignEvent::at(record);
  bool has_type = false;
  const Document* client = nullptr;
  for (Document::Entry& entry : record.entries) {
    const std::string_view key = entry.key;
    if (key == "type") {
      event.type = type_of(entry.value);
      has_type = true;
    } else if (key == "process") {
      event.process = entry.value.scalar("a process");
    } else if (key == "client" && entry.value.is_scalar()) {
      client = &entry.value;
    } else if (key == "f") {
      std::swap(event.f, entry.value);
    } else if (key == "value") {
      std::swap(event.value, entry.value);
    } else if (key == "key" && entry.value.kind != Document::Kind::null) {
      event.key = std::move(entry.value);
    } else if (key == "time" && entry.value.is_scalar()) {
      event.time = integer_of(entry.value, INT64_MIN + 1, INT64_MAX);
    } else if (key == "error") {
      set_error(event, entry.value);
    } else if (key != "index" && entry.value.kind != Document::Kind::null) {
      add_to_note(event.note, entry.key, entry.value);
    }
  }
  if (client != nullptr && event.process.empty()) {
    event.process = client->text;
  } else if (client != nullptr) {
    add_to_note(event.note, "client", *client);
  }
  if (!has_type && record.find("valid?") != nullptr) {
    event.place.fail("these are the results of a check, not a history",
                     "the history is in another file: history.edn");
  }
  if (!has_type) event.place.fail("a record without type", "expected :type :invoke, or \"type\"");
  const bool named = event.f.kind != Document::Kind::null;
  if (named ? is_of_reads_and_writes(event.value) : is_transaction_value(event.value)) {
    if (!named) event.f = event.place;
    event.f.kind = Document::Kind::scalar;
    event.f.text = "txn";
    // Examples of transactions often name no process: they come one after the other.
    if (event.process.empty()) event.process = "0";
  }
  if (event.process.empty()) {
    event.place.fail("a record without process",
                     "say who did it, :process 0 or \"process\": 0; an operation is over where its "
                     "process completes it");
  }
  if (event.f.kind == Document::Kind::null && is_client_number(event.process)) {
    event.place.fail("a record without f", "name the operation: :f :read, or \"f\": \"read\"");
  }
  return event;
}

/// `[0 :ok :read 3]`, perhaps with an error behind.
ForeignEvent event_of_vector(Document& record) {
  if (record.items.size() < 3 || record.items.size() > 5) {
    record.fail("expected an event: [process type f value], and an error behind it",
                "for example [0 :invoke :read nil]");
  }
  ForeignEvent event = ForeignEvent::at(record);
  event.process = record.items[0].scalar("a process");
  event.type = type_of(record.items[1]);
  static_cast<void>(record.items[2].scalar("the name of an operation"));
  event.f = std::move(record.items[2]);
  if (record.items.size() > 3) event.value = std::move(record.items[3]);
  if (record.items.size() > 4) set_error(event, record.items[4]);
  return event;
}

ForeignEvent event_of(Document& record, Notation notation) {
  if (record.is_sequence() && notation == Notation::edn) return event_of_vector(record);
  record.expect_mapping("one operation");
  return event_of_mapping(record);
}

/// Whether the bracket ahead opens the list of all records, rather than the first of them.
bool opens_list(InputText& input, Notation notation) {
  const int open = input.peek();
  if (notation == Notation::json) return open == '[';
  if (open != '[') return open == '(';
  const std::string head = input.look_ahead(4'096);
  const std::size_t next = head.find_first_not_of(" \t\r\n,", 1);
  if (next == std::string::npos) return true;
  const bool begins_event = (head[next] >= '0' && head[next] <= '9') || head[next] == ':';
  return !begins_event;
}

void read_records(InputText& input, Notation notation, JepsenEvents& events) {
  ValueReader reader(input, notation);
  reader.skip_blanks();
  const bool list = opens_list(input, notation);
  const char close = input.peek() == '[' ? ']' : ')';
  if (list) input.take();
  for (bool first = true;; first = false) {
    reader.skip_blanks();
    if (input.peek() == InputText::end) {
      if (list)
        input.fail("the list of operations is not closed before the file ends",
                   "is the file cut off?");
      return;
    }
    if (list && input.peek() == close) break;
    if (list && !first && notation == Notation::json) {
      if (input.peek() != ',')
        input.fail("expected ',' or ']' behind an operation",
                   "is the file cut off, or a comma missing?");
      input.take();
    }
    events.add(event_of(reader.read(), notation));
  }
  input.take();
  reader.skip_blanks();
  if (input.peek() != InputText::end)
    input.fail("something stands behind the history", "one file holds one history: end it here");
}

}  // namespace

void import_jepsen(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  JepsenEvents events(input, settings, imported);
  if (imported.format == HistoryFormat::jepsen_log) {
    read_jepsen_log(input, events, imported);
  } else {
    const bool json = imported.format == HistoryFormat::jepsen_json;
    read_records(input, json ? Notation::json : Notation::edn, events);
  }
  events.finish();
}

}  // namespace stampede::histories
