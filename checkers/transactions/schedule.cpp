#include "checkers/transactions/schedule.hpp"

#include <algorithm>
#include <queue>

namespace stampede::checkers {
namespace {

constexpr std::uint32_t no_moment = DependencyGraph::none;

using Outcome = Transaction::Outcome;

/// Vertices are moments: of each transaction its beginning and its commit (one vertex, if they are
/// one moment), behind them junctions.
class Schedule {
 public:
  Schedule(const Inference& inference, bool has_beginnings, Allowance& allowance)
      : inference_(inference),
        observations_(inference.observations()),
        transactions_(observations_.transactions()),
        count_(static_cast<std::uint32_t>(transactions_.size())),
        has_beginnings_(has_beginnings),
        allowance_(allowance) {
    size_ = has_beginnings ? 2 * count_ : count_;
    for (std::uint32_t number = 0; has_beginnings && number < count_; ++number) {
      add(begin(number), commit(number));
    }
    read_accesses();
  }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  ~Schedule() {
    allowance_.free(added_);
    allowance_.free(first_);
    allowance_.free(heads_);
    allowance_.free(deadlines_);
    allowance_.free(missing_);
    allowance_.free(left_);
    allowance_.free(waiting_);
    allowance_.free(current_);
    allowance_.free(reads_);
    allowance_.free(writes_);
  }

  [[nodiscard]] std::uint32_t begin(std::uint32_t number) const {
    return has_beginnings_ ? 2 * number : number;
  }
  [[nodiscard]] std::uint32_t commit(std::uint32_t number) const {
    return has_beginnings_ ? 2 * number + 1 : number;
  }

  void add_dependencies(Dependencies allowed) {
    const DependencyGraph& graph = inference_.graph();
    const std::uint32_t junctions = size_;
    size_ += graph.size() - count_;
    for (std::uint32_t from = 0; from < graph.size(); ++from) {
      for (const auto& edge : graph.from(from)) {
        if (!allowed.has(edge.kind)) continue;
        const bool rw = edge.kind == Dependency::rw;
        const std::uint32_t earlier = from >= count_ ? junctions + from - count_
                                      : rw           ? begin(from)
                                                     : commit(from);
        const std::uint32_t later = edge.to >= count_ ? junctions + edge.to - count_
                                    : rw              ? commit(edge.to)
                                                      : begin(edge.to);
        add(earlier, later);
      }
    }
  }

  /// What was over comes before what began then.
  void add_real_time() {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> events;
    for (std::uint32_t number = 0; number < count_; ++number) {
      if (!inference_.happened(number)) continue;
      allowance_.push(events, std::pair{transactions_[number].invoked_at, begin(number)});
      if (transactions_[number].outcome != Outcome::committed) continue;
      allowance_.push(events, std::pair{transactions_[number].responded_at, size_ + number});
    }
    std::sort(events.begin(), events.end());
    const std::uint32_t responses = size_;
    size_ += count_;
    std::uint32_t latest = no_moment;
    for (const auto& [at, moment] : events) {
      if (moment < responses) {
        if (latest != no_moment) add(latest, moment);
        continue;
      }
      add(commit(moment - responses), moment);
      if (latest != no_moment) add(latest, moment);
      latest = moment;
    }
    allowance_.free(events);
    order_registers_in_time();
  }

