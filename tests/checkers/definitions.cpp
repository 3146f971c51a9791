#include "tests/checkers/definitions.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "models/service/kv.hpp"

namespace stampede::tests::definitions {
namespace {

using Matrix = std::vector<std::vector<bool>>;
using Order = std::vector<std::size_t>;
using checkers::MicroOperation;
using checkers::Transaction;

constexpr std::size_t nobody = SIZE_MAX;

void close(Matrix& before) {
  for (std::size_t middle = 0; middle < before.size(); ++middle) {
    for (std::size_t from = 0; from < before.size(); ++from) {
      if (!before[from][middle]) continue;
      for (std::size_t to = 0; to < before.size(); ++to) {
        if (before[middle][to]) before[from][to] = true;
      }
    }
  }
}

bool is_acyclic(const Matrix& before) {
  for (std::size_t at = 0; at < before.size(); ++at) {
    if (before[at][at]) return false;
  }
  return true;
}

/// Visits the orders of `members` that keep `before`, until `accepts` accepts one.
bool some_order(const Order& members, const Matrix& before,
                const std::function<bool(const Order&)>& accepts) {
  Order order;
  std::vector<bool> placed(before.size(), false);
  const std::function<bool()> extend = [&]() {
    if (order.size() == members.size()) return accepts(order);
    for (const std::size_t next : members) {
      const bool ready = !placed[next] && std::all_of(members.begin(), members.end(), [&](auto at) {
        return placed[at] || !before[at][next];
      });
      if (!ready) continue;
      placed[next] = true;
      order.push_back(next);
      if (extend()) return true;
      order.pop_back();
      placed[next] = false;
    }
    return false;
  };
  return extend();
}

/// What a read of the key sees behind `order`.
std::optional<std::string> latest(const std::vector<Access>& accesses, const Order& order,
                                  const std::string& key) {
  std::optional<std::string> value;
  for (const std::size_t at : order) {
    if (accesses[at].writes && accesses[at].key == key) value = accesses[at].value;
  }
  return value;
}

bool explains(const std::vector<Access>& accesses, const Order& order,
              const std::vector<bool>& counts) {
  Order done;
  for (const std::size_t at : order) {
    const Access& access = accesses[at];
    if (!access.writes && counts[at] && latest(accesses, done, access.key) != access.value) {
      return false;
    }
    done.push_back(at);
  }
  return true;
}

std::size_t writer_of(const std::vector<Access>& accesses, const Access& read) {
  for (std::size_t at = 0; at < accesses.size(); ++at) {
    const Access& access = accesses[at];
    if (access.writes && access.key == read.key && access.value == read.value) return at;
  }
  return nobody;
}

/// The least causal order: sessions, and from each write to its readers. Any other one has more in
/// each past, and more pairs to keep. Nothing if a read saw a value from nowhere or it has a cycle.
std::optional<Matrix> causal_order(const std::vector<Access>& accesses) {
  Matrix before(accesses.size(), std::vector<bool>(accesses.size(), false));
  for (std::size_t later = 0; later < accesses.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (accesses[earlier].client == accesses[later].client) before[earlier][later] = true;
    }
    if (accesses[later].writes || !accesses[later].value) continue;
    const std::size_t writer = writer_of(accesses, accesses[later]);
    if (writer == nobody) return std::nullopt;
    before[writer][later] = true;
  }
  close(before);
  if (!is_acyclic(before)) return std::nullopt;
  return before;
}

Order past_of(const Matrix& before, std::size_t at) {
  Order past;
  for (std::size_t other = 0; other < before.size(); ++other) {
    if (other == at || before[other][at]) past.push_back(other);
  }
  return past;
}

}  // namespace

