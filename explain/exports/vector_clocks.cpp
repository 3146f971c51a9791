// ShiViz: each step with its vector clock. Two lines a step, as most of its examples have them.
#include <algorithm>
#include <ostream>

#include "explain/exports/writers.hpp"

namespace stampede::explain {
namespace {

/// By place: how many of its steps are known.
using VectorClock = std::vector<std::uint64_t>;

void write_clock(const Exported& run, const VectorClock& clock, std::ostream& out) {
  engine::JsonWriter json;
  json.begin_object();
  for (std::size_t place = 0; place < clock.size(); ++place) {
    if (clock[place] != 0) json.key(run.place_name(place)).unsigned_integer(clock[place]);
  }
  json.end_object();
  out << json.str();
}

}  // namespace

void write_shiviz(const Exported& run, std::ostream& out) {
  // The expression that the parser is to use, and an empty line: there is one run.
  out << "(?<host>\\S*) (?<clock>{.*})\\n(?<event>.*)\n\n";
  std::vector<VectorClock> clocks(run.steps.size(), VectorClock(run.place_count()));
  std::vector<VectorClock> latest(run.place_count(), VectorClock(run.place_count()));
  for (const ToldStep& step : run.steps) {
    const std::size_t place = run.place_of(step);
    VectorClock& clock = latest[place];
    if (step.cause != 0) {
      const VectorClock& known = clocks[step.cause - 1];
      for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], known[i]);
    }
    ++clock[place];
    clocks[step.number - 1] = clock;
    out << run.place_name(place) << ' ';
    write_clock(run, clock, out);
    out << '\n' << headline(step.decision, run.names);
    for (const ToldEvent& effect : step.effects) out << "; " << headline(effect, run.names);
    out << '\n';
  }
}

}  // namespace stampede::explain
