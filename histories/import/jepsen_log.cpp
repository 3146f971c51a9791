#include "histories/import/jepsen_log.hpp"

#include "histories/import/value_reader.hpp"

namespace stampede::histories {
namespace {

using engine::Document;

/// `INFO  jepsen.util - 3 :invoke :cas [3 0]`, or the part behind the dash alone; other lines are
/// not about operations.
class LogLines {
 public:
  LogLines(InputText& input, JepsenEvents& events) : input_(input), events_(events) {}

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
    const auto type = find_event_type(std::string_view(name).substr(1));
    if (!type) {
      if (begin == 0 && !is_client_number(process)) return;  // some other line of a log
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
    rest.limit_memory(input_.memory_left());
    ValueReader reader(rest, Notation::edn);
    try {
      event.value = reader.read();
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
  JepsenEvents& events_;
  std::uint32_t line_ = 0;
};

}  // namespace

void read_jepsen_log(InputText& input, JepsenEvents& events) { LogLines(input, events).read_all(); }

}  // namespace stampede::histories
