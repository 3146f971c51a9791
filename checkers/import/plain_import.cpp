#include "checkers/import/plain_import.hpp"

#include <algorithm>

#include "checkers/import/collector.hpp"
#include "checkers/import/operation_mapping.hpp"
#include "checkers/import/value_reader.hpp"

namespace stampede::checkers {

using engine::Document;

void choose_service(const ImportSettings& settings, const Document& place,
                    ImportedHistory& imported) {
  if (imported.model.empty()) {
    place.fail("what these operations belong to is not known",
               "name a model: --model " + engine::comma_list(settings.service_names));
  }
  // Runs write the name of the service's type: Kv.
  if (imported.model[0] >= 'A' && imported.model[0] <= 'Z') imported.model[0] += 'a' - 'A';
  imported.type = settings.find_service ? settings.find_service(imported.model) : nullptr;
  if (imported.type == nullptr) {
    std::string hint = engine::did_you_mean(imported.model, settings.service_names);
    if (hint.empty()) hint = "models: " + engine::comma_list(settings.service_names);
    place.fail("unknown model '" + imported.model + "'", hint);
  }
  if (imported.type->parse_result == nullptr) {
    place.fail("results of model '" + imported.model + "' cannot be read");
  }
}

namespace {

std::int64_t time_of(const Document* document) {
  if (document == nullptr || document->kind == Document::Kind::null) return 0;
  return engine::read_integer(*document, INT64_MIN + 1, INT64_MAX);
}

/// Our NDJSON: a header, then one object a line.
class Lines {
 public:
  Lines(InputText& input, const ImportSettings& settings, ImportedHistory& imported)
      : input_(input), reader_(input, Notation::json), settings_(settings), imported_(imported) {}

  void read_all() {
    for (reader_.skip_blanks(); input_.peek() != InputText::end; reader_.skip_blanks()) {
      const Document record = reader_.read();
      record.expect_mapping("one JSON object a line");
      if (ended_) record.fail("a record behind the end of the history");
      if (record.find("h") != nullptr) {
        header(record);
      } else if (record.find("end") != nullptr) {
        ended_ = true;
        check_count(record);
      } else {
        event(record);
      }
    }
    finish();
  }

 private:
  struct Begun {
    std::size_t number = 0;
    bool over = false;
  };

  void header(const Document& record) {
    if (seen_header_ || seen_event_) record.fail("a header in the middle of the history");
    seen_header_ = true;
    const Document& version = record.at("h");
    if (engine::read_integer(version, 0, INT64_MAX) != 1) {
      version.fail("version " + version.text + " of the history format is not known",
                   "this is version 1");
    }
    const Document* model = record.find("model");
    if (imported_.model.empty() && model != nullptr) imported_.model = model->scalar("a model");
    has_end_ = record.find("footer") != nullptr;
    choose_service(settings_, model == nullptr ? record : *model, imported_);
  }

  void check_count(const Document& record) {
    const Document* count = record.find("n");
    if (count == nullptr) return;
    const auto expected = static_cast<std::uint64_t>(engine::read_integer(*count, 0, INT64_MAX));
    if (expected != collector_.event_count()) {
      count->fail("the history says " + count->text + " events, but has " +
                  std::to_string(collector_.event_count()));
    }
  }

  void event(const Document& record) {
    seen_event_ = true;
    if (imported_.type == nullptr) choose_service(settings_, record, imported_);
    if (const Document* index = record.find("i")) {
      const std::int64_t at = engine::read_integer(*index, 0, INT64_MAX);
      if (at <= last_index_) index->fail("event " + index->text + " is not after the one before");
      last_index_ = at;
    }
    const std::string& kind = record.at("e").scalar("call, ok, fail or info");
    const std::string& id = record.at("id").scalar("the id of an operation");
    const std::int64_t time = time_of(record.find("t"));
    if (kind == "call") {
      call(record, id, time);
    } else if (kind == "ok" || kind == "fail" || kind == "info") {
      completion(record, kind, id, time);
    } else {
      record.at("e").fail("unknown event '" + kind + "'", "expected call, ok, fail or info");
    }
    if (const Document* note = record.find("note")) {
      imported_.annotations.push_back({collector_.event_count(), note->to_text()});
    }
  }

