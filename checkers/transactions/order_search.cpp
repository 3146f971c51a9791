#include "checkers/transactions/order_search.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>

namespace stampede::checkers {
namespace {

using engine::Verdict;

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

/// Of a key: its elements, or its one value; empty if there is nothing.
using Versions = std::vector<std::uint32_t>;

struct Access {
  Kind kind = Kind::read_value;
  std::uint32_t key = 0;
  /// Written, or read.
  Versions content;
  /// A read whose result nobody knows.
  bool any = false;

  [[nodiscard]] bool writes() const { return kind == Kind::append || kind == Kind::write; }
};

/// What is placed as a whole: a transaction, or one of its two halves.
struct Item {
  enum class What : std::uint8_t { whole, beginning, commit } what = What::whole;
  std::uint32_t transaction = 0;
  bool must_be = false;
  bool only_reads = false;
};

struct HashWords {
  std::size_t operator()(const std::vector<std::uint32_t>& words) const {
    std::uint64_t hash = words.size();
    for (const std::uint32_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 32);
  }
};

class OrderSearch {
 public:
  OrderSearch(const Inference& inference, Obeys obeys, bool snapshots, const Limits& limits)
      : transactions_(inference.observations().transactions()),
        obeys_(obeys),
        snapshots_(snapshots),
        limits_(limits) {
    for (const Transaction& transaction : transactions_) {
      held_bytes_ += sizeof(std::vector<Access>);
      for (const MicroOperation& operation : transaction.operations) {
        held_bytes_ += 2 * sizeof(Access) + 128 + (operation.list ? 4 * operation.list->size() : 0);
      }
    }
    if (is_over()) return;
    read_accesses();
    make_items();
    take_dependencies(inference.graph());
    contents_.resize(keys_.size());
    writers_.resize(keys_.size(), 0);
  }

  OrderFound run() {
    if (!is_over()) place_reads();
    while (left_ > 0 || is_over()) {
      if (configurations_++ == limits_.max_configurations) {
        return give_up("max_configurations = " + std::to_string(limits_.max_configurations));
      }
      if (is_over()) {
        return give_up("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
      }
      if (limits_.stop && configurations_ % 64 == 0) {
        std::string reason = limits_.stop();
        if (!reason.empty()) return give_up(std::move(reason));
      }
      // Nothing is remembered, and no key made, before something failed.
      if (failed_.empty() || failed_.count(make_key()) == 0) {
        points_.push_back({placed_.size(), first_left_});
      }
      if (!advance()) {
        found_.verdict = Verdict::violated;
        return std::move(found_);
      }
    }
    found_.verdict = Verdict::ok;
    for (const Placed& placed : placed_) {
      const Item& item = items_[placed.item];
      if (item.what != Item::What::commit) found_.schedule.push_back({item.transaction, false});
      if (item.what != Item::What::beginning) found_.schedule.push_back({item.transaction, true});
    }
    return std::move(found_);
  }

 private:
  struct Placed {
    std::uint32_t item;
    std::size_t changes_before;
    std::size_t first_before;
  };
  struct Change {
    std::uint32_t key;
    /// Before a write: what was there. Before an append: so many elements.
    Versions before;
    std::size_t length;
  };
  struct Point {
    std::size_t depth;
    std::size_t next;
  };

  [[nodiscard]] bool is_over() const { return held_bytes_ > limits_.max_memory_bytes; }
  [[nodiscard]] bool is_committed(std::uint32_t number) const {
    return transactions_[number].outcome == Outcome::committed;
  }

  void read_accesses() {
    boost::unordered_flat_map<std::string_view, std::uint32_t> values;
    const auto number_of = [](auto& numbers, std::string_view text) {
      return numbers.emplace(text, static_cast<std::uint32_t>(numbers.size())).first->second;
    };
    for (const Transaction& transaction : transactions_) {
      std::vector<Access>& accesses = accesses_.emplace_back();
      for (const MicroOperation& operation : transaction.operations) {
        Access access;
        access.kind = operation.kind;
        access.key = number_of(keys_, operation.key);
        access.any = transaction.outcome != Outcome::committed ||
                     (access.kind == Kind::read_list && !operation.list);
        if (operation.value) access.content.push_back(number_of(values, *operation.value));
        if (operation.list && !access.any) {
          for (const std::string& element : *operation.list) {
            access.content.push_back(number_of(values, element));
          }
        }
        accesses.push_back(std::move(access));
      }
    }
  }

  /// Those that must be placed by their ends, then those that may be.
  void make_items() {
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      const bool only_reads = std::none_of(accesses_[number].begin(), accesses_[number].end(),
                                           [](const Access& access) { return access.writes(); });
      const Outcome outcome = transactions_[number].outcome;
      if (outcome == Outcome::aborted || (outcome == Outcome::unknown && only_reads)) continue;
      candidates.push_back(number);
      only_reads_.resize(number + 1);
      only_reads_[number] = only_reads;
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](std::uint32_t left, std::uint32_t right) {
                       return std::pair(!is_committed(left), transactions_[left].responded_at) <
                              std::pair(!is_committed(right), transactions_[right].responded_at);
                     });
    items_of_.resize(transactions_.size());
    for (const std::uint32_t number : candidates) {
      const bool must_be = is_committed(number);
      const bool only_reads = only_reads_[number];
      if (snapshots_ && must_be && reads_what_others_may_write(number)) {
        add_item({Item::What::beginning, number, true, false});
        add_item({Item::What::commit, number, true, false});
      } else {
        add_item({Item::What::whole, number, must_be, only_reads});
      }
      if (must_be) committed_ = items_.size();
    }
    left_ = committed_;
    done_.resize(items_.size(), false);
    missing_.resize(items_.size(), 0);
    after_.resize(items_.size());
    for (const std::vector<std::uint32_t>& items : items_of_) {
      if (items.size() == 2) add_before(items[0], items[1]);
    }
  }