std::vector<Access> accesses_of(const engine::History& kv_history) {
  namespace kv = models::service::kv;
  std::vector<Access> all;
  std::vector<bool> open;
  for (const engine::HistoryOperation& operation : kv_history.operations()) {
    const auto& call = operation.operation.as<models::service::KvOperation>().call;
    Access access;
    access.client = operation.id.client.value;
    access.invoked_at = operation.invoked_at;
    access.responded_at = operation.responded_at;
    if (const auto* put = std::get_if<kv::Put>(&call)) {
      access.key = put->key;
      access.writes = true;
      access.value = put->value;
    } else {
      access.key = std::get<kv::Get>(call).key;
      if (!operation.is_open()) {
        const auto& result = operation.result.as<models::service::KvResult>();
        access.value = std::get<kv::Found>(result.outcome).value;
      }
    }
    all.push_back(access);
    open.push_back(operation.is_open());
  }
  std::vector<Access> happened;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const bool seen =
        all[at].writes && std::any_of(all.begin(), all.end(), [&](const Access& read) {
          return !read.writes && read.key == all[at].key && read.value == all[at].value;
        });
    if (!open[at] || seen) happened.push_back(all[at]);
  }
  return happened;
}

bool is_causal(const std::vector<Access>& accesses) {
  const auto before = causal_order(accesses);
  if (!before) return false;
  for (std::size_t at = 0; at < accesses.size(); ++at) {
    std::vector<bool> counts(accesses.size(), false);
    counts[at] = true;
    const bool fits = some_order(past_of(*before, at), *before, [&](const Order& order) {
      return explains(accesses, order, counts);
    });
    if (!fits) return false;
  }
  return true;
}

bool is_causally_convergent(const std::vector<Access>& accesses) {
  const auto before = causal_order(accesses);
  if (!before) return false;
  Order all(accesses.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return some_order(all, *before, [&](const Order& arbitration) {
    for (std::size_t at = 0; at < accesses.size(); ++at) {
      Order past;
      for (const std::size_t other : arbitration) {
        if ((*before)[other][at]) past.push_back(other);
      }
      if (!accesses[at].writes && latest(accesses, past, accesses[at].key) != accesses[at].value) {
        return false;
      }
    }
    return true;
  });
}

bool is_causal_memory(const std::vector<Access>& accesses) {
  const auto before = causal_order(accesses);
  if (!before) return false;
  for (std::size_t at = 0; at < accesses.size(); ++at) {
    std::vector<bool> counts(accesses.size(), false);
    for (std::size_t own = 0; own <= at; ++own) {
      counts[own] = accesses[own].client == accesses[at].client;
    }
    const bool fits = some_order(past_of(*before, at), *before, [&](const Order& order) {
      return explains(accesses, order, counts);
    });
    if (!fits) return false;
  }
  return true;
}

bool keeps(const std::vector<Access>& accesses, Guarantees guarantees) {
  std::map<std::string, std::vector<std::optional<std::string>>> versions;
  for (const Access& access : accesses) {
    if (access.writes) versions[access.key].push_back(access.value);
  }
  for (const Access& access : accesses) {
    auto& values = versions[access.key];
    const bool known = std::find(values.begin(), values.end(), access.value) != values.end();
    if (!access.writes && access.value && !known) return false;
  }
  const auto is_wanted = [&](const Access& earlier, const Access& later) {
    if (earlier.writes) {
      return later.writes ? guarantees.monotonic_writes : guarantees.read_your_writes;
    }
    return later.writes ? guarantees.writes_follow_reads : guarantees.monotonic_reads;
  };
  for (auto& [name, all] : versions) {
    const std::string& key = name;
    auto& values = all;
    std::sort(values.begin(), values.end());
    bool some = false;
    do {
      const auto place = [&](const Access& access) -> std::ptrdiff_t {
        if (!access.value) return -1;
        return std::find(values.begin(), values.end(), access.value) - values.begin();
      };
      bool fits = true;
      for (std::size_t later = 0; later < accesses.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
          const Access& first = accesses[earlier];
          const Access& second = accesses[later];
          if (first.client != second.client || first.key != key || second.key != key) continue;
          if (is_wanted(first, second) && place(first) > place(second)) fits = false;
        }
      }
      some = some || fits;
    } while (!some && std::next_permutation(values.begin(), values.end()));
    if (!some) return false;
  }
  return true;
}