  void call(const Document& record, const std::string& id, std::int64_t time) {
    const std::string& client = record.at("p").scalar("the client");
    engine::Operation operation;
    if (const Document* written = record.find("op")) {
      operation = imported_.type->parse(*written);
    } else {
      operation = imported_.type->parse(foreign_operation(imported_.model, foreign(record)));
    }
    const auto [found, inserted] = begun_.emplace(id, Begun{});
    if (!inserted) record.at("id").fail("operation " + id + " was called before");
    found->second.number = collector_.begin(client, std::move(operation), time);
  }

  void completion(const Document& record, const std::string& kind, const std::string& id,
                  std::int64_t time) {
    const auto found = begun_.find(id);
    if (found == begun_.end()) {
      record.at("id").fail("operation " + id + " was never called",
                           "is the beginning of the history missing?");
    }
    if (found->second.over) record.at("id").fail("operation " + id + " is over already");
    found->second.over = true;
    const std::size_t number = found->second.number;
    if (kind == "info") {
      collector_.leave_open(number);
    } else if (kind == "fail") {
      collector_.fail(number);
    } else {
      collector_.complete(number, imported_.type->parse_result(record.at("o")), time);
    }
  }

  /// `"f":"cas","k":"x","a":[1,2]` as the event of a foreign history.
  static ForeignEvent foreign(const Document& record) {
    ForeignEvent event;
    event.place = record;
    event.f = record.at("f");
    event.process = record.at("p").text;
    if (const Document* key = record.find("k")) event.key = *key;
    if (const Document* argument = record.find("a")) event.value = *argument;
    return event;
  }

  void finish() {
    if (!seen_event_ && !seen_header_) input_.fail("the history is empty");
    if (has_end_ && !ended_) {
      imported_.remarks.push_back("the end of the history is missing: what is open stays open");
    }
    collector_.finish(imported_);
  }

  InputText& input_;
  ValueReader reader_;
  const ImportSettings& settings_;
  ImportedHistory& imported_;
  Collector collector_;
  std::unordered_map<std::string, Begun> begun_;  // looked up, never iterated
  std::int64_t last_index_ = -1;
  bool seen_header_ = false;
  bool seen_event_ = false;
  bool has_end_ = false;
  bool ended_ = false;
};

/// Operations with times: equal times are concurrent, so calls go first.
class Dump {
 public:
  Dump(InputText& input, const ImportSettings& settings, ImportedHistory& imported)
      : input_(input), reader_(input, Notation::json), settings_(settings), imported_(imported) {}

  void read_all() {
    reader_.skip_blanks();
    const bool list = input_.peek() == '[';
    if (list) input_.take();
    for (bool first = true;; first = false) {
      reader_.skip_blanks();
      if (list && input_.peek() == ']') {
        input_.take();
        break;
      }
      if (input_.peek() == InputText::end) {
        if (list) input_.fail("this list is not closed before the file ends");
        break;
      }
      if (list && !first) {
        if (input_.peek() != ',') input_.fail("expected ',' or ']' in a list");
        input_.take();
      }
      read_operation(reader_.read());
    }
    reader_.skip_blanks();
    if (input_.peek() != InputText::end) input_.fail("something stands behind the history");
    finish();
  }

 private:
  struct Timed {
    std::string client;
    engine::Operation operation;
    engine::Result result;
    std::int64_t call = 0;
    std::int64_t end = 0;
  };
  struct Event {
    std::int64_t time;
    bool response;
    std::size_t operation;
  };

