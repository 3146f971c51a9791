// The transactions that fail together, where no cycle tells why: a few of those that no order
// explains.
//
// 1. Right histories stay right when transactions are left out whose values nobody reads who stays,
//    and when a read is forgotten: so whatever still fails shows why the whole does.
// 2. Unless a cap ended the search, none of them can be left out with those who read its values.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "checkers/transactions/allowance.hpp"
#include "checkers/transactions/transaction.hpp"
#include "engine/world/verdict.hpp"

namespace stampede::checkers {

struct MinimalSet {
  /// Indexes, ascending.
  std::vector<std::uint32_t> transactions;
  bool is_minimal = true;
};

using JudgeTransactions = std::function<engine::Verdict(const std::vector<Transaction>&)>;

/// REQUIRES: the transactions are `violated`, and read nothing that nobody wrote.
MinimalSet find_minimal_set(const std::vector<Transaction>& transactions,
                            const JudgeTransactions& judge, Allowance& allowance);

}  // namespace stampede::checkers
