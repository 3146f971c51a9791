#include "checkers/import/jepsen_import.hpp"

#include <algorithm>

#include "checkers/import/collector.hpp"
#include "checkers/import/operation_mapping.hpp"
#include "checkers/import/plain_import.hpp"
#include "checkers/import/value_reader.hpp"

namespace stampede::checkers {
namespace {

using engine::Document;
using Type = ForeignEvent::Type;

/// Without a named model, as many operations are looked at before one is chosen.
constexpr std::size_t sample = 2'000;

std::optional<Type> find_type(std::string_view name) {
  if (name == "invoke") return Type::invoke;
  if (name == "ok") return Type::ok;
  if (name == "fail") return Type::fail;
  if (name == "info") return Type::info;
  return std::nullopt;
}

bool is_client(const std::string& process) {
  return !process.empty() && std::all_of(process.begin(), process.end(), [](char character) {
    return character >= '0' && character <= '9';
  });
}

class Events {
 public:
  Events(InputText& input, const ImportSettings& settings, ImportedHistory& imported)
      : input_(input), settings_(settings), imported_(imported) {
    failed_cas_is_mismatch_ = settings.failed_cas == FailedCas::mismatch ||
                              (settings.failed_cas == FailedCas::by_format &&
                               imported.format == HistoryFormat::jepsen_log);
    imported_.transactional = is_transaction_model(imported_.model);
    if (!imported_.model.empty()) choose(nullptr);
  }

  void add(ForeignEvent event) {
    if (!is_client(event.process)) {
      imported_.annotations.push_back(
          {collector_.event_count() + waiting_.size(),
           event.process + " " + event.f.to_text() +
               (event.value.kind == Document::Kind::null ? "" : " " + event.value.to_text())});
      return;
    }
    if (chosen_) return take(std::move(event));
    waiting_.push_back(std::move(event));
    if (waiting_.size() == sample) choose(&waiting_.front());
  }

  void finish() {
    if (!chosen_ && waiting_.empty()) input_.fail("the history has no operation of a client");
    if (!chosen_) choose(&waiting_.front());
    collector_.finish(imported_);
  }

 private:
  struct Open {
    ForeignEvent invocation;
    std::size_t number = 0;
    bool crashed = false;
    bool busy = false;
  };

  void choose(const ForeignEvent* first) {
    if (imported_.model.empty()) {
      imported_.model = guess_model(waiting_);
      if (!imported_.model.empty()) {
        imported_.remarks.push_back("judged as " + imported_.model +
                                    ", by its operations; --model says otherwise");
      }
    }
    imported_.transactional = is_transaction_model(imported_.model);
    Document nowhere;
    nowhere.file = input_.name();
    if (!imported_.transactional) {
      choose_service(settings_, first == nullptr ? nowhere : first->place, imported_);
    }
    chosen_ = true;
    for (ForeignEvent& event : waiting_) take(std::move(event));
    waiting_.clear();
  }

  void take(ForeignEvent event) {
    Open& open = open_[event.process];
    if (open.crashed) {
      event.place.fail("process " + event.process + " goes on after an :info",
                       "an operation that may be under way for ever ends its process: the next one "
                       "needs a new process number");
    }
    if (event.type == Type::invoke) {
      if (open.busy) {
        event.place.fail("process " + event.process +
                         " invokes an operation while another is open");
      }
      open.busy = true;
      open.number = begin(event);
      open.invocation = std::move(event);
      return;
    }
    if (!open.busy) {
      // Info without invocation: what a process says about itself.
      if (event.type == Type::info) {
        open_.erase(event.process);
        return;
      }
      event.place.fail("process " + event.process + " completes an operation that it never invoked",
                       "is the beginning of the history missing?");
    }
    const std::string& f = event.f.scalar("the name of an operation");
    if (plain_name(f) != plain_name(open.invocation.f.text)) {
      event.f.fail("process " + event.process + " invoked " + open.invocation.f.text +
                   ", but completes " + f);
    }
    open.busy = false;
    complete(open, event);
  }

  std::size_t begin(const ForeignEvent& event) {
    if (imported_.transactional) return begin_transaction(event);
    engine::Operation operation = imported_.type->parse(foreign_operation(imported_.model, event));
    return collector_.begin(event.process, std::move(operation), event.time);
  }

  void complete(Open& open, const ForeignEvent& event) {
    if (imported_.transactional) return complete_transaction(open, event);
    const bool mismatch = event.type == Type::fail && failed_cas_is_mismatch_ &&
                          plain_name(event.f.text) == "cas" && !event.has_error;
    if (event.type == Type::ok || mismatch) {
      collector_.complete(
          open.number,
          imported_.type->parse_result(foreign_result(imported_.model, open.invocation, event)),
          event.time);
    } else if (event.type == Type::fail) {
      collector_.fail(open.number);
    } else {
      open.crashed = true;
      open.invocation = {};
      collector_.leave_open(open.number);
    }
  }