std::uint64_t atomicity(const std::vector<Access>& accesses) {
  Matrix before(accesses.size(), std::vector<bool>(accesses.size(), false));
  for (std::size_t first = 0; first < accesses.size(); ++first) {
    for (std::size_t second = 0; second < accesses.size(); ++second) {
      before[first][second] = accesses[first].responded_at < accesses[second].invoked_at;
    }
  }
  Order all(accesses.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::uint64_t best = 0;
  some_order(all, before, [&](const Order& order) {
    std::uint64_t needed = 1;
    std::map<std::string, std::vector<std::optional<std::string>>> versions;
    for (const std::size_t at : order) {
      const Access& access = accesses[at];
      auto& values = versions[access.key];
      if (values.empty()) values.emplace_back(std::nullopt);
      if (access.writes) {
        values.push_back(access.value);
        continue;
      }
      const auto found = std::find(values.rbegin(), values.rend(), access.value);
      if (found == values.rend()) return false;
      needed = std::max(needed, static_cast<std::uint64_t>(found - values.rbegin()) + 1);
    }
    if (best == 0 || needed < best) best = needed;
    return best == 1;
  });
  return best;
}

bool is_serializable(const std::vector<Transaction>& transactions, bool in_real_time) {
  using Store = std::map<std::string, std::vector<std::string>>;
  const std::function<bool(std::set<std::size_t>, const Store&)> extend =
      [&](const std::set<std::size_t>& done, const Store& store) {
        bool complete = true;
        for (std::size_t at = 0; at < transactions.size(); ++at) {
          const Transaction& transaction = transactions[at];
          if (done.count(at) == 1 || transaction.outcome == Transaction::Outcome::aborted) continue;
          const bool committed = transaction.outcome == Transaction::Outcome::committed;
          complete = complete && !committed;
          bool ready = true;
          for (std::size_t other = 0; in_real_time && other < transactions.size(); ++other) {
            const bool must = transactions[other].outcome == Transaction::Outcome::committed;
            if (!must || done.count(other) == 1) continue;
            if (transactions[other].responded_at < transaction.invoked_at) ready = false;
          }
          Store next = store;
          for (const MicroOperation& operation : transaction.operations) {
            std::vector<std::string>& content = next[operation.key];
            if (operation.kind == MicroOperation::Kind::write) content.clear();
            if (operation.kind == MicroOperation::Kind::write ||
                operation.kind == MicroOperation::Kind::append) {
              if (operation.value) content.push_back(*operation.value);
              continue;
            }
            std::vector<std::string> seen;
            if (operation.value) seen.push_back(*operation.value);
            if (operation.list) seen = *operation.list;
            if (committed && seen != content) ready = false;
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

namespace {

struct Graphs {
  Matrix writes;  // ww
  Matrix reads;   // wr
  Matrix anti;    // rw
};

Matrix united(const Matrix& left, const Matrix& right) {
  Matrix both = left;
  for (std::size_t from = 0; from < both.size(); ++from) {
    for (std::size_t to = 0; to < both.size(); ++to) {
      both[from][to] = both[from][to] || right[from][to];
    }
  }
  return both;
}

bool allows(const Graphs& graphs, Level level) {
  Matrix writes = graphs.writes;
  close(writes);
  if (!is_acyclic(writes)) return false;
  if (level == Level::read_uncommitted) return true;
  const Matrix dependencies = united(graphs.writes, graphs.reads);
  Matrix closed = dependencies;
  close(closed);
  if (!is_acyclic(closed)) return false;
  if (level == Level::read_committed) return true;
  // (ww or wr) followed by at most one rw has no cycle.
  Matrix steps = dependencies;
  for (std::size_t from = 0; from < steps.size(); ++from) {
    for (std::size_t middle = 0; middle < steps.size(); ++middle) {
      for (std::size_t to = 0; to < steps.size(); ++to) {
        if (dependencies[from][middle] && graphs.anti[middle][to]) steps[from][to] = true;
      }
    }
  }
  close(steps);
  return is_acyclic(steps);
}

}  // namespace

bool holds(const std::vector<Transaction>& transactions, Level level) {
  const std::size_t count = transactions.size();
  // Final writes are the versions; who read what before writing it.
  std::map<std::string, std::map<std::string, std::size_t>> finals;
  std::map<std::string, std::map<std::string, std::size_t>> writers;
  struct Read {
    std::size_t transaction;
    std::string key;
    std::optional<std::string> value;
  };
  std::vector<Read> reads;
  for (std::size_t at = 0; at < count; ++at) {
    std::map<std::string, std::optional<std::string>> known;
    std::map<std::string, std::string> last;
    for (const MicroOperation& operation : transactions[at].operations) {
      if (operation.kind == MicroOperation::Kind::write) {
        known[operation.key] = operation.value;
        last[operation.key] = *operation.value;
        writers[operation.key][*operation.value] = at;
      } else if (known.count(operation.key) == 1) {
        if (known.at(operation.key) != operation.value) return false;  // not its own view
      } else {
        known[operation.key] = operation.value;
        reads.push_back({at, operation.key, operation.value});
      }
    }
    for (const auto& [key, value] : last) finals[key][value] = at;
  }
  for (const Read& read : reads) {
    if (!read.value) continue;
    const auto writer = writers[read.key].find(*read.value);
    if (writer == writers[read.key].end()) return false;  // from nowhere
    const bool is_final = finals[read.key].count(*read.value) == 1;
    if (!is_final && writer->second != read.transaction && level != Level::read_uncommitted) {
      return false;  // G1b
    }
  }
  std::vector<std::string> keys;
  std::vector<std::vector<std::string>> versions;
  for (const auto& [key, values] : finals) {
    keys.push_back(key);
    versions.emplace_back();
    for (const auto& [value, writer] : values) versions.back().push_back(value);
  }
  const std::function<bool(std::size_t)> choose = [&](std::size_t chosen) {
    if (chosen < keys.size()) {
      std::sort(versions[chosen].begin(), versions[chosen].end());
      do {
        if (choose(chosen + 1)) return true;
      } while (std::next_permutation(versions[chosen].begin(), versions[chosen].end()));
      return false;
    }
    const Matrix none(count, std::vector<bool>(count, false));
    Graphs graphs{none, none, none};
    const auto add = [](Matrix& matrix, std::size_t from, std::size_t to) {
      if (from != to) matrix[from][to] = true;
    };
    for (std::size_t key = 0; key < keys.size(); ++key) {
      for (std::size_t place = 1; place < versions[key].size(); ++place) {
        add(graphs.writes, finals[keys[key]][versions[key][place - 1]],
            finals[keys[key]][versions[key][place]]);
      }
    }
    for (const Read& read : reads) {
      const auto key = std::find(keys.begin(), keys.end(), read.key);
      if (key == keys.end()) continue;
      const auto& order = versions[static_cast<std::size_t>(key - keys.begin())];
      auto next = order.begin();
      if (read.value) {
        add(graphs.reads, writers[read.key][*read.value], read.transaction);
        const auto seen = std::find(order.begin(), order.end(), *read.value);
        if (seen == order.end()) continue;
        next = seen + 1;
      }
      if (next != order.end()) add(graphs.anti, read.transaction, finals[read.key][*next]);
    }
    return allows(graphs, level);
  };
  return choose(0);
}

}  // namespace stampede::tests::definitions
