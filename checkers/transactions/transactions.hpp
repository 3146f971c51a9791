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

#include <vector>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/transaction.hpp"

namespace stampede::checkers {

Finding check_transactions(const std::vector<Transaction>& transactions, Isolation isolation,
                           const Limits& limits = {});

}  // namespace stampede::checkers
