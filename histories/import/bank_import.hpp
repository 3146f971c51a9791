// Banks: transfers between accounts, and reads of all accounts at once. What is judged is the
// total, which no transfer changes: that of each read is told as what a register holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/core/document.hpp"

namespace stampede::histories {

/// `bank`, which is no service: its history is one of a register.
bool is_bank(std::string_view model);

struct Accounts {
  std::int64_t total = 0;
  bool any_overdrawn = false;
};

/// `{0 10, 1 -5}`, or a list of balances. InputError for anything else.
Accounts read_accounts(const engine::Document& accounts);

}  // namespace stampede::histories
