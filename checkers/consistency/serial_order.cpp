#include "checkers/consistency/serial_order.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <numeric>

namespace stampede::checkers {
namespace {

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

/// Of a key: its elements, or its one value; empty if there is nothing.
using Content = std::vector<std::uint32_t>;

struct Step {
  Kind kind = Kind::read_value;
  std::uint32_t key = 0;
  /// Written, or read.
  Content content;
  /// A read whose result nobody knows.
  bool any = false;
};

struct HashWords {
  std::size_t operator()(const std::vector<std::uint32_t>& words) const {
    std::uint64_t hash = words.size();
    for (const std::uint32_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 32);
  }
};

class Search {
 public:
  Search(const std::vector<Transaction>& transactions,
         const std::vector<std::pair<std::uint32_t, std::uint32_t>>& before, bool in_real_time,
         const LinearizabilityLimits& limits)
      : transactions_(transactions),
        in_real_time_(in_real_time),
        limits_(limits),
        after_(transactions.size()),
        missing_(transactions.size(), 0),
        done_(transactions.size(), false) {
    for (const auto& [first, second] : before) {
      if (is_out(first) || is_out(second)) continue;
      after_[first].push_back(second);
      ++missing_[second];
    }
    for (std::uint32_t number = 0; number < transactions.size(); ++number) read_steps(number);
    contents_.resize(keys_.size());
    choose_candidates();
  }

  SerialOrder run() {
    do_reads();
    while (left_ > 0) {
      if (result_.configurations++ == limits_.max_configurations) {
        return give_up("max_configurations = " + std::to_string(limits_.max_configurations));
      }
      if (held_bytes_ > limits_.max_memory_bytes) {
        return give_up("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
      }
      if (limits_.stop && result_.configurations % 1024 == 0) {
        std::string reason = limits_.stop();
        if (!reason.empty()) return give_up(std::move(reason));
      }
      if (failed_.count(make_key()) == 0) points_.push_back({placed_.size(), 0});
      if (!advance()) {
        result_.verdict = Judgement::violated;
        return std::move(result_);
      }
    }
    result_.verdict = Judgement::ok;
    for (const Placed& placed : placed_) result_.order.push_back(placed.transaction);
    return std::move(result_);
  }

 private:
  struct Placed {
    std::uint32_t transaction;
    std::size_t changes_before;
    std::size_t first_before;
  };
  struct Change {
    std::uint32_t key;
    Content before;
  };
  struct Point {
    std::size_t depth;
    std::size_t next;
  };

  [[nodiscard]] bool is_out(std::uint32_t number) const {
    return transactions_[number].outcome == Outcome::aborted;
  }
  [[nodiscard]] bool is_committed(std::uint32_t number) const {
    return transactions_[number].outcome == Outcome::committed;
  }

  void read_steps(std::uint32_t number) {
    std::vector<Step>& steps = steps_.emplace_back();
    bool writes = false;
    const auto intern = [&](const std::string& text) {
      return values_.emplace(text, static_cast<std::uint32_t>(values_.size())).first->second;
    };
    for (const MicroOperation& operation : transactions_[number].operations) {
      Step step;
      step.kind = operation.kind;
      step.key =
          keys_.emplace(operation.key, static_cast<std::uint32_t>(keys_.size())).first->second;
      step.any = !is_committed(number) || (step.kind == Kind::read_list && !operation.list);
      if (operation.value) step.content.push_back(intern(*operation.value));
      if (operation.list) {
        for (const std::string& element : *operation.list) step.content.push_back(intern(element));
      }
      writes = writes || step.kind == Kind::append || step.kind == Kind::write;
      steps.push_back(std::move(step));
    }
    only_reads_.push_back(!writes);
  }

  /// Those that must be placed by their ends, then those that may be.
  void choose_candidates() {
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      if (is_committed(number)) ++left_;
      const bool useful = is_committed(number) || !only_reads_[number];
      if (!is_out(number) && useful) candidates_.push_back(number);
    }
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [&](std::uint32_t left, std::uint32_t right) {
                       return transactions_[left].responded_at < transactions_[right].responded_at;
                     });
    committed_ = left_;
  }

  SerialOrder give_up(std::string reason) {
    result_.limit = std::move(reason);
    return std::move(result_);
  }

  std::vector<std::uint32_t> make_key() const {
    std::vector<std::uint32_t> key((done_.size() + 31) / 32, 0);
    for (std::size_t number = 0; number < done_.size(); ++number) {
      if (done_[number]) key[number / 32] |= 1U << (number % 32);
    }
    for (const Content& content : contents_) {
      key.push_back(static_cast<std::uint32_t>(content.size()));
      key.insert(key.end(), content.begin(), content.end());
    }
    return key;
  }

  [[nodiscard]] bool may_go(std::uint32_t number) const {
    if (done_[number] || missing_[number] > 0) return false;
    // The committed ones come first among the candidates, by their ends.
    return !in_real_time_ || first_left_ == committed_ ||
           transactions_[candidates_[first_left_]].responded_at > transactions_[number].invoked_at;
  }

