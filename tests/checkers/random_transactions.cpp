#include "tests/checkers/random_transactions.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/core/random.hpp"

namespace stampede::tests {
namespace {

using checkers::MicroOperation;
using checkers::Transaction;
using Store = std::map<std::string, std::vector<std::string>>;

class Generator {
 public:
  Generator(const TransactionShape& shape, std::uint64_t seed) : shape_(shape), seed_(seed) {}

  std::vector<Transaction> run() {
    std::vector<Transaction> transactions(3 + below(3));
    const std::uint64_t stale = below(5) == 0 ? 0 : 60;
    past_.emplace_back();
    for (Transaction& transaction : transactions) fill(transaction, stale);
    place_in_time(transactions);
    return transactions;
  }

 private:
  std::uint64_t below(std::uint64_t bound) {
    return engine::below(engine::draw(seed_, engine::Domain::test, next_++), bound);
  }

  void fill(Transaction& transaction, std::uint64_t stale) {
    Store view = past_.back();
    Store after = past_.back();
    const std::uint64_t outcome = shape_.may_abort ? below(8) : 2;
    transaction.outcome = outcome == 0   ? Transaction::Outcome::aborted
                          : outcome == 1 ? Transaction::Outcome::unknown
                                         : Transaction::Outcome::committed;
    std::set<std::string> known;
    const std::uint64_t count = 1 + below(4);
    for (std::uint64_t at = 0; at < count; ++at) {
      const std::string key = below(2) == 0 ? "x" : "y";
      // One key is seen as of another moment, unless the transaction knows it already.
      const bool fresh = known.insert(key).second;
      if (fresh && below(100) < stale) view[key] = past_[below(past_.size())][key];
      if (below(2) == 0) {
        transaction.operations.push_back(write(key, view, after));
      } else {
        transaction.operations.push_back(read(key, view));
      }
    }
    // What aborted leaves no trace, mostly.
    const bool traceless = outcome < 2 && below(4) > outcome;
    if (!traceless) past_.push_back(after);
    if (outcome < 2) {
      for (MicroOperation& operation : transaction.operations) {
        operation.list.reset();
        if (operation.kind == MicroOperation::Kind::read_value) operation.value.reset();
      }
    }
  }

  MicroOperation write(const std::string& key, Store& view, Store& after) {
    MicroOperation operation;
    operation.kind = shape_.lists ? MicroOperation::Kind::append : MicroOperation::Kind::write;
    operation.key = key;
    operation.value = std::to_string(shape_.repeats ? 1 + below(2) : next_value_++);
    for (Store* store : {&view, &after}) {
      if (!shape_.lists) (*store)[key].clear();
      (*store)[key].push_back(*operation.value);
    }
    return operation;
  }

  MicroOperation read(const std::string& key, const Store& view) {
    MicroOperation operation;
    operation.key = key;
    const auto found = view.find(key);
    const std::vector<std::string> seen =
        found == view.end() ? std::vector<std::string>{} : found->second;
    if (shape_.lists) {
      operation.kind = MicroOperation::Kind::read_list;
      operation.list = seen;
    } else {
      operation.kind = MicroOperation::Kind::read_value;
      if (!seen.empty()) operation.value = seen.back();
    }
    return operation;
  }

  /// Each begins behind the one before it and ends before or behind the next ones.
  void place_in_time(std::vector<Transaction>& transactions) {
    std::vector<std::pair<std::uint64_t, std::size_t>> moments;
    for (std::size_t at = 0; at < transactions.size(); ++at) {
      moments.emplace_back(100 * at, 2 * at);
      moments.emplace_back(100 * at + 1 + below(250), 2 * at + 1);
    }
    std::sort(moments.begin(), moments.end());
    for (std::uint64_t event = 0; event < moments.size(); ++event) {
      Transaction& transaction = transactions[moments[event].second / 2];
      if (moments[event].second % 2 == 0) {
        transaction.invoked_at = event;
      } else if (transaction.outcome != Transaction::Outcome::unknown) {
        transaction.responded_at = event;
      }
    }
  }

  const TransactionShape& shape_;
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::uint64_t next_value_ = 1;
  std::vector<Store> past_;
};

}  // namespace

std::vector<Transaction> random_transactions(const TransactionShape& shape, std::uint64_t seed) {
  return Generator(shape, seed).run();
}

}  // namespace stampede::tests
