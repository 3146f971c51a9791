// Small histories of transactions: done one after the other by a store that now and then answers
// from another moment.
#pragma once

#include <vector>

#include "checkers/transactions/transaction.hpp"

namespace stampede::tests {

struct TransactionShape {
  bool lists = false;
  /// Values are written more than once.
  bool repeats = false;
  /// Some transactions abort, of some the outcome is unknown.
  bool may_abort = false;
  /// Some reads are of what others had not finished, or only did later.
  bool may_be_dirty = false;
};

/// 3 to 5 transactions on two keys, the same for the same arguments.
std::vector<checkers::Transaction> random_transactions(const TransactionShape& shape,
                                                       std::uint64_t seed);

/// Many transactions of 1 to 5 reads and writes by 20 clients, strict serializable; the last ones
/// are of unknown outcome.
std::vector<checkers::Transaction> long_history(bool lists, std::uint32_t count, std::uint32_t keys,
                                                std::uint64_t seed);

}  // namespace stampede::tests
