// Sequence diagrams. Participants are numbered, so that no name is taken for something else.
#include <ostream>

#include "explain/exports/writers.hpp"

namespace stampede::explain {
namespace {

/// How a notation writes what all sequence diagrams have.
struct Notation {
  const char* begin;
  const char* end;
  /// Between sender and receiver.
  const char* arrow;
  const char* ignored;
  const char* lost;
  const char* note;
  /// Characters that would end or change a text.
  const char* special;
  /// What stands for one of them, by its code.
  const char* escape_begin;
};

constexpr Notation mermaid{"sequenceDiagram", "", "->>", "-->>", "-x", "Note over ", ";#<>", "#"};
constexpr Notation plantuml{"@startuml", "@enduml",    " -> ",        " --> ",
                            " ->x ",     "note over ", "<>~*_/\\\"-", "&#"};

class Sequence {
 public:
  Sequence(const Exported& run, const Notation& notation, std::ostream& out)
      : run_(run), notation_(notation), out_(out) {}

  void write() {
    out_ << notation_.begin << '\n';
    for (std::size_t i = 0; i < run_.names.size(); ++i) write_participant(i);
    for (const ToldStep& step : run_.steps) {
      write_decision(step);
      for (const ToldEvent& effect : step.effects) write_effect(effect);
    }
    out_ << notation_.end << (*notation_.end == 0 ? "" : "\n");
  }

 private:
  [[nodiscard]] bool is_mermaid() const { return &notation_ == &mermaid; }
  [[nodiscard]] std::string inert(const std::string& text) const {
    std::string result;
    for (const char character : text) {
      if (std::string_view(notation_.special).find(character) == std::string_view::npos) {
        result += character;
      } else {
        result += notation_.escape_begin + std::to_string(static_cast<int>(character)) + ";";
      }
    }
    return result;
  }
  static std::string alias(std::size_t node) { return "n" + std::to_string(node); }

  void write_participant(std::size_t node) {
    const std::string& name = run_.names.all()[node];
    if (is_mermaid()) {
      out_ << "  participant " << alias(node) << " as " << inert(name) << '\n';
    } else {
      out_ << "participant \"" << inert(name) << "\" as " << alias(node) << '\n';
    }
  }

  void write_arrow(const ToldEvent& event, const char* arrow, const std::string& text) {
    out_ << (is_mermaid() ? "  " : "") << alias(event.peer.value) << arrow
         << alias(event.node.value) << (is_mermaid() ? ": " : " : ") << inert(text) << '\n';
  }

  /// At a node, or over all of them.
  void write_note(NodeId node, const std::string& text) {
    const std::size_t first = node == no_node ? 0 : node.value;
    const std::size_t last = node == no_node ? run_.names.size() - 1 : node.value;
    out_ << (is_mermaid() ? "  " : "") << notation_.note << alias(first);
    if (first != last) out_ << ',' << alias(last);
    out_ << (is_mermaid() ? ": " : " : ") << inert(text) << '\n';
  }

  void write_decision(const ToldStep& step) {
    const ToldEvent& event = step.decision;
    using Kind = engine::EventKind;
    switch (event.kind) {
      case Kind::deliver:
        return write_arrow(event, notation_.arrow, event.type);
      case Kind::ignore:
        return write_arrow(event, notation_.ignored, event.type + " (ignored)");
      case Kind::drop:
      case Kind::corrupt:
        return write_arrow(event, notation_.lost, event.type + " (lost)");
      case Kind::duplicate:
        return write_note(event.peer, headline(event, run_.names));
      default:
        return write_note(event.node, title(event));
    }
  }

  void write_effect(const ToldEvent& event) {
    using Kind = engine::EventKind;
    if (event.kind == Kind::respond) return write_note(event.node, "answered " + event.detail);
    if (event.kind == Kind::violation) return write_note(event.node, "violates " + event.type);
  }

  const Exported& run_;
  const Notation& notation_;
  std::ostream& out_;
};

}  // namespace

void write_mermaid(const Exported& run, std::ostream& out) { Sequence(run, mermaid, out).write(); }

void write_plantuml(const Exported& run, std::ostream& out) {
  Sequence(run, plantuml, out).write();
}

}  // namespace stampede::explain