  void add_item(Item item) {
    items_of_[item.transaction].push_back(static_cast<std::uint32_t>(items_.size()));
    items_.push_back(item);
    // What it is placed with, and its point of choice.
    held_bytes_ += sizeof(Item) + 160;
  }

  /// Of keys that it writes itself, nobody else writes between its beginning and its commit: if it
  /// reads no others, both may be one moment.
  [[nodiscard]] bool reads_what_others_may_write(std::uint32_t number) const {
    const std::vector<Access>& accesses = accesses_[number];
    const auto is_written = [&](std::uint32_t key) {
      return std::any_of(accesses.begin(), accesses.end(), [&](const Access& access) {
        return access.writes() && access.key == key;
      });
    };
    return !only_reads_[number] &&
           std::any_of(accesses.begin(), accesses.end(), [&](const Access& access) {
             return !access.writes() && !access.any && !is_written(access.key);
           });
  }

  void add_before(std::uint32_t earlier, std::uint32_t later) {
    after_[earlier].push_back(later);
    ++missing_[later];
    held_bytes_ += 8;
  }

  /// Those that lead from transaction to transaction: junctions only say what is obeyed or tried
  /// anyway.
  void take_dependencies(const DependencyGraph& graph) {
    std::map<std::uint32_t, std::uint32_t> latest;
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      if (obeys_ != Obeys::sessions || items_of_[number].empty()) continue;
      const auto [before, fresh] = latest.emplace(transactions_[number].client, number);
      if (!fresh) add_before(items_of_[before->second].back(), items_of_[number].front());
      before->second = number;
    }
    for (std::uint32_t from = 0; from < graph.transactions(); ++from) {
      if (items_of_[from].empty()) continue;
      for (const auto& edge : graph.from(from)) {
        if (edge.to >= graph.transactions() || items_of_[edge.to].empty()) continue;
        const bool rw = edge.kind == Dependency::rw;
        add_before(rw ? items_of_[from].front() : items_of_[from].back(),
                   rw ? items_of_[edge.to].back() : items_of_[edge.to].front());
      }
    }
  }

  OrderFound give_up(std::string reason) {
    found_.limit = std::move(reason);
    return std::move(found_);
  }

  std::vector<std::uint32_t> make_key() const {
    std::vector<std::uint32_t> key((done_.size() + 31) / 32, 0);
    for (std::size_t number = 0; number < done_.size(); ++number) {
      if (done_[number]) key[number / 32] |= 1U << (number % 32);
    }
    for (const Versions& content : contents_) {
      key.push_back(static_cast<std::uint32_t>(content.size()));
      key.insert(key.end(), content.begin(), content.end());
    }
    return key;
  }

  [[nodiscard]] bool may_go(std::uint32_t number) const {
    if (done_[number] || missing_[number] > 0) return false;
    const Item& item = items_[number];
    if (obeys_ == Obeys::real_time && first_left_ < committed_ && item.what != Item::What::commit) {
      // Committed ones come first among the items, by their ends.
      const Transaction& first = transactions_[items_[first_left_].transaction];
      if (first.responded_at < transactions_[item.transaction].invoked_at) return false;
    }
    if (!snapshots_ || item.what == Item::What::commit) return true;
    const std::vector<Access>& accesses = accesses_[item.transaction];
    return std::none_of(accesses.begin(), accesses.end(), [&](const Access& access) {
      return access.writes() && writers_[access.key] > 0;
    });
  }