  /// All moments that stand for transactions that happened. Fewer, if it comes to a point where
  /// none may go. With `waits`, moments wait for what others have to read or write first.
  std::vector<std::uint32_t> sort(bool waits, bool early = false) {
    allowance_.assign(first_, std::size_t{size_} + 1, std::size_t{0});
    for (const auto& [earlier, later] : added_) ++first_[earlier + 1];
    for (std::size_t at = 1; at < first_.size(); ++at) first_[at] += first_[at - 1];
    allowance_.assign(heads_, added_.size(), 0U);
    allowance_.assign(missing_, size_, 0U);
    for (const auto& [earlier, later] : added_) {
      heads_[first_[earlier] + missing_[earlier]++] = later;
    }
    allowance_.free(added_);
    allowance_.assign(deadlines_, size_, UINT64_MAX);
    // Once in any order, to tell from behind which moments are urgent.
    std::vector<std::uint32_t> order = sort_once(false);
    for (std::uint32_t number = 0; number < count_; ++number) {
      const Transaction& transaction = transactions_[number];
      deadlines_[begin(number)] = early ? transaction.invoked_at : transaction.responded_at;
      deadlines_[commit(number)] = transaction.responded_at;
    }
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      for_each_behind(*at, [&](std::uint32_t later) {
        deadlines_[*at] = std::min(deadlines_[*at], deadlines_[later]);
      });
    }
    const bool is_cyclic = order.size() < size_;
    allowance_.free(order);
    if (is_cyclic) return {};
    order = sort_once(waits);
    const std::uint32_t moments = has_beginnings_ ? 2 * count_ : count_;
    order.erase(std::remove_if(order.begin(), order.end(),
                               [&](std::uint32_t moment) {
                                 return moment >= moments ||
                                        !inference_.happened(transaction_of(moment));
                               }),
                order.end());
    return order;
  }

 private:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  using Entry = std::pair<std::uint64_t, std::uint32_t>;

  void add(std::uint32_t earlier, std::uint32_t later) {
    if (earlier != later) allowance_.push(added_, Pair{earlier, later});
  }
  [[nodiscard]] std::uint32_t transaction_of(std::uint32_t moment) const {
    return has_beginnings_ ? moment / 2 : moment;
  }

  template <class Visit>
  void for_each_behind(std::uint32_t moment, const Visit& visit) {
    allowance_.work();
    for (std::size_t at = first_[moment]; at < first_[moment + 1]; ++at) visit(heads_[at]);
  }

  /// Who reads which versions of registers, and who writes which versions, sorted by transaction.
  void read_accesses() {
    for (const Observations::Read& read : observations_.reads()) {
      if (!is_plain_register(read.key) || !read.operation->value) continue;
      const std::uint32_t version = observations_.find(read.key, *read.operation->value);
      if (version != no_moment) allowance_.push(reads_, Pair{read.transaction, version});
    }
    const auto& versions = observations_.versions();
    for (std::uint32_t version = 0; version < versions.size(); ++version) {
      const Observations::Version& written = versions[version];
      if (!written.is_final || !inference_.happened(written.transaction)) continue;
      allowance_.push(writes_, Pair{written.transaction, version});
    }
    std::sort(reads_.begin(), reads_.end());
    reads_.erase(std::unique(reads_.begin(), reads_.end()), reads_.end());
  }
  [[nodiscard]] bool is_plain_register(std::uint32_t key) const {
    const Observations::Key& about = observations_.keys()[key];
    return about.is_register && !about.is_ambiguous;
  }
  template <class Visit>
  static void for_each_of(const std::vector<Pair>& pairs, std::uint32_t transaction,
                          const Visit& visit) {
    auto at = std::lower_bound(pairs.begin(), pairs.end(), Pair{transaction, 0});
    for (; at != pairs.end() && at->first == transaction; ++at) visit(at->second);
  }

