// Orders that keep all dependencies, for proofs: of transactions, or of their beginnings and
// commits.
#pragma once

#include <optional>
#include <vector>

#include "checkers/transactions/dependency_graph.hpp"
#include "checkers/transactions/inference.hpp"

namespace stampede::checkers {

/// Which orders are tried.
enum class Hints {
  /// Any that keeps the dependencies.
  none,
  /// One that keeps real time, too, asked for or not, and what it tells of registers: most systems
  /// that are right are so in real time.
  real_time,
  /// The same, and snapshots are taken as early as they may be: who holds one commits late.
  early_snapshots,
};

/// The transactions that happened, one after the other, all `allowed` dependencies kept; among
/// those that may come next, the one that must be over first. If rw is allowed, a register is
/// written when all who read its value were there. Nothing if that leads nowhere, as it does if the
/// dependencies form a cycle.
std::optional<std::vector<std::size_t>> find_order(const Inference& inference, Dependencies allowed,
                                                   Hints hints, Allowance& allowance);

/// The same of beginnings and commits: who depends (ww, wr, time) begins behind the commit of whom
/// it depends on; who writes behind what another one read (rw) commits behind that one's beginning.
/// There is none if the dependencies have a cycle without two rw in a row (Cerone and Gotsman, JACM
/// 2018).
std::optional<std::vector<Moment>> find_schedule(const Inference& inference, Hints hints,
                                                 Allowance& allowance);

}  // namespace stampede::checkers
