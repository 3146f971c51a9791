#include "tests/checkers/transaction_definitions.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace stampede::tests::definitions {
namespace {

using checkers::Isolation;
using checkers::Level;
using checkers::MicroOperation;
using checkers::Obeys;
using checkers::Transaction;
using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;
using Content = std::vector<std::string>;
using Matrix = std::vector<std::vector<bool>>;

bool writes(const MicroOperation& operation) {
  return operation.kind == Kind::write || operation.kind == Kind::append;
}

Content seen_by(const MicroOperation& operation) {
  if (operation.list) return *operation.list;
  return operation.value ? Content{*operation.value} : Content{};
}

void write(const MicroOperation& operation, Content& content) {
  if (operation.kind == Kind::write) content.clear();
  if (operation.value) content.push_back(*operation.value);
}

bool must_precede(const Transaction& first, const Transaction& second, Obeys obeys) {
  if (obeys == Obeys::nothing || first.outcome != Outcome::committed) return false;
  if (obeys == Obeys::sessions && first.client != second.client) return false;
  return first.responded_at < second.invoked_at;
}

bool is_serializable(const std::vector<Transaction>& transactions, Obeys obeys) {
  using Store = std::map<std::string, Content>;
  const std::function<bool(std::set<std::size_t>, const Store&)> extend =
      [&](const std::set<std::size_t>& done, const Store& store) {
        bool complete = true;
        for (std::size_t at = 0; at < transactions.size(); ++at) {
          const Transaction& transaction = transactions[at];
          if (done.count(at) == 1 || transaction.outcome == Outcome::aborted) continue;
          const bool committed = transaction.outcome == Outcome::committed;
          complete = complete && !committed;
          bool ready = true;
          for (std::size_t other = 0; other < transactions.size(); ++other) {
            if (done.count(other) == 1) continue;
            if (must_precede(transactions[other], transaction, obeys)) ready = false;
          }
          Store next = store;
          for (const MicroOperation& operation : transaction.operations) {
            Content& content = next[operation.key];
            if (writes(operation)) {
              write(operation, content);
            } else if (committed && seen_by(operation) != content) {
              ready = false;
            }
          }
          if (!ready) continue;
          std::set<std::size_t> more = done;
          more.insert(at);
          if (extend(more, next)) return true;
        }
        return complete;
      };
  return extend({}, {});
}

bool has_no_cycle(Matrix before) {
  for (std::size_t middle = 0; middle < before.size(); ++middle) {
    for (std::size_t from = 0; from < before.size(); ++from) {
      for (std::size_t to = 0; before[from][middle] && to < before.size(); ++to) {
        if (before[middle][to]) before[from][to] = true;
      }
    }
  }
  for (std::size_t at = 0; at < before.size(); ++at) {
    if (before[at][at]) return false;
  }
  return true;
}

/// One choice of what happened and in which order the versions of each key came.
class World {
 public:
  World(const std::vector<Transaction>& transactions, Isolation isolation,
        const std::vector<bool>& happened)
      : transactions_(transactions),
        level_(checkers::level_of(isolation)),
        obeys_(checkers::obeyed_by(isolation)),
        happened_(happened) {
    for (std::size_t at = 0; at < transactions.size(); ++at) {
      if (!happened[at]) continue;
      std::set<std::string> keys;
      for (const MicroOperation& operation : transactions[at].operations) {
        if (writes(operation) && keys.insert(operation.key).second) {
          writers_[operation.key].push_back(at);
        }
      }
    }
  }

  bool some_order_holds() { return choose(writers_.begin()); }

 private:
  using Writers = std::map<std::string, std::vector<std::size_t>>;

  // NOLINTNEXTLINE(misc-no-recursion)
  bool choose(Writers::iterator key) {
    if (key == writers_.end()) return explains();
    const auto next = std::next(key);
    std::sort(key->second.begin(), key->second.end());
    do {
      if (choose(next)) return true;
    } while (std::next_permutation(key->second.begin(), key->second.end()));
    return false;
  }

  /// What the first `count` writers of the key leave.
  Content content(const std::string& key, std::size_t count) {
    Content content;
    for (std::size_t at = 0; at < count; ++at) {
      for (const MicroOperation& operation : transactions_[writers_[key][at]].operations) {
        if (writes(operation) && operation.key == key) write(operation, content);
      }
    }
    return content;
  }

