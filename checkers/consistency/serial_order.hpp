// Serial orders of transactions: one after the other, each reading what those before it left.
// An order proves serializability; where none exists there is none to find.
//
// 1. Aborted transactions are left out, committed ones are in, those of unknown outcome may be.
// 2. The search does whatever only reads and fits at once, and remembers sets of transactions and
// states that failed, exactly. Deciding is NP-complete: there are caps, and `undecided`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/import/import.hpp"
#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

struct SerialOrder {
  Judgement verdict = Judgement::undecided;
  /// ok: numbers of transactions.
  std::vector<std::uint32_t> order;
  /// undecided: the cap that was reached.
  std::string limit;
  std::uint64_t configurations = 0;
};

/// Searches an order in which `before` (pairs that any order has to keep; may be empty) and, if
/// `in_real_time`, the order of what was over before something began are kept.
SerialOrder find_serial_order(const std::vector<Transaction>& transactions,
                              const std::vector<std::pair<std::uint32_t, std::uint32_t>>& before,
                              bool in_real_time, const LinearizabilityLimits& limits);

/// Empty if the order explains all that was read, else what is wrong with it. Knows nothing of how
/// the order was found.
std::string refute_serial_order(const std::vector<Transaction>& transactions, bool in_real_time,
                                const std::vector<std::uint32_t>& order);

}  // namespace stampede::checkers