  void read_operation(const Document& record) {
    record.expect_mapping("one operation");
    if (imported_.model.empty()) imported_.model = guess(record);
    if (imported_.type == nullptr) choose_service(settings_, record, imported_);
    Timed timed;
    const Document* client = record.find("client");
    if (client == nullptr) client = record.find("clientId");
    timed.client = client == nullptr ? "0" : client->scalar("a client");
    timed.call = engine::read_integer(record.at("call"), INT64_MIN + 1, INT64_MAX);
    ForeignEvent invocation = foreign(record, record.at("input"));
    timed.operation = imported_.type->parse(invocation.f.kind == Document::Kind::null
                                                ? record.at("input")
                                                : foreign_operation(imported_.model, invocation));
    const Document* end = record.find("return");
    if (end != nullptr && end->kind != Document::Kind::null) {
      timed.end = engine::read_integer(*end, INT64_MIN + 1, INT64_MAX);
      if (timed.end < timed.call) end->fail("the operation returns before it is called");
      events_.push_back({timed.end, true, operations_.size()});
      timed.result = result(invocation, record.at("output"));
    }
    events_.push_back({timed.call, false, operations_.size()});
    operations_.push_back(std::move(timed));
  }

  static std::string guess(const Document& record) {
    ForeignEvent event = foreign(record, record.at("input"));
    return guess_model({event});
  }

  /// The input as a foreign event; without `f` if it is in the words of our services.
  static ForeignEvent foreign(const Document& record, const Document& input) {
    ForeignEvent event;
    event.place = record;
    if (!input.is_mapping()) return event;
    for (const char* name : {"f", "op"}) {
      if (const Document* f = input.find(name)) event.f = *f;
    }
    if (event.f.kind == Document::Kind::null) return event;
    for (const char* name : {"k", "key"}) {
      if (const Document* key = input.find(name)) event.key = *key;
    }
    for (const char* name : {"a", "v", "value"}) {
      if (const Document* value = input.find(name)) event.value = *value;
    }
    if (const Document* from = input.find("from")) {
      event.value = *from;
      event.value.kind = Document::Kind::sequence;
      event.value.items = {*from, input.at("to")};
    }
    // Porcupine's own models number their operations.
    if (event.f.text == "0") event.f.text = "get";
    if (event.f.text == "1") event.f.text = "put";
    if (event.f.text == "2") event.f.text = event.key ? "append" : "cas";
    return event;
  }

  [[nodiscard]] engine::Result result(const ForeignEvent& invocation,
                                      const Document& output) const {
    if (output.is_mapping() && invocation.f.kind == Document::Kind::null) {
      return imported_.type->parse_result(output);
    }
    ForeignEvent completion;
    completion.type = ForeignEvent::Type::ok;
    completion.place = output;
    completion.value = output;
    completion.key = invocation.key;
    if (output.is_mapping()) {
      if (const Document* value = output.find("value")) completion.value = *value;
      const Document* ok = output.find("ok");
      if (ok != nullptr && ok->text == "false") completion.type = ForeignEvent::Type::fail;
    } else if (output.is_scalar() && !output.quoted && output.text == "false") {
      completion.type = ForeignEvent::Type::fail;
    }
    return imported_.type->parse_result(foreign_result(imported_.model, invocation, completion));
  }

  void finish() {
    if (operations_.empty()) input_.fail("the history is empty");
    std::sort(events_.begin(), events_.end(), [](const Event& left, const Event& right) {
      return std::tuple{left.time, left.response, left.operation} <
             std::tuple{right.time, right.response, right.operation};
    });
    std::vector<std::size_t> numbers(operations_.size());
    for (const Event& event : events_) {
      Timed& timed = operations_[event.operation];
      if (event.response) {
        collector_.complete(numbers[event.operation], std::move(timed.result), event.time);
      } else {
        numbers[event.operation] =
            collector_.begin(timed.client, std::move(timed.operation), event.time);
      }
    }
    collector_.finish(imported_);
  }

  InputText& input_;
  ValueReader reader_;
  const ImportSettings& settings_;
  ImportedHistory& imported_;
  Collector collector_;
  std::vector<Timed> operations_;
  std::vector<Event> events_;
};

}  // namespace

void import_ndjson(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  Lines(input, settings, imported).read_all();
}

void import_porcupine(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  Dump(input, settings, imported).read_all();
}

}  // namespace stampede::checkers
