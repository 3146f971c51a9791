// A whole state space as a graph, for small ones: to be looked at, and to be judged by what must
// hold in the end.
//
// "Eventually" holds if no way on is left at a world where it does not, and no fair cycle goes
// through such worlds alone. Fair (weakly): what stays possible all along the cycle, be it a
// delivery, a timer, an operation, a restart or the end of a disk request, happens in it. Crashes,
// losses and copies owe nothing to anybody. A dead end where something waits for a budget that is
// spent, or for a timer that was given none, tells nothing: undecided.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "engine/explore/search.hpp"

namespace stampede::engine {

struct StateGraph {
  struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    PathStep step;
  };
  std::vector<PackedWorld> worlds;
  /// In the order of discovery; those of one world follow one another.
  std::vector<Edge> edges;
  /// First edge into each world but the initial ones: the way back to the beginning.
  std::vector<std::uint32_t> found_by;
  /// Of the worlds to begin at, which are the first: what clients began there.
  std::vector<std::vector<PathStep>> begun;
  /// Something at this world waits for a budget.
  std::vector<bool> waits_for_budget;
  /// Why worlds are missing: `states`, `memory`, `interrupted`; empty if all are there.
  std::string reason;
  [[nodiscard]] bool complete() const { return reason.empty(); }
};

/// The graph breadth first, within these limits of states and memory, and as long as `go_on` says.
StateGraph build_graph(StateSpace& space, const SearchSettings& limits);

/// A world, or a cycle, in which something that must hold in the end does not.
struct NeverHolds {
  /// To the dead end, or to the cycle and once around it.
  FoundInSearch found;
  /// Where the cycle begins in the path; its size for dead ends.
  std::size_t cycle_from = 0;
};

struct EventuallyResult {
  std::vector<NeverHolds> violated;
  /// Properties that cannot be judged, and why.
  std::vector<std::string> undecided;
};

/// Judges every monitor that judges at the end of runs. REQUIRES: no symmetry.
EventuallyResult judge_eventually(StateSpace& space, const StateGraph& graph,
                                  const std::vector<std::unique_ptr<Monitor>>& monitors);

enum class GraphFormat { dot, graphml };
void write_graph(const StateSpace& space, const StateGraph& graph, GraphFormat format,
                 std::ostream& out);

}  // namespace stampede::engine