  /// Does the transaction if what it read fits.
  bool place(std::uint32_t number) {
    if (!may_go(number)) return false;
    const std::size_t changes_before = changes_.size();
    for (const Step& step : steps_[number]) {
      Content& content = contents_[step.key];
      if (step.kind == Kind::append || step.kind == Kind::write) {
        changes_.push_back({step.key, content});
        if (step.kind == Kind::write) content.clear();
        content.insert(content.end(), step.content.begin(), step.content.end());
      } else if (!step.any && content != step.content) {
        undo_changes(changes_before);
        return false;
      }
    }
    placed_.push_back({number, changes_before, first_left_});
    done_[number] = true;
    if (is_committed(number)) --left_;
    while (first_left_ < committed_ && done_[candidates_[first_left_]]) ++first_left_;
    for (const std::uint32_t later : after_[number]) --missing_[later];
    return true;
  }

  void undo_changes(std::size_t count) {
    while (changes_.size() > count) {
      contents_[changes_.back().key] = std::move(changes_.back().before);
      changes_.pop_back();
    }
  }

  void undo_to(std::size_t depth) {
    while (placed_.size() > depth) {
      const Placed undone = placed_.back();
      placed_.pop_back();
      undo_changes(undone.changes_before);
      done_[undone.transaction] = false;
      if (is_committed(undone.transaction)) ++left_;
      first_left_ = undone.first_before;
      for (const std::uint32_t later : after_[undone.transaction]) ++missing_[later];
    }
  }

  /// What only reads and fits can go first in any order.
  void do_reads() {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t at = first_left_; at < committed_; ++at) {
        if (!only_reads_[candidates_[at]]) continue;
        if (!may_go(candidates_[at])) continue;
        again = place(candidates_[at]) || again;
      }
    }
  }

  bool advance() {
    while (!points_.empty()) {
      Point& point = points_.back();
      undo_to(point.depth);
      while (point.next < candidates_.size()) {
        if (!place(candidates_[point.next++])) continue;
        do_reads();
        return true;
      }
      std::vector<std::uint32_t> key = make_key();
      held_bytes_ += 64 + 4 * key.size();
      failed_.insert(std::move(key));
      points_.pop_back();
    }
    return false;
  }

  const std::vector<Transaction>& transactions_;
  bool in_real_time_;
  const LinearizabilityLimits& limits_;
  std::vector<std::vector<std::uint32_t>> after_;
  std::vector<std::uint32_t> missing_;
  std::vector<bool> done_;
  std::vector<std::vector<Step>> steps_;
  std::vector<bool> only_reads_;
  std::map<std::string, std::uint32_t> keys_;
  std::map<std::string, std::uint32_t> values_;
  std::vector<std::uint32_t> candidates_;
  std::size_t committed_ = 0;
  std::size_t first_left_ = 0;
  std::size_t left_ = 0;
  std::vector<Content> contents_;
  std::vector<Change> changes_;
  std::vector<Placed> placed_;
  std::vector<Point> points_;
  boost::unordered_flat_set<std::vector<std::uint32_t>, HashWords> failed_;
  std::uint64_t held_bytes_ = 0;
  SerialOrder result_;
};

/// Empty if the transaction, done on `store`, sees what it saw.
std::string replay(const Transaction& transaction,
                   std::map<std::string, std::vector<std::string>>& store) {
  for (const MicroOperation& operation : transaction.operations) {
    std::vector<std::string>& content = store[operation.key];
    if (operation.kind == Kind::write) {
      content.clear();
      if (operation.value) content.push_back(*operation.value);
    } else if (operation.kind == Kind::append) {
      if (operation.value) content.push_back(*operation.value);
    } else if (transaction.outcome == Outcome::committed) {
      std::vector<std::string> seen;
      if (operation.kind == Kind::read_value && operation.value) seen.push_back(*operation.value);
      if (operation.kind == Kind::read_list && !operation.list) continue;
      if (operation.kind == Kind::read_list) seen = *operation.list;
      if (seen != content) return "sees another content of key " + operation.key;
    }
  }
  return {};
}

}  // namespace

SerialOrder find_serial_order(const std::vector<Transaction>& transactions,
                              const std::vector<std::pair<std::uint32_t, std::uint32_t>>& before,
                              bool in_real_time, const LinearizabilityLimits& limits) {
  return Search(transactions, before, in_real_time, limits).run();
}

std::string refute_serial_order(const std::vector<Transaction>& transactions, bool in_real_time,
                                const std::vector<std::uint32_t>& order) {
  std::map<std::string, std::vector<std::string>> store;
  std::vector<bool> seen(transactions.size(), false);
  std::uint64_t latest_begin = 0;
  for (const std::uint32_t number : order) {
    const std::string name = "T" + std::to_string(number);
    if (number >= transactions.size()) return name + " does not exist";
    if (seen[number]) return name + " occurs twice";
    seen[number] = true;
    const Transaction& transaction = transactions[number];
    if (transaction.outcome == Outcome::aborted) return name + " aborted";
    if (in_real_time && transaction.responded_at < latest_begin) {
      return name + " was over before one in front of it began";
    }
    latest_begin = std::max(latest_begin, transaction.invoked_at);
    const std::string wrong = replay(transaction, store);
    if (!wrong.empty()) return std::string(name).append(" ").append(wrong);
  }
  for (std::uint32_t number = 0; number < transactions.size(); ++number) {
    if (transactions[number].outcome == Outcome::committed && !seen[number]) {
      return "T" + std::to_string(number) + " is missing";
    }
  }
  return {};
}

}  // namespace stampede::checkers
