// Cycles of dependencies, by kind, each a shortest one.
#pragma once

#include <optional>
#include <vector>

#include "checkers/transactions/dependency_graph.hpp"
#include "checkers/transactions/inference.hpp"
#include "checkers/transactions/isolation.hpp"

namespace stampede::checkers {

/// What kind a cycle is of. Real time and sessions count besides, in any number.
enum class CycleKind {
  /// ww only.
  g0,
  /// ww and wr, at least one of these.
  g1c,
  /// One rw.
  g_single,
  /// Several rw, no two of them in a row.
  g_nonadjacent,
  /// Several rw, two of them in a row.
  g2_item,
};

struct Cycle {
  struct Step {
    std::uint32_t from = 0;
    DependencyGraph::Edge edge;
  };
  CycleKind kind = CycleKind::g0;
  /// nothing, unless one of these is needed.
  Obeys obeys = Obeys::nothing;
  /// Transactions are all different; the last step leads back to the first one.
  std::vector<Step> steps;
  /// Not known if the search was ended by its number of steps, or if a shorter way crosses itself.
  bool is_shortest = true;
};

/// `G0`, `G-single-realtime`, ...
std::string name_of(CycleKind kind, Obeys obeys);
/// The weakest level that forbids it.
Level level_of(CycleKind kind);

/// One cycle of each kind that there is: first of those without time, then of those that need an
/// edge of time that the graph has (`obeys`).
///
/// If a level that obeys as much is violated by any cycle, one that it forbids is among them.
/// Beyond that, one that needs time (or of kind g_nonadjacent, g2_item) may stay unseen if all
/// shortest ways of its kind cross themselves. Each kind is looked for in breadth, from one vertex
/// of a strongly connected component after the other, until a number of steps is used up.
std::vector<Cycle> find_cycles(const Inference& inference, Obeys obeys, Allowance& allowance);

}  // namespace stampede::checkers
