#include "histories/import/bank_import.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

void add_account(const Document& balance, Accounts& accounts) {
  // Any number of such balances that fits into memory has a total.
  constexpr std::int64_t balance_max = 1'000'000'000'000;
  if (balance.kind == Document::Kind::null)
    balance.fail("an account without a balance", "write a whole number for each account");
  const std::int64_t read = engine::read_integer(balance, -balance_max, balance_max);
  accounts.total += read;
  accounts.any_overdrawn = accounts.any_overdrawn || read < 0;
}

}  // namespace

bool is_bank(std::string_view model) { return model == "bank"; }

Accounts read_accounts(const Document& accounts) {
  Accounts read;
  if (accounts.is_sequence()) {
    for (const Document& balance : accounts.items) add_account(balance, read);
    return read;
  }
  accounts.expect_mapping("the balances of all accounts");
  for (const Document::Entry& entry : accounts.entries) add_account(entry.value, read);
  return read;
}

}  // namespace stampede::histories
