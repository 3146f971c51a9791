// Orders that keep all dependencies, for proofs: of transactions, or of their beginnings and
// commits.
#pragma once

#include <optional>
#include <vector>

#include "checkers/transactions/dependency_graph.hpp"
#include "checkers/transactions/inference.hpp"

namespace stampede::checkers {

/// A moment of a transaction.
struct Moment {
  std::uint32_t transaction = 0;
  /// Else it takes its snapshot.
  bool commits = false;
};

/// The transactions that happened, one after the other, all `allowed` dependencies kept; among
/// those that may come next, the one that must be over first. Nothing if they form a cycle.
std::optional<std::vector<std::uint32_t>> find_order(const Inference& inference,
                                                     Dependencies allowed, Allowance& allowance);

/// The same of beginnings and commits: who depends (ww, wr, time) begins behind the commit of whom
/// it depends on; who writes behind what another one read (rw) commits behind that one's beginning.
/// Nothing if snapshots cannot explain the dependencies (Cerone and Gotsman, JACM 2018: a cycle
/// without two rw in a row).
std::optional<std::vector<Moment>> find_schedule(const Inference& inference, Allowance& allowance);

}  // namespace stampede::checkers
