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

namespace {

/// Whether some client saw two writes of one client in the other order.
bool sees_turned_round(const std::vector<Access>& accesses) {
  const auto writer = [&](const Access& read) {
    const auto found = std::find_if(accesses.begin(), accesses.end(), [&](const Access& write) {
      return write.writes && write.key == read.key && write.value == read.value;
    });
    return found - accesses.begin();
  };
  const auto count = static_cast<std::ptrdiff_t>(accesses.size());
  for (std::size_t later = 0; later < accesses.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Access& first = accesses[earlier];
      const Access& second = accesses[later];
      if (first.writes || second.writes) continue;
      if (first.client != second.client || first.key != second.key) continue;
      const std::ptrdiff_t left = writer(first);
      const std::ptrdiff_t right = writer(second);
      if (left == count || right == count || right >= left) continue;
      if (accesses[static_cast<std::size_t>(left)].client ==
          accesses[static_cast<std::size_t>(right)].client)
        return true;
    }
  }
  return false;
}

}  // namespace

bool keeps(const std::vector<Access>& accesses, Guarantees guarantees) {
  if (guarantees.monotonic_writes && sees_turned_round(accesses)) return false;
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
          if (!is_wanted(first, second)) continue;
          const bool is_other = !first.writes && second.writes;
          if (place(first) > place(second) || (is_other && place(first) == place(second))) {
            fits = false;
          }
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

}  // namespace stampede::tests::definitions