  /// Does the item if what it read fits.
  bool place(std::uint32_t number) {
    if (!may_go(number)) return false;
    const Item& item = items_[number];
    const std::size_t changes_before = changes_.size();
    for (const Access& access : accesses_[item.transaction]) {
      Versions& content = contents_[access.key];
      if (access.writes()) {
        change(access, content);
      } else if (item.what != Item::What::commit && !access.any && content != access.content) {
        undo_changes(changes_before);
        return false;
      }
    }
    // Its writes are to be seen from its commit on.
    if (item.what == Item::What::beginning) undo_changes(changes_before);
    count_writers(item, 1);
    placed_.push_back({number, changes_before, first_left_});
    done_[number] = true;
    if (item.must_be) --left_;
    while (first_left_ < committed_ && done_[first_left_]) ++first_left_;
    for (const std::uint32_t later : after_[number]) --missing_[later];
    return true;
  }

  /// Who has begun and not committed keeps others from writing to its keys.
  void count_writers(const Item& item, int sign) {
    if (item.what == Item::What::whole) return;
    if (item.what == Item::What::commit) sign = -sign;
    for (const Access& access : accesses_[item.transaction]) {
      if (access.writes()) writers_[access.key] += sign;
    }
  }

  void change(const Access& access, Versions& content) {
    changes_.push_back({access.key, {}, content.size()});
    held_bytes_ += sizeof(Change) + 4;
    if (access.kind == Kind::write) changes_.back().before.swap(content);
    content.insert(content.end(), access.content.begin(), access.content.end());
  }

  void undo_changes(std::size_t count) {
    while (changes_.size() > count) {
      Change& change = changes_.back();
      Versions& content = contents_[change.key];
      if (change.before.size() == change.length && change.length > 0) {
        content = std::move(change.before);
      } else {
        content.resize(change.length);
      }
      held_bytes_ -= sizeof(Change) + 4;
      changes_.pop_back();
    }
  }

  void undo_to(std::size_t depth) {
    while (placed_.size() > depth) {
      const Placed undone = placed_.back();
      placed_.pop_back();
      undo_changes(undone.changes_before);
      count_writers(items_[undone.item], -1);
      done_[undone.item] = false;
      if (items_[undone.item].must_be) ++left_;
      first_left_ = undone.first_before;
      for (const std::uint32_t later : after_[undone.item]) ++missing_[later];
    }
  }

  /// What only reads and fits can go first in any order. Those that are far behind wait for their
  /// turn.
  void place_reads() {
    constexpr std::size_t ahead = 256;
    for (bool again = true; again;) {
      again = false;
      const std::size_t end = std::min(committed_, first_left_ + ahead);
      for (std::size_t at = first_left_; at < end; ++at) {
        if (items_[at].only_reads && place(static_cast<std::uint32_t>(at))) again = true;
      }
    }
  }

  bool advance() {
    while (!points_.empty()) {
      Point& point = points_.back();
      undo_to(point.depth);
      while (point.next < items_.size()) {
        if (!place(static_cast<std::uint32_t>(point.next++))) continue;
        place_reads();
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
  Obeys obeys_;
  bool snapshots_;
  const Limits& limits_;
  boost::unordered_flat_map<std::string_view, std::uint32_t> keys_;
  std::vector<std::vector<Access>> accesses_;
  std::vector<bool> only_reads_;
  std::vector<Item> items_;
  std::vector<std::vector<std::uint32_t>> items_of_;
  std::size_t committed_ = 0;
  std::vector<std::vector<std::uint32_t>> after_;
  std::vector<std::uint32_t> missing_;
  std::vector<bool> done_;
  std::size_t first_left_ = 0;
  std::size_t left_ = 0;
  std::vector<Versions> contents_;
  /// By key: transactions that write it and have begun and not committed.
  std::vector<int> writers_;
  std::vector<Change> changes_;
  std::vector<Placed> placed_;
  std::vector<Point> points_;
  boost::unordered_flat_set<std::vector<std::uint32_t>, HashWords> failed_;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t configurations_ = 0;
  OrderFound found_;
};

}  // namespace

OrderFound find_serial_order(const Inference& inference, Obeys obeys, const Limits& limits) {
  return OrderSearch(inference, obeys, false, limits).run();
}

OrderFound find_snapshots(const Inference& inference, Obeys obeys, const Limits& limits) {
  return OrderSearch(inference, obeys, true, limits).run();
}

}  // namespace stampede::checkers
