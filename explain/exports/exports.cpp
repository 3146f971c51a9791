#include "explain/exports/exports.hpp"

#include "explain/exports/writers.hpp"

namespace stampede::explain {

const std::vector<ExportFormat>& export_formats() {
  static const std::vector<ExportFormat> formats = {
      {"dot", "Graphviz: what follows from what", false, &write_dot},
      {"graphml", "yEd, Gephi, networkx: the same graph", false, &write_graphml},
      {"itf", "Apalache, Quint: the states of all nodes, step by step", true, &write_itf},
      {"jepsen-edn", "Jepsen's checkers, 'check': what clients saw", false, &write_jepsen_edn},
      {"mermaid", "Markdown: a sequence diagram", false, &write_mermaid},
      {"ndjson", "'check': what clients saw, as 'run --history' writes it", false, &write_ndjson},
      {"otlp", "Jaeger and others: a trace for each operation", false, &write_otlp},
      {"perfetto", "ui.perfetto.dev, chrome://tracing: a track for each node", false,
       &write_perfetto},
      {"plantuml", "PlantUML: a sequence diagram", false, &write_plantuml},
      {"porcupine", "Porcupine, 'check': what clients saw, with times", false, &write_porcupine},
      {"shiviz", "ShiViz: vector clocks", false, &write_shiviz},
      {"tla-ndjson", "TLC: steps with the state behind them, for trace validation", true,
       &write_tla_ndjson},
  };
  return formats;
}

void export_run(Tape& tape, const ExportFormat& format, std::ostream& out) {
  format.write(told(tape, format.states), out);
}

}  // namespace stampede::explain