  /// Of two that wrote a register one comes first: who was over before somebody read the other's
  /// value, or whose value was read by one that was over first.
  void order_registers_in_time() {
    const auto& versions = observations_.versions();
    struct Write {
      std::uint32_t key;
      std::uint64_t at;
      std::uint32_t transaction;
    };
    const auto earlier = [](const Write& left, const Write& right) {
      return std::pair(left.key, left.at) < std::pair(right.key, right.at);
    };
    std::vector<Write> by_end;
    std::vector<Write> by_begin;
    for (const auto& [writer, version] : writes_) {
      const std::uint32_t key = versions[version].key;
      if (!is_plain_register(key)) continue;
      allowance_.push(by_begin, Write{key, transactions_[writer].invoked_at, writer});
      if (transactions_[writer].outcome != Outcome::committed) continue;
      allowance_.push(by_end, Write{key, transactions_[writer].responded_at, writer});
    }
    std::sort(by_end.begin(), by_end.end(), earlier);
    std::sort(by_begin.begin(), by_begin.end(), earlier);
    // Pairs that are far from each other in time are ordered by that.
    constexpr int near_max = 64;
    for (const auto& [reader, version] : reads_) {
      const std::uint32_t key = versions[version].key;
      const std::uint32_t writer = versions[version].transaction;
      const Transaction& read = transactions_[reader];
      auto at =
          std::lower_bound(by_end.begin(), by_end.end(), Write{key, read.invoked_at, 0}, earlier);
      for (int near = 0; near < near_max && at != by_end.begin(); ++near) {
        --at;
        if (at->key != key || at->at < transactions_[writer].invoked_at) break;
        if (at->transaction != writer) add(commit(at->transaction), begin(writer));
      }
      if (transactions_[writer].outcome != Outcome::committed) continue;
      at = std::lower_bound(by_begin.begin(), by_begin.end(),
                            Write{key, transactions_[writer].responded_at, 0}, earlier);
      for (int near = 0; near < near_max && at != by_begin.end(); ++near, ++at) {
        if (at->key != key || at->at > read.responded_at) break;
        if (at->transaction != reader) add(begin(reader), commit(at->transaction));
      }
    }
    allowance_.free(by_end);
    allowance_.free(by_begin);
  }

  /// Earliest deadlines first. With `waits`, no register is written while its value has readers
  /// that were not there, and nobody begins who writes to a key of one that did not commit.
  std::vector<std::uint32_t> sort_once(bool waits) {
    std::fill(missing_.begin(), missing_.end(), 0U);
    for (const std::uint32_t later : heads_) ++missing_[later];
    allowance_.assign(left_, observations_.versions().size(), 0U);
    allowance_.assign(current_, observations_.keys().size(), no_moment);
    is_written_.assign(observations_.keys().size(), false);
    for (const auto& [reader, version] : reads_) ++left_[version];
    const std::uint64_t bytes = std::uint64_t{size_} * 2 * sizeof(Entry);
    allowance_.hold(bytes);
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    for (std::uint32_t moment = 0; moment < size_; ++moment) {
      if (missing_[moment] == 0) ready.emplace(deadlines_[moment], moment);
    }
    std::vector<std::uint32_t> order;
    allowance_.assign(order, size_, 0U);
    order.clear();
    while (!ready.empty()) {
      const std::uint32_t moment = ready.top().second;
      ready.pop();
      if (waits && !may_go(moment)) continue;
      order.push_back(moment);
      if (waits) take(moment, ready);
      for_each_behind(moment, [&](std::uint32_t later) {
        if (--missing_[later] == 0) ready.emplace(deadlines_[later], later);
      });
    }
    allowance_.release(bytes);
    return order;
  }

  /// What moments wait for: the readers of a version, or the commit of who writes to a key.
  [[nodiscard]] std::uint32_t readers_of(std::uint32_t version) const { return 2 * version; }
  [[nodiscard]] std::uint32_t writer_of(std::uint32_t key) const { return 2 * key + 1; }

  /// Notes, if not, what the moment waits for.
  bool may_go(std::uint32_t moment) {
    const std::uint32_t number = transaction_of(moment);
    if (number >= count_) return true;
    std::uint32_t blocked_by = no_moment;
    for_each_of(writes_, number, [&](std::uint32_t version) {
      const std::uint32_t key = observations_.versions()[version].key;
      if (moment != commit(number)) {
        if (is_written_[key]) blocked_by = writer_of(key);
        return;
      }
      const std::uint32_t current = current_[key];
      if (current == no_moment) return;
      // Where a beginning has its own moment, its reads are done.
      const bool reads_it = !has_beginnings_ &&
                            std::binary_search(reads_.begin(), reads_.end(), Pair{number, current});
      if (left_[current] > (reads_it ? 1 : 0)) blocked_by = readers_of(current);
    });
    if (blocked_by != no_moment) allowance_.push(waiting_, Pair{blocked_by, moment});
    return blocked_by == no_moment;
  }

