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

class TransactionGenerator {
 public:
  TransactionGenerator(const TransactionShape& shape, std::uint64_t seed)
      : shape_(shape), seed_(seed) {}

  std::vector<Transaction> run() {
    std::vector<Transaction> transactions(3 + below(3));
    const std::uint64_t stale = below(5) == 0 ? 0 : 60;
    past_.emplace_back();
    for (Transaction& transaction : transactions) fill(transaction, stale);
    if (shape_.may_be_dirty && below(3) == 0) spoil(transactions);
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
    moments_.push_back(after);
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

  /// Some reads are of any moment: before or behind the transaction, or inside one; or of nothing
  /// that there ever was.
  void spoil(std::vector<Transaction>& transactions) {
    if (moments_.empty()) return;
    for (Transaction& transaction : transactions) {
      if (transaction.outcome != Transaction::Outcome::committed || below(3) == 0) continue;
      const std::uint64_t at = below(3) == 0 ? below(transaction.operations.size()) : 0;
      MicroOperation& chosen = transaction.operations[at];
      Store moment = moments_[below(moments_.size())];
      if (below(20) == 0) moment[chosen.key].push_back("nowhere");
      if (chosen.kind == MicroOperation::Kind::read_list ||
          chosen.kind == MicroOperation::Kind::read_value) {
        chosen = read(chosen.key, moment);
      }
    }
    if (below(2) == 0) exchange(transactions, below(2) == 0 ? "x" : "y");
  }

  /// Two values of a key stand in the place of each other wherever they were read.
  void exchange(std::vector<Transaction>& transactions, const std::string& key) {
    std::vector<std::string> longest;
    for (const Store& moment : moments_) {
      const auto found = moment.find(key);
      if (found != moment.end() && found->second.size() > longest.size()) longest = found->second;
    }
    if (longest.size() < 2) return;
    const std::string one = longest[below(longest.size())];
    const std::string other = longest[below(longest.size())];
    for (Transaction& transaction : transactions) {
      for (MicroOperation& operation : transaction.operations) {
        if (operation.key != key || !operation.list) continue;
        std::vector<std::string>& list = *operation.list;
        const auto first = std::find(list.begin(), list.end(), one);
        const auto second = std::find(list.begin(), list.end(), other);
        if (first != list.end() && second != list.end()) std::swap(*first, *second);
      }
    }
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
    // Clients whose last transaction is over go on with another.
    std::vector<std::uint64_t> free_at;
    for (Transaction& transaction : transactions) {
      while (transaction.client < free_at.size() &&
             free_at[transaction.client] > transaction.invoked_at) {
        ++transaction.client;
      }
      free_at.resize(std::max<std::size_t>(free_at.size(), transaction.client + 1));
      free_at[transaction.client] = transaction.responded_at;
    }
  }

  const TransactionShape& shape_;
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::uint64_t next_value_ = 1;
  std::vector<Store> past_;
  /// What a store that hides nothing went through.
  std::vector<Store> moments_;
};

/// Done at once when they begin; 20 clients overlap.
class LongGenerator {
 public:
  LongGenerator(bool lists, std::uint32_t keys, std::uint64_t seed)
      : lists_(lists), keys_(keys), seed_(seed) {}

  std::vector<Transaction> run(std::uint32_t count) {
    constexpr std::uint32_t clients = 20;
    std::vector<Transaction> transactions;
    transactions.reserve(count);
    std::vector<std::size_t> running(clients, SIZE_MAX);
    for (std::uint64_t event = 0; transactions.size() < count; ++event) {
      const auto client = static_cast<std::uint32_t>(below(clients));
      if (running[client] != SIZE_MAX) {
        transactions[running[client]].responded_at = event;
        transactions[running[client]].outcome = Transaction::Outcome::committed;
        running[client] = SIZE_MAX;
        continue;
      }
      running[client] = transactions.size();
      Transaction& transaction = transactions.emplace_back();
      transaction.client = client;
      transaction.invoked_at = event;
      for (std::uint64_t left = 1 + below(5); left > 0; --left) {
        transaction.operations.push_back(next(below(keys_)));
      }
    }
    return transactions;
  }

 private:
  std::uint64_t below(std::uint64_t bound) {
    return engine::below(engine::draw(seed_, engine::Domain::test, next_++), bound);
  }
  MicroOperation next(std::uint64_t key) {
    MicroOperation operation;
    operation.key = std::to_string(key);
    std::vector<std::string>& content = contents_[key];
    if (below(2) == 0) {
      operation.kind = lists_ ? MicroOperation::Kind::read_list : MicroOperation::Kind::read_value;
      if (lists_) operation.list = content;
      if (!lists_ && !content.empty()) operation.value = content.back();
      return operation;
    }
    operation.kind = lists_ ? MicroOperation::Kind::append : MicroOperation::Kind::write;
    operation.value = std::to_string(next_value_++);
    if (!lists_) content.clear();
    content.push_back(*operation.value);
    return operation;
  }

  bool lists_;
  std::uint64_t keys_;
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::uint64_t next_value_ = 1;
  std::map<std::uint64_t, std::vector<std::string>> contents_;
};

}  // namespace

std::vector<Transaction> long_history(bool lists, std::uint32_t count, std::uint32_t keys,
                                      std::uint64_t seed) {
  return LongGenerator(lists, keys, seed).run(count);
}

std::vector<Transaction> random_transactions(const TransactionShape& shape, std::uint64_t seed) {
  return TransactionGenerator(shape, seed).run();
}

}  // namespace stampede::tests
