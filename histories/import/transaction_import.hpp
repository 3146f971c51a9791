// The reads and writes of a transaction as Elle writes them: `[[:r 3 [1 2]] [:append 3 4]]`.
#pragma once

#include "engine/core/document.hpp"
#include "histories/import/import.hpp"

namespace stampede::histories {

/// InputError if `value` is no such list. What reads saw is known once the transaction
/// `completed`; reading the initial value of `imported` is reading nothing.
std::vector<checkers::MicroOperation> micro_operations(const engine::Document& value,
                                                       const ImportedHistory& imported,
                                                       bool completed);

/// Who is given an id found it free, and takes it: a read of nothing and a write, of a key of that
/// name. `taker` is written. InputError if no id is there.
std::vector<checkers::MicroOperation> taken_id(const engine::Document& id, std::string taker);

/// True if `value` looks like one.
bool is_transaction_value(const engine::Document& value);
/// The same, and each is a read, a write or an append: then any `:f` names a transaction.
bool is_of_reads_and_writes(const engine::Document& value);

/// Memory that it takes, about.
std::uint64_t bytes_of(const checkers::Transaction& transaction);

}  // namespace stampede::histories