  template <class Ready>
  void take(std::uint32_t moment, Ready& ready) {
    const std::uint32_t number = transaction_of(moment);
    if (number >= count_) return;
    const auto wake = [&](std::uint32_t awaited) {
      if (waiting_.empty()) return;
      const auto end = std::partition(waiting_.begin(), waiting_.end(),
                                      [&](const Pair& waits) { return waits.first != awaited; });
      for (auto at = end; at != waiting_.end(); ++at) {
        ready.emplace(deadlines_[at->second], at->second);
      }
      waiting_.erase(end, waiting_.end());
    };
    if (moment == begin(number)) {
      for_each_of(reads_, number, [&](std::uint32_t version) {
        if (--left_[version] <= 1) wake(readers_of(version));
      });
    }
    for_each_of(writes_, number, [&](std::uint32_t version) {
      const std::uint32_t key = observations_.versions()[version].key;
      is_written_[key] = moment != commit(number);
      if (is_written_[key]) return;
      current_[key] = version;
      wake(writer_of(key));
    });
  }

  const Inference& inference_;
  const Observations& observations_;
  const std::vector<Transaction>& transactions_;
  std::uint32_t count_;
  bool has_beginnings_;
  Allowance& allowance_;
  std::uint32_t size_ = 0;
  std::vector<Pair> added_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint64_t> deadlines_;
  std::vector<std::uint32_t> missing_;
  /// Transaction and version.
  std::vector<Pair> reads_;
  std::vector<Pair> writes_;
  /// By version: readers that were not there yet; by key: its latest version.
  std::vector<std::uint32_t> left_;
  std::vector<std::uint32_t> current_;
  /// By key: whether somebody who writes it has begun and did not commit.
  std::vector<bool> is_written_;
  /// What is waited for, and the moment that waits.
  std::vector<Pair> waiting_;
};

std::size_t happened(const Inference& inference) {
  std::size_t happened = 0;
  const std::size_t count = inference.observations().transactions().size();
  for (std::uint32_t number = 0; number < count; ++number) happened += inference.happened(number);
  return happened;
}

}  // namespace

std::optional<std::vector<std::size_t>> find_order(const Inference& inference, Dependencies allowed,
                                                   Hints hints, Allowance& allowance) {
  Schedule schedule(inference, false, allowance);
  schedule.add_dependencies(allowed);
  if (hints == Hints::real_time) schedule.add_real_time();
  const std::vector<std::uint32_t> order = schedule.sort(allowed.has(Dependency::rw));
  if (order.size() < happened(inference)) return std::nullopt;
  allowance.hold(order.size() * sizeof(std::size_t));
  return std::vector<std::size_t>(order.begin(), order.end());
}

std::optional<std::vector<Moment>> find_schedule(const Inference& inference, Hints hints,
                                                 Allowance& allowance) {
  Schedule schedule(inference, true, allowance);
  schedule.add_dependencies(
      {Dependency::ww, Dependency::wr, Dependency::rw, Dependency::session, Dependency::time});
  if (hints != Hints::none) schedule.add_real_time();
  const std::vector<std::uint32_t> order = schedule.sort(true, hints == Hints::early_snapshots);
  if (order.size() < 2 * happened(inference)) return std::nullopt;
  std::vector<Moment> moments;
  allowance.hold(order.size() * sizeof(Moment));
  moments.reserve(order.size());
  for (const std::uint32_t moment : order) moments.push_back({moment / 2, moment % 2 == 1});
  return moments;
}

}  // namespace stampede::checkers
