#include "histories/import/plain_import.hpp"

#include <algorithm>
#include <array>

#include "histories/import/collector.hpp"
#include "histories/import/operation_mapping.hpp"
#include "histories/import/service_choice.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

std::int64_t time_of(const Document* document) {
  if (document == nullptr || document->kind == Document::Kind::null) return 0;
  return engine::read_integer(*document, INT64_MIN + 1, INT64_MAX);
}

/// Our NDJSON: a header, then one object a line.
class Lines {
 public:
  Lines(InputText& input, const ImportSettings& settings, ImportedHistory& imported)
      : input_(input),
        reader_(input, Notation::json),
        settings_(settings),
        imported_(imported),
        collector_(input) {}

  void read_all() {
    for (reader_.skip_blanks(); input_.peek() != InputText::end; reader_.skip_blanks()) {
      const Document record = reader_.read();
      record.expect_mapping("one JSON object a line");
      if (ended_)
        record.fail("a record behind the end of the history", "the line with \"end\" is the last");
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
  void header(const Document& record) {
    if (seen_header_ || seen_event_)
      record.fail("a header in the middle of the history", "the line with \"h\" is the first");
    seen_header_ = true;
    const Document& version = record.at("h");
    if (engine::read_integer(version, 0, INT64_MAX) != 1) {
      version.fail("version " + version.text + " of the history format is not known",
                   "this is version 1");
    }
    const Document* model = record.find("model");
    if (imported_.model.empty() && model != nullptr) imported_.model = model->scalar("a model");
    const Document* init = record.find("init");
    if (!imported_.initial && init != nullptr && init->kind != Document::Kind::null) {
      imported_.initial = init->scalar("the initial value");
    }
    has_end_ = record.find("footer") != nullptr;
    choose_service(settings_, model == nullptr ? record : *model, imported_);
  }

  void check_count(const Document& record) {
    const Document* count = record.find("n");
    if (count == nullptr) return;
    const auto expected = static_cast<std::uint64_t>(engine::read_integer(*count, 0, INT64_MAX));
    if (expected != collector_.event_count()) {
      count->fail("the history says " + count->text + " events, but has " +
                      std::to_string(collector_.event_count()),
                  "is the file cut off, or were lines taken out?");
    }
  }

  void event(const Document& record) {
    seen_event_ = true;
    if (const Document* index = record.find("i")) {
      const std::int64_t at = engine::read_integer(*index, 0, INT64_MAX);
      if (at <= last_index_)
        index->fail("event " + index->text + " is not after the one before",
                    "\"i\" ascends from line to line");
      last_index_ = at;
    }
    const std::string& kind = record.at("e").scalar("call, ok, fail or info");
    if (kind == "mark") return mark(record);
    if (imported_.type == nullptr) choose_service(settings_, record, imported_);
    const std::string& id = record.at("id").scalar("the id of an operation");
    const std::int64_t time = time_of(record.find("t"));
    std::size_t number = 0;
    if (kind == "call") {
      number = call(record, id, time);
    } else if (kind == "ok" || kind == "fail" || kind == "info") {
      number = completion(record, kind, id, time);
    } else {
      record.at("e").fail("unknown event '" + kind + "'", "expected call, ok, fail, info or mark");
    }
    keep_note(record, number);
  }

  void mark(const Document& record) {
    Annotation annotation;
    annotation.text = record.at("text").scalar("what happened");
    annotation.subject = annotation.text;
    if (const Document* edge = record.find("edge")) {
      const std::string& word = edge->scalar("begins or ends");
      if (word != "begins" && word != "ends") {
        edge->fail("unknown edge '" + word + "'", "expected begins or ends");
      }
      annotation.edge = word == "begins" ? Annotation::Edge::begins : Annotation::Edge::ends;
    }
    collector_.annotate(std::move(annotation));
  }

  void keep_note(const Document& record, std::size_t number) {
    std::string note;
    for (const Document::Entry& entry : record.entries) {
      constexpr std::array<std::string_view, 10> known{"i", "t",  "p", "e", "id",
                                                       "f", "op", "k", "a", "o"};
      const bool is_known = std::find(known.begin(), known.end(), entry.key) != known.end();
      if (!is_known) add_to_note(note, entry.key == "note" ? "" : entry.key, entry.value);
    }
    if (!note.empty()) collector_.note(number, std::move(note));
  }

  std::size_t call(const Document& record, const std::string& id, std::int64_t time) {
    const std::string& client = record.at("p").scalar("the client");
    engine::Operation operation;
    if (const Document* written = record.find("op")) {
      operation = imported_.type->parse(*written);
    } else {
      operation = imported_.type->parse(foreign_operation(imported_.model, foreign(record)));
    }
    const auto [found, inserted] = open_.emplace(id, 0);
    if (!inserted)
      record.at("id").fail("operation " + id + " is open already",
                           "each operation has an id of its own");
    found->second = collector_.begin(client, std::move(operation), time);
    return found->second;
  }

  std::size_t completion(const Document& record, const std::string& kind, const std::string& id,
                         std::int64_t time) {
    const auto found = open_.find(id);
    if (found == open_.end()) {
      record.at("id").fail("operation " + id + " is not open: it was never called, or is over",
                           "is the beginning of the history missing?");
    }
    const std::size_t number = found->second;
    // Only what is open is remembered, so that memory does not grow with what is over.
    open_.erase(found);
    if (kind == "fail") {
      collector_.fail(number);
    } else if (kind == "ok") {
      collector_.complete(number, imported_.type->parse_result(record.at("o")), time);
    }
    return number;
  }

  /// `"f":"cas","k":"x","a":[1,2]` as the event of a foreign history.
  static ForeignEvent foreign(const Document& record) {
    ForeignEvent event = ForeignEvent::at(record);
    event.f = record.at("f");
    event.process = record.at("p").text;
    if (const Document* key = record.find("k")) event.key = *key;
    if (const Document* argument = record.find("a")) event.value = *argument;
    return event;
  }

  void finish() {
    if (!seen_event_ && !seen_header_)
      input_.fail("the history is empty", "one event stands on each line: docs/checking.md");
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
  std::unordered_map<std::string, std::size_t> open_;  // looked up, never iterated
  std::int64_t last_index_ = -1;
  bool seen_header_ = false;
  bool seen_event_ = false;
  bool has_end_ = false;
  bool ended_ = false;
};

}  // namespace

void import_ndjson(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  Lines(input, settings, imported).read_all();
}

}  // namespace stampede::histories
