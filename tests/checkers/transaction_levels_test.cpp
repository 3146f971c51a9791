// Levels of isolation against their definitions, on small histories: what is violated, what is not,
// with what proof; and variants of the checker that are wrong, each of them told from the
// definition.
#include <catch2/catch.hpp>
#include <functional>

#include "checkers/transactions/proofs.hpp"
#include "checkers/transactions/transactions.hpp"
#include "tests/checkers/random_transactions.hpp"
#include "tests/checkers/transaction_definitions.hpp"

namespace stampede::tests {
namespace {

using checkers::Finding;
using checkers::Isolation;
using checkers::Level;
using checkers::MicroOperation;
using checkers::Transaction;
using checkers::Verdict;
using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;
using Transactions = std::vector<Transaction>;

TransactionShape transaction_shape(std::uint64_t seed) {
  TransactionShape shape;
  shape.lists = seed % 2 == 0;
  shape.may_abort = seed / 2 % 2 == 0;
  shape.may_be_dirty = seed / 8 % 2 == 0;
  return shape;
}

/// The verdict, its proof re-checked.
bool is_isolated(const Transactions& transactions, Isolation isolation) {
  const Finding result = check_transactions(transactions, isolation);
  REQUIRE(result.verdict != Verdict::undecided);
  if (result.verdict == Verdict::violated) {
    REQUIRE(result.anomalies.front().is_forbidden);
    return false;
  }
  const checkers::Obeys obeys = checkers::obeyed_by(isolation);
  std::string refuted;
  switch (level_of(isolation)) {
    case Level::read_uncommitted:
      break;
    case Level::read_committed:
      refuted = refute_committed_reads(transactions, result.witness);
      break;
    case Level::snapshot:
      refuted = refute_schedule(transactions, obeys, result.schedule);
      break;
    case Level::serializable:
      refuted = refute_serial_order(transactions, obeys, result.witness);
      break;
  }
  REQUIRE(refuted.empty());
  return true;
}

void compare(const std::string& name, Isolation isolation, std::uint64_t histories) {
  std::uint64_t held = 0;
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    INFO(name << " seed " << seed);
    TransactionShape shape = transaction_shape(seed);
    if (isolation == Isolation::read_uncommitted) shape.lists = false;
    // Values written twice: orders are tried for the levels that are orders.
    if (level_of(isolation) == Level::serializable) shape.repeats = seed / 4 % 2 == 0;
    const Transactions transactions = random_transactions(shape, seed);
    const bool right = definitions::holds(transactions, isolation);
    REQUIRE(is_isolated(transactions, isolation) == right);
    held += right ? 1 : 0;
  }
  CHECK(held > histories / 10);
  CHECK(held < histories * 99 / 100);
}

// Checkers that are wrong in the ways in which such checkers are wrong.

using Variant = std::function<bool(const Transactions&)>;

/// Is the variant told from the definition by one of 3,000 small histories?
bool is_told(Isolation isolation, const Variant& variant) {
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    TransactionShape shape = transaction_shape(seed);
    if (isolation == Isolation::read_uncommitted) shape.lists = false;
    const Transactions transactions = random_transactions(shape, seed);
    if (variant(transactions) != definitions::holds(transactions, isolation)) return true;
  }
  return false;
}

/// The right checker, asked for another level.
Variant at_level(Isolation isolation) {
  return [isolation](const Transactions& transactions) {
    return check_transactions(transactions, isolation).verdict == Verdict::ok;
  };
}

/// One rule missing: a history is refused for all anomalies but these.
Variant without(Isolation isolation, const std::vector<std::string>& names) {
  return [=](const Transactions& transactions) {
    const Finding result = check_transactions(transactions, isolation);
    return std::all_of(
        result.anomalies.begin(), result.anomalies.end(), [&](const checkers::Anomaly& anomaly) {
          return !anomaly.is_forbidden ||
                 std::any_of(names.begin(), names.end(),
                             [&](const auto& name) { return anomaly.name.rfind(name, 0) == 0; });
        });
  };
}

/// The right checker, told another history.
Variant told(Isolation isolation, const std::function<void(Transaction&)>& change) {
  return [=](Transactions transactions) {
    for (Transaction& transaction : transactions) change(transaction);
    return check_transactions(transactions, isolation).verdict == Verdict::ok;
  };
}

std::function<void(Transaction&)> with_outcome(Outcome from, Outcome to) {
  return [=](Transaction& transaction) {
    if (transaction.outcome == from) transaction.outcome = to;
  };
}

bool reads(const MicroOperation& operation) {
  return operation.kind == Kind::read_list || operation.kind == Kind::read_value;
}

void drop_reads(Transaction& transaction) { std::erase_if(transaction.operations, reads); }

void drop_empty_reads(Transaction& transaction) {
  std::erase_if(transaction.operations, [](const MicroOperation& operation) {
    return reads(operation) && !operation.value && (!operation.list || operation.list->empty());
  });
}