  std::size_t begin_transaction(const ForeignEvent& event) {
    Transaction& transaction = imported_.transactions.emplace_back();
    transaction.client = collector_.client_number(event.process);
    transaction.invoked_at = collector_.next_event();
    transaction.operations = micro_operations(event.value, false);
    return imported_.transactions.size() - 1;
  }

  void complete_transaction(Open& open, const ForeignEvent& event) {
    Transaction& transaction = imported_.transactions[open.number];
    if (event.type == Type::info) {
      open.crashed = true;
      return;
    }
    transaction.responded_at = collector_.next_event();
    if (event.type == Type::fail) {
      transaction.outcome = Transaction::Outcome::aborted;
      return;
    }
    transaction.outcome = Transaction::Outcome::committed;
    transaction.operations = micro_operations(event.value, true);
  }

  [[nodiscard]] std::vector<MicroOperation> micro_operations(const Document& value,
                                                             bool completed) const {
    value.expect_sequence("the reads and writes of a transaction");
    const auto text = [](const Document& document) {
      return document.is_scalar() ? document.text : document.to_text();
    };
    std::vector<MicroOperation> operations;
    for (const Document& micro : value.items) {
      if (!micro.is_sequence() || micro.items.size() != 3) {
        micro.fail("expected a read or write of a transaction: [:r key value]");
      }
      MicroOperation operation;
      const std::string name = plain_name(micro.items[0].scalar("r, w or append"));
      operation.key = text(micro.items[1]);
      const Document& argument = micro.items[2];
      if (name == "append" || name == "write") {
        operation.kind =
            name == "append" ? MicroOperation::Kind::append : MicroOperation::Kind::write;
        if (argument.kind != Document::Kind::null) operation.value = text(argument);
      } else if (name == "read" && imported_.model == "list-append") {
        operation.kind = MicroOperation::Kind::read_list;
        if (completed) {
          operation.list.emplace();
          if (argument.kind != Document::Kind::null) argument.expect_sequence("the list read");
          for (const Document& element : argument.items) operation.list->push_back(text(element));
        }
      } else if (name == "read") {
        operation.kind = MicroOperation::Kind::read_value;
        if (completed && argument.kind != Document::Kind::null) operation.value = text(argument);
      } else {
        micro.items[0].fail("unknown operation '" + micro.items[0].text + "' in a transaction",
                            "expected r, w or append");
      }
      operations.push_back(std::move(operation));
    }
    return operations;
  }

  InputText& input_;
  const ImportSettings& settings_;
  ImportedHistory& imported_;
  Collector collector_;
  bool failed_cas_is_mismatch_ = false;
  bool chosen_ = false;
  std::vector<ForeignEvent> waiting_;
  std::unordered_map<std::string, Open> open_;  // looked up, never iterated
};

ForeignEvent event_of(Document record) {
  record.expect_mapping("one operation");
  ForeignEvent event;
  event.place.file = record.file;
  event.place.line = record.line;
  event.place.column = record.column;
  bool has_type = false;
  bool has_f = false;
  for (Document::Entry& entry : record.entries) {
    if (entry.key == "type") {
      const auto type = find_type(entry.value.scalar("invoke, ok, fail or info"));
      if (!type) {
        entry.value.fail("unknown type '" + entry.value.text + "'",
                         "expected invoke, ok, fail or info");
      }
      event.type = *type;
      has_type = true;
    } else if (entry.key == "process") {
      event.process = entry.value.scalar("a process");
    } else if (entry.key == "f") {
      event.f = std::move(entry.value);
      has_f = event.f.kind != Document::Kind::null;
    } else if (entry.key == "value") {
      event.value = std::move(entry.value);
    } else if (entry.key == "key" && entry.value.kind != Document::Kind::null) {
      event.key = std::move(entry.value);
    } else if (entry.key == "time" && entry.value.is_scalar()) {
      event.time = engine::read_integer(entry.value, INT64_MIN + 1, INT64_MAX);
    } else if (entry.key == "error") {
      event.has_error = entry.value.kind != Document::Kind::null;
    }
  }
  if (!has_type) event.place.fail("a record without type", "expected :type :invoke, or \"type\"");
  if (event.process.empty()) event.place.fail("a record without process");
  if (!has_f && is_client(event.process)) event.place.fail("a record without f");
  return event;
}

void read_records(InputText& input, Notation notation, Events& events) {
  ValueReader reader(input, notation);
  reader.skip_blanks();
  const int open = input.peek();
  const bool list = open == '[' || (open == '(' && notation == Notation::edn);
  const char close = open == '[' ? ']' : ')';
  if (list) input.take();
  for (bool first = true;; first = false) {
    reader.skip_blanks();
    if (input.peek() == InputText::end) {
      if (list) input.fail("the list of operations is not closed before the file ends");
      return;
    }
    if (list && input.peek() == close) break;
    if (list && !first && notation == Notation::json) {
      if (input.peek() != ',') input.fail("expected ',' or ']' behind an operation");
      input.take();
    }
    events.add(event_of(reader.read()));
  }
  input.take();
  reader.skip_blanks();
  if (input.peek() != InputText::end) input.fail("something stands behind the history");
}

/// `INFO  jepsen.util - 3 :invoke :cas [3 0]`, or the part behind the dash alone; other lines are
/// not about operations.
class LogLines {
 public:
  LogLines(InputText& input, Events& events) : input_(input), events_(events) {}

