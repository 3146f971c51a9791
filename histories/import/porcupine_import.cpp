#include <algorithm>

#include "histories/import/collector.hpp"
#include "histories/import/operation_mapping.hpp"
#include "histories/import/plain_import.hpp"
#include "histories/import/recent_payloads.hpp"
#include "histories/import/service_choice.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {
namespace {

using engine::Document;

/// A field by its name, or as Go writes it: `Call` for `call`.
const Document* find_field(const Document& record, std::string_view name) {
  const Document* capital = nullptr;
  for (const Document::Entry& entry : record.entries) {
    const std::string_view key = entry.key;
    if (key.size() != name.size() || key.substr(1) != name.substr(1)) continue;
    if (key[0] == name[0]) return &entry.value;
    if (key[0] == name[0] - 'a' + 'A') capital = &entry.value;
  }
  return capital;
}

const Document& field_at(const Document& record, std::string_view name) {
  const Document* found = find_field(record, name);
  return found == nullptr ? record.at(name) : *found;
}

/// Operations with times: equal times are concurrent, so calls go first.
class Dump {
 public:
  Dump(InputText& input, const ImportSettings& settings, ImportedHistory& imported)
      : input_(input),
        reader_(input, Notation::json),
        settings_(settings),
        imported_(imported),
        collector_(input) {}

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
        if (list)
          input_.fail("this list is not closed before the file ends", "is the file cut off?");
        break;
      }
      if (list && !first) {
        if (input_.peek() != ',')
          input_.fail("expected ',' or ']' in a list", "is a comma missing, or the file cut off?");
        input_.take();
      }
      read_operation(reader_.read());
    }
    reader_.skip_blanks();
    if (input_.peek() != InputText::end)
      input_.fail("something stands behind the history", "one file holds one history: end it here");
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
    timed.client = client_of(record);
    timed.call = integer_of(field_at(record, "call"), INT64_MIN + 1, INT64_MAX);
    ForeignEvent invocation = foreign(record, field_at(record, "input"));
    timed.operation = operation(invocation, field_at(record, "input"));
    const Document* end = find_field(record, "return");
    if (end != nullptr && end->kind != Document::Kind::null) {
      timed.end = integer_of(*end, INT64_MIN + 1, INT64_MAX);
      if (timed.end < timed.call)
        end->fail("the operation returns before it is called",
                  "are \"call\" and \"return\" times of one clock?");
      collector_.hold_one_more(events_);
      events_.push_back({timed.end, true, operations_.size()});
      timed.result = result(invocation, field_at(record, "output"));
    }
    collector_.hold_one_more(events_);
    events_.push_back({timed.call, false, operations_.size()});
    collector_.hold_one_more(operations_);
    operations_.push_back(std::move(timed));
  }

  static std::string guess(const Document& record) {
    ForeignEvent event = foreign(record, field_at(record, "input"));
    return guess_model({event});
  }

  static std::string client_of(const Document& record) {
    for (const char* name : {"client", "clientId"}) {
      if (const Document* client = find_field(record, name)) return client->scalar("a client");
    }
    return "0";
  }

  /// The input as a foreign event; without `f` if it is in the words of our services.
  static ForeignEvent foreign(const Document& record, const Document& input) {
    ForeignEvent event = ForeignEvent::at(record);
    event.process = client_of(record);
    if (input.is_scalar()) {
      // Ours say who acquires.
      const std::string_view name = plain_name(input.text);
      if (name == "acquire" || name == "release") event.f = input;
    }
    if (!input.is_mapping()) return event;
    for (const char* name : {"f", "op"}) {
      if (const Document* f = find_field(input, name)) event.f = *f;
    }
    if (event.f.kind == Document::Kind::null) {
      const Document* type = find_field(input, "type");
      if (type != nullptr && (find_field(input, "txn") || find_field(input, "range"))) {
        type->fail(
            "this is an etcd with ranges, revisions and leases, which is not judged",
            "puts and gets of single keys are: {\"op\":\"put\",\"key\":\"x\",\"value\":\"1\"}");
      }
      return event;
    }
    for (const char* name : {"k", "key"}) {
      if (const Document* key = find_field(input, name)) event.key = *key;
    }
    for (const char* name : {"a", "v", "value"}) {
      if (const Document* value = find_field(input, name)) event.value = *value;
    }
    if (const Document* from = find_field(input, "from")) {
      event.value = *from;
      event.value.kind = Document::Kind::sequence;
      event.value.items = {*from, field_at(input, "to")};
    }
    // Porcupine's own models number their operations.
    if (event.f.text == "0") event.f.text = "get";
    if (event.f.text == "1") event.f.text = "put";
    if (event.f.text == "2") event.f.text = event.key ? "append" : "cas";
    return event;
  }

  /// `input`: what the invocation was made of, and all that there is if it is in our own words.
  engine::Operation operation(const ForeignEvent& invocation, const Document& input) {
    return recent_operations_.of(Content().add(input).add(invocation.process), [&] {
      return imported_.type->parse(invocation.f.kind == Document::Kind::null
                                       ? input
                                       : foreign_operation(imported_.model, invocation));
    });
  }

  engine::Result result(const ForeignEvent& invocation, const Document& output) {
    Content content;
    content.add(invocation.f).add(invocation.key ? 'k' : ' ').add(output);
    return recent_results_.of(content, [&] { return result_of(invocation, output); });
  }

  [[nodiscard]] engine::Result result_of(const ForeignEvent& invocation,
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
      if (const Document* value = find_field(output, "value")) completion.value = *value;
      const Document* ok = find_field(output, "ok");
      if (ok != nullptr && ok->text == "false") completion.type = ForeignEvent::Type::fail;
    } else if (output.is_scalar() && !output.quoted && output.text == "false") {
      completion.type = ForeignEvent::Type::fail;
    }
    return imported_.type->parse_result(foreign_result(imported_.model, invocation, completion));
  }

  void finish() {
    if (operations_.empty())
      input_.fail("the history is empty", "one operation stands on each line: docs/checking.md");
    std::sort(events_.begin(), events_.end(), [&](const Event& left, const Event& right) {
      input_.spend();
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
  RecentPayloads recent_operations_;
  RecentPayloads recent_results_;
  std::vector<Timed> operations_;
  std::vector<Event> events_;
};

}  // namespace

void import_porcupine(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  Dump(input, settings, imported).read_all();
}

}  // namespace stampede::histories
