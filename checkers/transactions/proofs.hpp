// Re-checkers of what makes a verdict `ok`: short, and told nothing of how it was found. Each
// returns what is wrong with a proof, or nothing.
#pragma once

#include <string>
#include <vector>

#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/schedule.hpp"
#include "checkers/transactions/transaction.hpp"

namespace stampede::checkers {

/// Read committed (Adya 1999, PL-2): `order` has the committed transactions and any of unknown
/// outcome; versions of a key are what its writers leave behind, in this order; each read from
/// outside sees such a version, of a transaction in front of it.
std::string refute_committed_reads(const std::vector<Transaction>& transactions,
                                   const std::vector<std::size_t>& order);

/// Snapshot isolation (Berenson et al. 1995): each transaction reads, beside its own writes, what
/// was committed when it began; no two that are between beginning and commit write to one key. Time
/// is obeyed as asked for: what must come later begins behind the commit.
std::string refute_schedule(const std::vector<Transaction>& transactions, Obeys obeys,
                            const std::vector<Moment>& schedule);

/// Serializability: one after the other, each reads what those before it left. Time is obeyed as
/// asked for.
std::string refute_serial_order(const std::vector<Transaction>& transactions, Obeys obeys,
                                const std::vector<std::size_t>& order);

}  // namespace stampede::checkers
