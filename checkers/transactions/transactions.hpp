// Isolation of transactions, in the way of Elle (Kingsbury and Alvaro, VLDB 2020): what reads saw
// tells which transaction must come before which; a cycle of such dependencies is an anomaly.
//
// 1. `violated` comes with at least one anomaly that the level forbids (isolation.hpp), or with
//    `not-serializable`, `not-snapshot-isolated` where all orders were tried.
// 2. `ok` comes with a proof that proofs.hpp re-checks, except of read-uncommitted, where there is
//    nothing to show but that no version order is known to be cyclic: (strict) serializable a
//    serial order, snapshot isolation a schedule, read-committed an order of the versions.
// 3. Caps are kept; one that is reached is `undecided`, and so are read-committed and
//    read-uncommitted histories where writers cannot be told and nothing else is wrong.
#pragma once

#include <string>
#include <vector>

#include "checkers/import/import.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/schedule.hpp"

namespace stampede::checkers {

struct TransactionResult {
  Judgement verdict = Judgement::undecided;
  /// All kinds found, one example each; those that the level allows, too.
  std::vector<Anomaly> anomalies;
  /// Names of the anomalies that the level forbids.
  std::vector<std::string> forbidden;
  /// ok, read-committed: transactions in an order of all versions; serializable and more: in an
  /// order that explains all.
  std::vector<std::uint32_t> order;
  /// ok, snapshot isolation: beginnings and commits that explain all.
  std::vector<Moment> schedule;
  std::string limit;
};

TransactionResult check_transactions(const std::vector<Transaction>& transactions,
                                     Isolation isolation, const LinearizabilityLimits& limits = {});

}  // namespace stampede::checkers
