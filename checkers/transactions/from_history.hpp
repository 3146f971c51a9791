// Operations of a service with transactions, as the transactions that they are.
#pragma once

#include <vector>

#include "checkers/patience.hpp"
#include "checkers/transactions/transaction.hpp"

namespace stampede::checkers {

/// One for each operation, in their order. An operation without a response may have happened.
/// REQUIRES: the service has shapes().
std::vector<Transaction> transactions_of(const engine::History& history,
                                         const engine::ServiceType& service, Patience& patience);

}  // namespace stampede::checkers
