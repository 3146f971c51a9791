// Histories of transactions: what they become, and what is said about wrong ones.
#include <catch2/catch.hpp>

#include "tests/histories/importing.hpp"

namespace stampede::tests {

TEST_CASE("import: transactions", "[unit]") {
  const ImportedHistory imported =
      import(R"({:type :invoke, :f :txn, :process 0, :value [[:r 3 nil] [:append 3 2]]}
{:type :ok, :f :txn, :process 0, :value [[:r 3 [1]] [:append 3 2]]}
{:type :invoke, :f :txn, :process 1, :value [[:append 3 1]]}
{:type :fail, :f :txn, :process 1, :value [[:append 3 1]]}
)");
  CHECK(imported.model == "list-append");
  REQUIRE(imported.transactions.size() == 2);
  REQUIRE(imported.transactions[0].operations.size() == 2);
  CHECK(imported.transactions[0].operations[0].list == std::vector<std::string>{"1"});
  CHECK(imported.transactions[1].outcome == checkers::Transaction::Outcome::aborted);
}

TEST_CASE("import: transactions need no processes", "[unit]") {
  const ImportedHistory transactions = import(R"({:index 0 :type :invoke :value [[:append 3 1]]}
{:index 1 :type :ok :value [[:append 3 1]]}
)");
  CHECK(transactions.model == "list-append");
  CHECK(transactions.transactions.size() == 1);
}

TEST_CASE("import: transactions under any name, of reads that say no value yet", "[unit]") {
  const ImportedHistory lists = import(R"({:process 1, :index 1 :type :invoke, :value [[:r k]]}
{:process 1, :index 2 :type :ok, :value [[:r k []]]}
)");
  CHECK(lists.model == "list-append");
  CHECK(lists.transactions[0].operations[0].list == std::vector<std::string>{});
  const ImportedHistory registers =
      import(R"({:process 1, :type :invoke, :f :write, :value [[:w k 3]]}
{:process 2, :type :invoke, :f :read, :value [[:r k] [:r l nil]]}
{:process 1, :type :info, :f :write, :value nil, :error :timeout}
{:process 2, :type :ok, :f :read, :value [[:r k 3] [:r l nil]]}
)");
  CHECK(registers.model == "rw-register");
  REQUIRE(registers.transactions.size() == 2);
  CHECK(registers.transactions[0].outcome == checkers::Transaction::Outcome::unknown);
  CHECK(registers.transactions[1].operations[0].value == "3");
  CHECK(error_of("{:type :invoke, :process 1, :f :txn, :value [[:w k]]}") ==
        "h:1:46: error: expected a read or write of a transaction: [:r key value]\nhint: is it cut "
        "off, or of another kind of history?");
}

TEST_CASE("import: a process may go on after a transaction of unknown outcome", "[unit]") {
  const ImportedHistory imported = import(R"({:process 4, :type :invoke, :value [[:append k 1]]}
{:process 4, :type :info, :value [[:append k 1]]}
{:process 4, :type :invoke, :value [[:append k 2]]}
{:process 4, :type :ok, :value [[:append k 2]]}
)");
  REQUIRE(imported.transactions.size() == 2);
  CHECK(imported.clients == std::vector<std::string>{"4", "4 after info 1"});
  CHECK(imported.transactions[0].responded_at == engine::HistoryOperation::open);
  CHECK(imported.remarks.back() ==
        "process 4 goes on after an :info, as if it were another one from there on");
}

TEST_CASE("import: transactions that are not invoked began at some time before", "[unit]") {
  const ImportedHistory imported = import(R"({:process 0, :type :fail, :value [[:append k 1]]}
{:process 0, :type :ok, :value [[:r k [1]]]}
{:process 1, :type :ok, :value [[:append k 2]]}
{:process 2, :type :info, :value [[:append k 3] [:r k nil]]}
)");
  REQUIRE(imported.transactions.size() == 4);
  using Outcome = checkers::Transaction::Outcome;
  CHECK(imported.transactions[0].outcome == Outcome::aborted);
  CHECK(imported.transactions[1].outcome == Outcome::committed);
  CHECK(imported.transactions[3].outcome == Outcome::unknown);
  // In real time only transactions of one process come one after the other.
  CHECK(imported.transactions[0].responded_at < imported.transactions[1].invoked_at);
  CHECK(imported.transactions[2].invoked_at < imported.transactions[0].responded_at);
  CHECK(imported.remarks.back() == "transactions that are not invoked may have begun at any time");
  CHECK(error_of("{:process 0, :type :ok, :f :write, :value 1}") ==
        "h:1:1: error: process 0 completes an operation that it never invoked\nhint: is the "
        "beginning of the history missing?");
}

}  // namespace stampede::tests
