#include "checkers/transactions/minimal_set.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace stampede::checkers {
namespace {

/// How often is asked whether fewer fail, and about how many transactions in all.
constexpr std::uint64_t questions_max = 2'000;
constexpr std::uint64_t transactions_max = 2'000'000;

std::uint64_t bytes_of(const std::vector<Transaction>& transactions) {
  std::uint64_t bytes = sizeof(Transaction) * transactions.size();
  for (const Transaction& transaction : transactions) {
    for (const MicroOperation& operation : transaction.operations) {
      bytes += sizeof(MicroOperation) + operation.key.size();
      if (!operation.list) continue;
      bytes += operation.list->size() * sizeof(std::string);
    }
  }
  return bytes;
}

class Search {
 public:
  Search(const std::vector<Transaction>& transactions, const JudgeTransactions& judge,
         Allowance& allowance)
      : transactions_(transactions), judge_(judge), allowance_(allowance) {}

  MinimalSet run() {
    set_.transactions.resize(transactions_.size());
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      set_.transactions[number] = number;
    }
    // Two copies, and what says who wrote what.
    const std::uint64_t bytes = 4 * bytes_of(transactions_);
    try {
      allowance_.hold(bytes);
      kept_ = transactions_;
      leave_out();
      if (forget_reads()) leave_out();
      allowance_.release(bytes);
    } catch (const Stopped&) {
      set_.is_minimal = false;
    }
    return std::move(set_);
  }

 private:
  using KeyAndValue = std::pair<std::string_view, std::string_view>;

  /// In pieces first, then one by one, until nothing changes.
  void leave_out() {
    for (std::size_t piece = std::max<std::size_t>(kept_.size() / 2, 1); piece > 0; piece /= 2) {
      bool any = true;
      while (std::exchange(any, false)) {
        // From behind: what failed first is what is asked for.
        for (std::size_t end = kept_.size(); end > 0;) {
          const std::size_t begin = end > piece ? end - piece : 0;
          any = try_without(begin, end) || any;
          end = std::min(begin, kept_.size());
        }
        if (piece > 1) break;
      }
    }
  }

  /// Whether it still fails without those, and without who read what they wrote.
  bool try_without(std::size_t begin, std::size_t end) {
    std::vector<bool> stays(kept_.size(), true);
    std::fill(stays.begin() + static_cast<std::ptrdiff_t>(begin),
              stays.begin() + static_cast<std::ptrdiff_t>(end), false);
    leave_out_readers(stays);
    std::vector<Transaction> fewer;
    std::vector<std::uint32_t> numbers;
    for (std::size_t at = 0; at < kept_.size(); ++at) {
      if (!stays[at]) continue;
      fewer.push_back(kept_[at]);
      numbers.push_back(set_.transactions[at]);
    }
    if (fewer.empty() || !still_fails(fewer)) return false;
    kept_ = std::move(fewer);
    set_.transactions = std::move(numbers);
    return true;
  }

  void leave_out_readers(std::vector<bool>& stays) {
    std::set<KeyAndValue> gone;
    for (bool again = true; again;) {
      again = false;
      for (std::size_t at = 0; at < kept_.size(); ++at) {
        allowance_.work();
        if (stays[at]) continue;
        for (const MicroOperation& operation : kept_[at].operations) {
          if (operation.writes() && operation.value) gone.emplace(operation.key, *operation.value);
        }
      }
      for (std::size_t at = 0; at < kept_.size(); ++at) {
        if (!stays[at] || !reads_any(kept_[at], gone)) continue;
        stays[at] = false;
        again = true;
      }
    }
  }

  bool reads_any(const Transaction& transaction, const std::set<KeyAndValue>& gone) {
    if (transaction.outcome != Transaction::Outcome::committed) return false;
    const auto is_gone = [&](const std::string& key, const std::string& value) {
      allowance_.work();
      return gone.count({key, value}) == 1;
    };
    for (const MicroOperation& operation : transaction.operations) {
      if (operation.writes()) continue;
      if (operation.value && is_gone(operation.key, *operation.value)) return true;
      if (!operation.list) continue;
      for (const std::string& element : *operation.list) {
        if (is_gone(operation.key, element)) return true;
      }
    }
    return false;
  }

  /// Reads that are not needed keep others in that are not needed either.
  bool forget_reads() {
    bool any = false;
    for (std::size_t at = kept_.size(); at-- > 0;) {
      for (std::size_t step = kept_[at].operations.size(); step-- > 0;) {
        if (kept_[at].operations[step].writes()) continue;
        std::vector<Transaction> fewer = kept_;
        auto& operations = fewer[at].operations;
        operations.erase(operations.begin() + static_cast<std::ptrdiff_t>(step));
        if (!still_fails(fewer)) continue;
        kept_ = std::move(fewer);
        any = true;
      }
    }
    return any;
  }

  bool still_fails(const std::vector<Transaction>& fewer) {
    allowance_.patience().ask();
    asked_about_ += fewer.size();
    if (++questions_ > questions_max || asked_about_ > transactions_max) {
      throw Stopped("enough was tried");
    }
    const engine::Verdict verdict = judge_(fewer);
    if (verdict == engine::Verdict::undecided) set_.is_minimal = false;
    return verdict == engine::Verdict::violated;
  }

  const std::vector<Transaction>& transactions_;
  const JudgeTransactions& judge_;
  Allowance& allowance_;
  std::vector<Transaction> kept_;
  MinimalSet set_;
  std::uint64_t questions_ = 0;
  std::uint64_t asked_about_ = 0;
};

}  // namespace

MinimalSet find_minimal_set(const std::vector<Transaction>& transactions,
                            const JudgeTransactions& judge, Allowance& allowance) {
  return Search(transactions, judge, allowance).run();
}

}  // namespace stampede::checkers