/// What it read behind its own writes does not count.
void drop_own_reads(Transaction& transaction) {
  std::vector<std::string> written;
  std::erase_if(transaction.operations, [&](const MicroOperation& operation) {
    if (!reads(operation)) written.push_back(operation.key);
    return reads(operation) &&
           std::find(written.begin(), written.end(), operation.key) != written.end();
  });
}

/// Only its last write of a key is known.
void keep_last_writes(Transaction& transaction) {
  std::vector<std::string> written;
  for (std::size_t at = transaction.operations.size(); at-- > 0;) {
    const MicroOperation& operation = transaction.operations[at];
    if (reads(operation)) continue;
    if (std::find(written.begin(), written.end(), operation.key) == written.end()) {
      written.push_back(operation.key);
    } else {
      transaction.operations.erase(transaction.operations.begin() +
                                   static_cast<std::ptrdiff_t>(at));
    }
  }
}

/// Each write is a transaction of its own: which is the last one does not count.
Transactions split_writes(const Transactions& transactions) {
  Transactions split;
  for (const Transaction& transaction : transactions) {
    Transaction rest = transaction;
    rest.operations.clear();
    for (const MicroOperation& operation : transaction.operations) {
      const bool again =
          !reads(operation) && std::any_of(rest.operations.begin(), rest.operations.end(),
                                           [&](const MicroOperation& earlier) {
                                             return !reads(earlier) && earlier.key == operation.key;
                                           });
      if (again) {
        split.push_back(rest);
        rest.operations.clear();
      }
      rest.operations.push_back(operation);
    }
    split.push_back(rest);
  }
  return split;
}

/// Each key alone: isolation is not local.
Variant each_key_alone(Isolation isolation) {
  return [=](const Transactions& transactions) {
    for (const std::string key : {"x", "y"}) {
      Transactions part = transactions;
      for (Transaction& transaction : part) {
        std::erase_if(transaction.operations,
                      [&](const MicroOperation& operation) { return operation.key != key; });
      }
      if (check_transactions(part, isolation).verdict != Verdict::ok) return false;
    }
    return true;
  };
}

}  // namespace

TEST_CASE("transactions: every level agrees with its definition, proofs hold", "[unit]") {
  for (const auto& [name, isolation, about] : checkers::isolation_levels()) {
    compare(name, isolation, 2'000);
  }
}

TEST_CASE("transactions: 100,000 histories of each level", "[.][campaign]") {
  for (const auto& [name, isolation, about] : checkers::isolation_levels()) {
    compare(name, isolation, 100'000);
  }
}

TEST_CASE("transactions: wrong variants of every level are caught", "[unit]") {
  for (const auto& [name, isolation, about] : checkers::isolation_levels()) {
    INFO(name);
    CHECK(!is_told(isolation, at_level(isolation)));
    CHECK(is_told(isolation, [](const Transactions&) { return true; }));
    CHECK(is_told(isolation, [](const Transactions&) { return false; }));
    CHECK(is_told(isolation, told(isolation, drop_reads)));
    CHECK(is_told(isolation, told(isolation, drop_own_reads)));
    // Each level by the checker of another.
    for (const auto& [other_name, other, other_about] : checkers::isolation_levels()) {
      if (other == isolation) continue;
      INFO("by " << other_name);
      CHECK(is_told(isolation, at_level(other)));
    }
    if (level_of(isolation) == Level::read_uncommitted) continue;
    CHECK(is_told(isolation, told(isolation, drop_empty_reads)));
    CHECK(is_told(isolation, told(isolation, with_outcome(Outcome::unknown, Outcome::aborted))));
    CHECK(is_told(isolation, told(isolation, with_outcome(Outcome::aborted, Outcome::unknown))));
    CHECK(is_told(isolation, told(isolation, with_outcome(Outcome::unknown, Outcome::committed))));
    CHECK(is_told(isolation, told(isolation, keep_last_writes)));
    CHECK(is_told(isolation, [=, level = isolation](const Transactions& transactions) {
      return at_level(level)(split_writes(transactions));
    }));
    CHECK(is_told(isolation, each_key_alone(isolation)));
    CHECK(is_told(isolation, without(isolation, {"G1a", "dirty-update"})));
    CHECK(is_told(isolation, without(isolation, {"G1b", "G-single", "not-"})));
    CHECK(is_told(isolation, without(isolation, {"G1c"})));
    if (level_of(isolation) == Level::read_committed) continue;
    CHECK(is_told(isolation, without(isolation, {"G-single", "not-"})));
    CHECK(is_told(isolation, without(isolation, {"internal", "not-"})));
    CHECK(is_told(isolation, without(isolation, {"lost-update", "G2-item", "not-"})));
    // No rw at all.
    CHECK(is_told(isolation, without(isolation, {"G-", "G2", "lost-update", "not-"})));
    if (level_of(isolation) == Level::snapshot) continue;
    CHECK(is_told(isolation, without(isolation, {"G2-item", "not-"})));
  }
}

}  // namespace stampede::tests
