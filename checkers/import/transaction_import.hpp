// The reads and writes of a transaction as Elle writes them: `[[:r 3 [1 2]] [:append 3 4]]`.
#pragma once

#include "checkers/import/import.hpp"
#include "engine/core/document.hpp"

namespace stampede::checkers {

/// InputError if `value` is no such list. What reads saw is known once the transaction
/// `completed`; reading the initial value of `imported` is reading nothing.
std::vector<MicroOperation> micro_operations(const engine::Document& value,
                                             const ImportedHistory& imported, bool completed);

/// True if `value` looks like one.
bool is_transaction_value(const engine::Document& value);
/// The same, and each is a read, a write or an append: then any `:f` names a transaction.
bool is_of_reads_and_writes(const engine::Document& value);

/// Memory that it takes, about.
std::uint64_t bytes_of(const Transaction& transaction);

}  // namespace stampede::checkers