  void read_all() {
    while (input_.peek() != InputText::end) {
      line_ = input_.line();
      std::string text;
      while (input_.peek() != '\n' && input_.peek() != InputText::end) {
        if (text.size() > line_max) input_.fail("a line longer than 16 MiB");
        text += static_cast<char>(input_.take());
      }
      input_.take();
      read_line(text);
    }
  }

 private:
  static constexpr std::size_t line_max = std::size_t{16} << 20;

  void read_line(const std::string& text) {
    std::size_t begin = 0;
    for (const std::string_view marker : {"jepsen.util - ", "jepsen.util: "}) {
      const std::size_t found = text.find(marker);
      if (found != std::string::npos) begin = found + marker.size();
    }
    std::size_t at = begin;
    const std::string process = word(text, at);
    const std::size_t type_column = at;
    std::string name = word(text, at);
    if (process.empty() || name.empty() || name[0] != ':') return;
    const auto type = find_type(std::string_view(name).substr(1));
    if (!type) {
      if (begin == 0 && !is_client(process)) return;  // some other line of a log
      place(type_column)
          .fail("unknown type '" + name + "'", "expected :invoke, :ok, :fail or :info");
    }
    ForeignEvent event;
    event.type = *type;
    event.process = process[0] == ':' ? process.substr(1) : process;
    event.place = place(begin);
    event.f = place(at);
    event.f.kind = Document::Kind::scalar;
    event.f.text = word(text, at);
    if (event.f.text.size() < 2 || event.f.text[0] != ':') {
      event.f.fail("expected the name of an operation, such as :read");
    }
    event.f.text.erase(0, 1);
    read_value(text, at, event);
    events_.add(std::move(event));
  }

  void read_value(const std::string& text, std::size_t at, ForeignEvent& event) const {
    event.value = place(at);
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) ++at;
    if (at == text.size()) return;
    InputText rest = InputText::of(text.substr(at), *input_.name());
    ValueReader reader(rest, Notation::edn);
    try {
      event.value = reader.read();
    } catch (const engine::InputError&) {
      place(at).fail("cannot read the value of this operation",
                     "expected a value in EDN: 3, nil, [3 0], \"text\"");
    }
    set_place(event.value, at);
    reader.skip_blanks();
    // What stands behind the value is the error, and a keyword in its place is one too.
    const bool keyword = text[at] == ':';
    event.has_error = keyword || rest.peek() != InputText::end;
    if (keyword) event.value = place(at);
  }

  /// Values were read from a line of their own.
  void set_place(Document& value, std::size_t offset) const {
    value.line = line_;
    value.column += static_cast<std::uint32_t>(offset);
    for (Document& item : value.items) set_place(item, offset);
    for (Document::Entry& entry : value.entries) set_place(entry.value, offset);
  }

  static std::string word(const std::string& text, std::size_t& at) {
    const auto blank = [&] { return text[at] == ' ' || text[at] == '\t' || text[at] == '\r'; };
    while (at < text.size() && blank()) ++at;
    const std::size_t first = at;
    while (at < text.size() && !blank()) ++at;
    return text.substr(first, at - first);
  }

  [[nodiscard]] Document place(std::size_t offset) const {
    Document document;
    document.file = input_.name();
    document.line = line_;
    document.column = static_cast<std::uint32_t>(offset) + 1;
    return document;
  }

  InputText& input_;
  Events& events_;
  std::uint32_t line_ = 0;
};

}  // namespace

void import_jepsen(InputText& input, const ImportSettings& settings, ImportedHistory& imported) {
  Events events(input, settings, imported);
  if (imported.format == HistoryFormat::jepsen_log) {
    LogLines(input, events).read_all();
  } else {
    const bool json = imported.format == HistoryFormat::jepsen_json;
    read_records(input, json ? Notation::json : Notation::edn, events);
  }
  events.finish();
}

}  // namespace stampede::checkers
