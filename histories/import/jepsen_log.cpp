#include "histories/import/jepsen_log.hpp"

#include <utility>

#include "histories/import/value_reader.hpp"

namespace stampede::histories {
namespace {

using engine::Document;

/// Lines that tell of operations, among others that do not:
///
/// - `INFO  jepsen.util - 3 :invoke :cas [3 0]`, as loggers write them, whatever stands in front;
///   the same as the message of a record in JSON;
/// - `3 :invoke :cas [3 0]` alone, where no logger tells of any.
///
/// A console tells what is found of a failed test behind it, the history again among it.
class LogLines {
 public:
  LogLines(InputText& input, JepsenEvents& events, ImportedHistory& imported)
      : input_(input), events_(events), imported_(imported) {}

  void read_all() {
    bool any_text = false;
    while (input_.peek() != InputText::end) {
      line_ = input_.line();
      const std::string text = read_to_end_of_line();
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      if (!any_text) in_json_ = text.front() == '{';
      any_text = true;
      if (in_json_) {
        read_record(text);
      } else {
        read_line(text);
      }
    }
    if (!any_event_) {
      input_.fail("no line of this log tells of an operation",
                  "expected lines such as: INFO  jepsen.util - 3 :invoke :read nil");
    }
  }

 private:
  static constexpr std::size_t line_max = std::size_t{16} << 20;

  std::string read_to_end_of_line() {
    std::string text;
    for (std::string_view rest = input_.at_hand(); !rest.empty(); rest = input_.at_hand()) {
      const std::size_t end = rest.find('\n');
      rest = rest.substr(0, end);
      if (text.size() + rest.size() > line_max) {
        input_.pass(line_max + 1 - text.size());
        input_.fail("a line longer than 16 MiB", "is this a log in text?");
      }
      text += rest;
      input_.pass(rest.size());
      if (end != std::string_view::npos) break;
    }
    input_.take();
    return text;
  }

  /// `{"message": "3\t:invoke\t:read\tnil", "logger_name": "jepsen.util"}`.
  void read_record(const std::string& text) {
    column_ = 0;
    InputText line = InputText::of(text, input_.name());
    line.limit_memory(input_.memory_left());
    Document record;
    try {
      record = ValueReader(line, Notation::json).read();
    } catch (const engine::InputError&) {
      place(0).fail("a line that is no record in JSON, as those before it",
                    "is the log cut off here?");
    }
    if (!record.is_mapping()) return;
    of_operations_ = true;
    for (const char* name : {"logger_name", "loggerName", "logger"}) {
      const Document* logger = record.find(name);
      if (logger != nullptr) of_operations_ = logger->text == "jepsen.util";
    }
    for (const char* name : {"message", "msg"}) {
      const Document* message = record.find(name);
      if (message == nullptr || !message->is_scalar()) continue;
      column_ = message->column;
      return read_line(message->text);
    }
  }

  /// Where the operation begins, behind what a logger puts in front; 0 if there is nothing.
  static std::size_t behind_logger(const std::string& text) {
    for (const std::string_view marker : {"jepsen.util - ", "jepsen.util: ", "jepsen.util "}) {
      const std::size_t found = find_last(text, marker);
      if (found == std::string::npos) continue;
      const std::size_t begin = found + marker.size();
      // Some number their lines.
      const bool numbered = text.compare(begin, 1, "[") == 0;
      const std::size_t close = numbered ? text.find(']', begin) : std::string::npos;
      return close == std::string::npos ? begin : close + 1;
    }
    // Another logger: the process is the last word before the type.
    for (const std::string_view type : {":invoke", ":ok", ":fail", ":info"}) {
      const std::size_t found = find_word(text, type);
      if (found == std::string::npos || found == 0) continue;
      const std::size_t end = text.find_last_not_of(" \t", found - 1);
      if (end == std::string::npos) continue;
      const std::size_t blank = text.find_last_of(" \t", end);
      if (blank == std::string::npos) continue;
      const std::size_t before = text.find_last_not_of(" \t", blank);
      const bool is_process = is_client_number(text.substr(blank + 1, end - blank)) ||
                              text.compare(blank + 1, end - blank, ":nemesis") == 0;
      const bool is_logger = before != std::string::npos &&
                             std::string_view(":-]").find(text[before]) != std::string::npos;
      if (is_process && is_logger) return blank + 1;
    }
    return 0;
  }

  /// From the front: markers are rare, and searching backwards goes character by character.
  static std::size_t find_last(const std::string& text, std::string_view marker) {
    std::size_t last = std::string::npos;
    for (std::size_t found = text.find(marker); found != std::string::npos;
         found = text.find(marker, found + 1)) {
      last = found;
    }
    return last;
  }

  static std::size_t find_word(const std::string& text, std::string_view word) {
    const auto blank_at = [&](std::size_t at) {
      return at >= text.size() || text[at] == ' ' || text[at] == '\t' || text[at] == '\r';
    };
    std::size_t found = text.find(word);
    while (found != std::string::npos && !(blank_at(found - 1) && blank_at(found + word.size()))) {
      found = text.find(word, found + 1);
    }
    return found;
  }