  bool explains() {
    const std::size_t count = transactions_.size();
    ww_ = wr_ = rw_ = Matrix(count, std::vector<bool>(count, false));
    for (const auto& [key, writers] : writers_) {
      for (std::size_t at = 1; at < writers.size(); ++at) ww_[writers[at - 1]][writers[at]] = true;
    }
    if (level_ == Level::read_uncommitted) return views_are_own() && has_no_cycle(ww_);
    for (std::size_t at = 0; at < count; ++at) {
      if (transactions_[at].outcome == Outcome::committed && !place_reads(at)) return false;
      for (std::size_t other = 0; other < count; ++other) {
        const bool both = happened_[at] && happened_[other];
        if (both && must_precede(transactions_[at], transactions_[other], obeys_)) {
          wr_[at][other] = true;
        }
      }
    }
    Matrix steps = ww_;
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        if (wr_[from][to]) steps[from][to] = true;
      }
    }
    if (level_ == Level::read_committed) return has_no_cycle(steps);
    // (ww or wr) followed by at most one rw has no cycle.
    Matrix longer = steps;
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t middle = 0; middle < count; ++middle) {
        for (std::size_t to = 0; to < count; ++to) {
          if (steps[from][middle] && rw_[middle][to]) longer[from][to] = true;
        }
      }
    }
    return has_no_cycle(longer);
  }

  /// Registers: whoever wrote sees that; nobody sees what nobody wrote.
  bool views_are_own() {
    std::set<std::pair<std::string, std::string>> written;
    for (const Transaction& transaction : transactions_) {
      for (const MicroOperation& operation : transaction.operations) {
        if (writes(operation)) written.emplace(operation.key, *operation.value);
      }
    }
    for (const Transaction& transaction : transactions_) {
      if (transaction.outcome != Outcome::committed) continue;
      std::map<std::string, std::string> own;
      for (const MicroOperation& operation : transaction.operations) {
        if (writes(operation)) {
          own[operation.key] = *operation.value;
        } else if (own.count(operation.key) == 1) {
          if (operation.value != own[operation.key]) return false;
        } else if (operation.value && written.count({operation.key, *operation.value}) == 0) {
          return false;
        }
      }
    }
    return true;
  }

  /// Finds the version that each read saw, and what follows from that.
  bool place_reads(std::size_t reader) {
    std::map<std::string, Content> own;
    std::map<std::string, std::size_t> known;
    for (const MicroOperation& operation : transactions_[reader].operations) {
      if (writes(operation)) {
        write(operation, own[operation.key]);
        continue;
      }
      const std::string& key = operation.key;
      const Content& mine = own[key];
      Content seen = seen_by(operation);
      if (!mine.empty()) {
        if (operation.kind == Kind::read_value) {
          if (seen != mine) return false;
          continue;
        }
        if (seen.size() < mine.size()) return false;
        if (!std::equal(mine.rbegin(), mine.rend(), seen.rbegin())) return false;
        seen.resize(seen.size() - mine.size());
      }
      const std::vector<std::size_t>& writers = writers_[key];
      std::size_t version = 0;
      while (version <= writers.size() && content(key, version) != seen) ++version;
      if (version > writers.size()) return false;
      const auto end = writers.begin() + static_cast<std::ptrdiff_t>(version);
      if (std::find(writers.begin(), end, reader) != end) return false;
      const auto [earlier, fresh] = known.emplace(key, version);
      if (level_ == Level::snapshot && earlier->second != version) return false;
      if (version > 0) wr_[writers[version - 1]][reader] = true;
      if (version < writers.size() && writers[version] != reader) {
        rw_[reader][writers[version]] = true;
      }
    }
    return true;
  }

  const std::vector<Transaction>& transactions_;
  Level level_;
  Obeys obeys_;
  const std::vector<bool>& happened_;
  Writers writers_;
  Matrix ww_;
  Matrix wr_;
  Matrix rw_;
};

}  // namespace

bool holds(const std::vector<Transaction>& transactions, Isolation isolation) {
  if (checkers::level_of(isolation) == Level::serializable) {
    return is_serializable(transactions, checkers::obeyed_by(isolation));
  }
  std::vector<std::size_t> open;
  std::vector<bool> happened(transactions.size(), false);
  for (std::size_t at = 0; at < transactions.size(); ++at) {
    happened[at] = transactions[at].outcome == Outcome::committed;
    if (transactions[at].outcome == Outcome::unknown) open.push_back(at);
  }
  for (std::uint64_t chosen = 0; chosen < std::uint64_t{1} << open.size(); ++chosen) {
    for (std::size_t at = 0; at < open.size(); ++at) happened[open[at]] = (chosen >> at & 1U) != 0;
    if (World(transactions, isolation, happened).some_order_holds()) return true;
  }
  return false;
}

}  // namespace stampede::tests::definitions
