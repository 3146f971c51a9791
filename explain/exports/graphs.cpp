// Happened-before as a graph: steps, each behind the one before it at its place, and behind the one
// that it comes from.
#include <ostream>

#include "explain/exports/writers.hpp"

namespace stampede::explain {
namespace {

/// Calls `edge` with the numbers of two steps and why one is behind the other.
template <class Edge>
void for_each_edge(const Exported& run, const Edge& edge) {
  std::vector<std::uint64_t> latest(run.place_count());
  for (const ToldStep& step : run.steps) {
    const std::uint64_t before = std::exchange(latest[run.place_of(step)], step.number);
    if (before != 0) edge(before, step.number, "order");
    if (step.cause != 0 && step.cause != before) edge(step.cause, step.number, "cause");
  }
}

std::string violated_by(const ToldStep& step) {
  for (const ToldEvent& effect : step.effects) {
    if (effect.kind == engine::EventKind::violation) return effect.type;
  }
  return {};
}

/// Inside double quotes of DOT.
std::string dot_text(std::string_view text) {
  std::string quoted;
  for (const char character : text) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted;
}

/// Inside an element or attribute; characters that XML does not have become U+FFFD.
std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(character) < 0x20) {
          escaped += "\xEF\xBF\xBD";
        } else {
          escaped += character;
        }
    }
  }
  return escaped;
}

void write_data(std::ostream& out, const char* key, std::string_view value) {
  if (!value.empty()) out << "<data key=\"" << key << "\">" << xml_text(value) << "</data>";
}

}  // namespace

void write_dot(const Exported& run, std::ostream& out) {
  out << "digraph run {\n  node [shape=box, fontsize=10];\n";
  for (std::size_t place = 0; place < run.place_count(); ++place) {
    out << "  subgraph cluster_" << place << " {\n    label=\"" << dot_text(run.place_name(place))
        << "\";\n";
    for (const ToldStep& step : run.steps) {
      if (run.place_of(step) != place) continue;
      out << "    s" << step.number << " [label=\"" << step.number << " "
          << dot_text(title(step.decision)) << '"';
      if (const std::string property = violated_by(step); !property.empty())
        out << ", color=red, tooltip=\"violates " << dot_text(property) << '"';
      out << "];\n";
    }
    out << "  }\n";
  }
  for_each_edge(run, [&](std::uint64_t from, std::uint64_t to, std::string_view why) {
    out << "  s" << from << " -> s" << to << (why == "cause" ? "" : " [style=dotted]") << ";\n";
  });
  out << "}\n";
}

void write_graphml(const Exported& run, std::ostream& out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const char* key : {"kind", "type", "place", "violates"})
    out << "  <key id=\"" << key << "\" for=\"node\" attr.name=\"" << key
        << "\" attr.type=\"string\"/>\n";
  out << "  <key id=\"time\" for=\"node\" attr.name=\"time\" attr.type=\"long\"/>\n"
         "  <key id=\"why\" for=\"edge\" attr.name=\"why\" attr.type=\"string\"/>\n"
         "  <graph id=\"run\" edgedefault=\"directed\">\n";
  for (const ToldStep& step : run.steps) {
    out << "    <node id=\"s" << step.number << "\">";
    write_data(out, "kind", boost::describe::enum_to_string(step.decision.kind, "?"));
    write_data(out, "type", step.decision.type);
    write_data(out, "place", run.place_name(run.place_of(step)));
    write_data(out, "time", std::to_string(step.time.nanoseconds));
    write_data(out, "violates", violated_by(step));
    out << "</node>\n";
  }
  for_each_edge(run, [&](std::uint64_t from, std::uint64_t to, std::string_view why) {
    out << "    <edge source=\"s" << from << "\" target=\"s" << to << "\">";
    write_data(out, "why", why);
    out << "</edge>\n";
  });
  out << "  </graph>\n</graphml>\n";
}

}  // namespace stampede::explain