  /// What is said when a test begins, or when it is over.
  static bool is_about_tests(const std::string& text) {
    if (text.rfind("lein test ", 0) == 0) return true;
    for (const std::string_view words :
         {"Run complete, writing", "Analysis complete", "Relative time begins now"}) {
      if (text.find(words) != std::string::npos) return true;
    }
    return false;
  }

  void read_line(const std::string& text) {
    if (is_about_tests(text)) test_is_over_ = any_invocation_;
    // What stands in a report behind the history are orders of it that were tried.
    tells_orders_ = tells_orders_ || text.rfind("World with fixed history", 0) == 0;
    const std::size_t begin = behind_logger(text);
    if (in_json_ && !of_operations_) return;
    const bool logged = begin > 0 || in_json_;
    std::size_t at = begin;
    const std::string process = word(text, at);
    const std::size_t type_column = at;
    const std::string name = word(text, at);
    if (process.empty() || name.empty() || name[0] != ':') return;
    const auto type = find_event_type(std::string_view(name).substr(1));
    if (!type) {
      // Some other line of a log.
      const bool is_process = is_client_number(process) || (logged && process[0] == ':');
      if (!is_process || (!logged && any_logged_)) return;
      place(type_column)
          .fail("unknown type '" + name + "'", "expected :invoke, :ok, :fail or :info");
    }
    if (!logged && (any_logged_ || tells_orders_)) return leave_out();
    any_logged_ = any_logged_ || (logged && is_client_number(process));
    const bool invokes = *type == ForeignEvent::Type::invoke && is_client_number(process);
    if (invokes && test_is_over_) {
      place(begin).fail("another test begins here: these are two histories in one log",
                        "cut the log into one file for each test");
    }
    any_invocation_ = any_invocation_ || invokes;
    any_event_ = true;
    read_event(text, begin, at, *type, process);
  }

  void leave_out() {
    if (std::exchange(told_again_, true)) return;
    imported_.remarks.push_back("what the log tells again of the history is left out");
  }

  void read_event(const std::string& text, std::size_t begin, std::size_t at,
                  ForeignEvent::Type type, const std::string& process) {
    ForeignEvent event;
    event.type = type;
    event.process = process[0] == ':' ? process.substr(1) : process;
    event.place = place(begin);
    event.f = place(at);
    event.f.kind = Document::Kind::scalar;
    event.f.text = word(text, at);
    if (event.f.text.size() < 2 || event.f.text[0] != ':') {
      event.f.fail("expected the name of an operation, such as :read", "is the line cut off here?");
    }
    event.f.text.erase(0, 1);
    read_value(text, at, event);
    events_.add(std::move(event));
  }

  void read_value(const std::string& text, std::size_t at, ForeignEvent& event) const {
    event.value = place(at);
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) ++at;
    if (at == text.size()) return;
    InputText rest = InputText::of(text.substr(at), input_.name());
    rest.limit_memory(input_.memory_left());
    ValueReader reader(rest, Notation::edn);
    try {
      event.value = std::move(reader.read());
      input_.count_items(rest.items());
    } catch (const engine::InputError&) {
      place(at).fail("cannot read the value of this operation",
                     "expected a value in EDN: 3, nil, [3 0], \"text\"");
    }
    set_place(event.value, at);
    read_rest(text.substr(at), rest, event);
    if (text[at] == ':') {
      // A keyword in the place of the value is an error; `:nil` is nothing.
      event.has_error = event.has_error || event.value.text != "nil";
      if (event.has_error) add_to_note(event.note, "error", event.value);
      event.value = place(at);
    }
  }

  /// Behind the value stand fields by name, `:hint 7451`, or the error.
  static void read_rest(const std::string& text, InputText& rest, ForeignEvent& event) {
    std::size_t at = rest.passed();
    std::size_t behind = at;
    const std::string first = word(text, behind);
    if (first.empty()) return;
    std::size_t last = behind;
    const bool is_field = first[0] == ':' && first != ":error" && !word(text, last).empty();
    event.has_error = !is_field;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    Document whole;
    whole.kind = Document::Kind::scalar;
    whole.text = text.substr(at, text.find_last_not_of(" \t\r") + 1 - at);
    add_to_note(event.note, is_field ? "" : "error", whole);
  }

  /// Values were read from a line of their own.
  void set_place(Document& value, std::size_t offset) const {
    value.line = line_;
    value.column += static_cast<std::uint32_t>(offset) + column_;
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
    document.column = static_cast<std::uint32_t>(offset) + 1 + column_;
    return document;
  }

  InputText& input_;
  JepsenEvents& events_;
  ImportedHistory& imported_;
  std::uint32_t line_ = 0;
  /// Where the text stands in its line.
  std::uint32_t column_ = 0;
  bool in_json_ = false;
  /// The record in JSON is of the logger of operations.
  bool of_operations_ = false;
  bool any_event_ = false;
  bool any_invocation_ = false;
  bool any_logged_ = false;
  bool test_is_over_ = false;
  bool tells_orders_ = false;
  bool told_again_ = false;
};

}  // namespace

void read_jepsen_log(InputText& input, JepsenEvents& events, ImportedHistory& imported) {
  LogLines(input, events, imported).read_all();
}

}  // namespace stampede::histories
