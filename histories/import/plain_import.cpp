#include "histories/import/plain_import.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include "histories/import/collector.hpp"
#include "histories/import/operation_mapping.hpp"
#include "histories/import/recent_payloads.hpp"
#include "histories/import/service_choice.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

std::int64_t time_of(const Document* document) {
  if (document == nullptr || document->kind == Document::Kind::null) return 0;
  return integer_of(*document, INT64_MIN + 1, INT64_MAX);
}

/// The fields of one line that mean something, by their names; null where there are none.
struct Line {
  explicit Line(const Document& of) : record(of) {
    for (const Document::Entry& entry : record.entries) {
      const auto member = member_of(entry.key);
      if (member != nullptr) {
        this->*member = &entry.value;
      } else {
        any_other = true;
      }
    }
  }

  using Member = const Document* Line::*;
  static Member member_of(std::string_view name) {
    if (name == "id") return &Line::id;
    if (name == "op") return &Line::op;
    if (name == "end") return &Line::end;
    if (name.size() != 1) return nullptr;
    switch (name[0]) {
      case 'a':
        return &Line::a;
      case 'e':
        return &Line::e;
      case 'f':
        return &Line::f;
      case 'h':
        return &Line::h;
      case 'i':
        return &Line::i;
      case 'k':
        return &Line::k;
      case 'o':
        return &Line::o;
      case 'p':
        return &Line::p;
      case 't':
        return &Line::t;
      default:
        return nullptr;
    }
  }

  /// InputError if it is not there.
  [[nodiscard]] const Document& at(Member member, std::string_view name) const {
    return this->*member != nullptr ? *(this->*member) : record.at(name);
  }

  const Document& record;
  const Document* a = nullptr;
  const Document* e = nullptr;
  const Document* end = nullptr;
  const Document* f = nullptr;
  const Document* h = nullptr;
  const Document* i = nullptr;
  const Document* id = nullptr;
  const Document* k = nullptr;
  const Document* o = nullptr;
  const Document* op = nullptr;
  const Document* p = nullptr;
  const Document* t = nullptr;
  /// Whether there are others, which are for people.
  bool any_other = false;
};

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
      const Document& record = reader_.read();
      record.expect_mapping("one JSON object a line");
      if (ended_)
        record.fail("a record behind the end of the history", "the line with \"end\" is the last");
      const Line line(record);
      if (line.h != nullptr) {
        header(record);
      } else if (line.end != nullptr) {
        ended_ = true;
        check_count(record);
      } else {
        event(line);
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

  void event(const Line& line) {
    seen_event_ = true;
    if (line.i != nullptr) {
      const std::int64_t at = integer_of(*line.i, 0, INT64_MAX);
      if (at <= last_index_)
        line.i->fail("event " + line.i->text + " is not after the one before",
                     "\"i\" ascends from line to line");
      last_index_ = at;
    }
    const std::string_view kind = line.at(&Line::e, "e").scalar("call, ok, fail or info");
    if (kind == "mark") return mark(line.record);
    if (imported_.type == nullptr) choose_service(settings_, line.record, imported_);
    const std::string& id = line.at(&Line::id, "id").scalar("the id of an operation");
    const std::int64_t time = time_of(line.t);
    std::size_t number = 0;
    if (kind == "call") {
      number = call(line, id, time);
    } else if (kind == "ok" || kind == "fail" || kind == "info") {
      number = completion(line, kind, id, time);
    } else {
      line.e->fail("unknown event '" + line.e->text + "'", "expected call, ok, fail, info or mark");
    }
    if (line.any_other) keep_note(line.record, number);
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
      if (Line::member_of(entry.key) != nullptr) continue;
      add_to_note(note, entry.key == "note" ? "" : entry.key, entry.value);
    }
    if (!note.empty()) collector_.note(number, std::move(note));
  }

  std::size_t call(const Line& line, const std::string& id, std::int64_t time) {
    const std::string& client = line.at(&Line::p, "p").scalar("the client");
    engine::Operation operation =
        line.op != nullptr
            ? operations_.of(Content().add(*line.op),
                             [&] { return imported_.type->parse(*line.op); })
            : imported_.type->parse(foreign_operation(imported_.model, foreign(line)));
    const auto [found, inserted] = open_.emplace(id, 0);
    if (!inserted)
      line.id->fail("operation " + id + " is open already", "each operation has an id of its own");
    const std::size_t number = collector_.begin(client, std::move(operation), time);
    found->second = number;
    return number;
  }

  std::size_t completion(const Line& line, std::string_view kind, const std::string& id,
                         std::int64_t time) {
    const auto found = open_.find(id);
    if (found == open_.end()) {
      line.id->fail("operation " + id + " is not open: it was never called, or is over",
                    "is the beginning of the history missing?");
    }
    const std::size_t number = found->second;
    // Only what is open is remembered, so that memory does not grow with what is over.
    open_.erase(found);
    if (kind == "fail") {
      collector_.fail(number);
    } else if (kind == "ok") {
      const Document& result = line.at(&Line::o, "o");
      collector_.complete(
          number,
          results_.of(Content().add(result), [&] { return imported_.type->parse_result(result); }),
          time);
    }
    return number;
  }

  /// `"f":"cas","k":"x","a":[1,2]` as the event of a foreign history.
  static ForeignEvent foreign(const Line& line) {
    ForeignEvent event = ForeignEvent::at(line.record);
    event.f = line.at(&Line::f, "f");
    event.process = line.at(&Line::p, "p").text;
    if (line.k != nullptr) event.key = *line.k;
    if (line.a != nullptr) event.value = *line.a;
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
  RecentPayloads operations_;
  RecentPayloads results_;
  boost::unordered_flat_map<std::string, std::size_t> open_;
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
