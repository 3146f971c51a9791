// The writers of the formats. Who wants one asks the table of exports.hpp.
#pragma once

#include <iosfwd>

#include "explain/exports/told.hpp"

namespace stampede::explain {

// sequences.cpp
void write_mermaid(const Exported& run, std::ostream& out);
void write_plantuml(const Exported& run, std::ostream& out);
// graphs.cpp
void write_dot(const Exported& run, std::ostream& out);
void write_graphml(const Exported& run, std::ostream& out);
// spans.cpp
void write_perfetto(const Exported& run, std::ostream& out);
void write_otlp(const Exported& run, std::ostream& out);
// state_lists.cpp
void write_itf(const Exported& run, std::ostream& out);
void write_tla_ndjson(const Exported& run, std::ostream& out);
// vector_clocks.cpp
void write_shiviz(const Exported& run, std::ostream& out);
// histories.cpp
void write_jepsen_edn(const Exported& run, std::ostream& out);
void write_ndjson(const Exported& run, std::ostream& out);
void write_porcupine(const Exported& run, std::ostream& out);

}  // namespace stampede::explain
