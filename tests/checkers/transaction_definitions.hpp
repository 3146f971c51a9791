// Levels of isolation as the literature defines them, by trying all orders: for histories of about
// five transactions. Nothing here is shared with the checkers that are compared with them.
#pragma once

#include <vector>

#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/transaction.hpp"

namespace stampede::tests::definitions {

/// Serializable levels: some order of the transactions, all committed ones and any of unknown
/// outcome, explains all reads, and time as asked for.
///
/// The others (Adya 1999; Cerone and Gotsman 2018), for values that are all different: some
/// transactions of unknown outcome and some order of the versions of each key explain all reads and
/// leave no forbidden phenomenon. Read-uncommitted is defined for registers only.
bool holds(const std::vector<checkers::Transaction>& transactions, checkers::Isolation isolation);

}  // namespace stampede::tests::definitions
