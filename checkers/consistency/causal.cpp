#include "checkers/consistency/causal.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "checkers/consistency/accesses.hpp"
#include "checkers/consistency/cycle.hpp"
#include "checkers/consistency/happens_before.hpp"
#include "checkers/consistency/minimal_core.hpp"
#include "checkers/witness.hpp"

namespace stampede::checkers {
namespace {

constexpr std::uint32_t none = Access::none;
constexpr std::uint32_t initially = Access::initially;

class Judge {
 public:
  Judge(Accesses accesses, const Limits& limits, Patience& patience)
      : limits_(limits),
        patience_(patience),
        accesses_(std::move(accesses)),
        all_(accesses_.all),
        order_(accesses_, patience) {}

  Finding judge(WeakModel model) {
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      if (!all_[number].is_write && all_[number].source == none) {
        Finding result = violated({number}, "% saw a value that nobody wrote");
        result.unwritten_value = true;
        return result;
      }
    }
    switch (model) {
      case WeakModel::causal:
      case WeakModel::causal_convergence:
      case WeakModel::causal_memory:
        return judge_causal(model);
      default:
        return judge_session(model);
    }
  }

 private:
  /// `text` is about the operations, in their order.
  Finding violated(const std::vector<std::uint32_t>& numbers, std::string_view text) const {
    Finding result;
    result.verdict = Verdict::violated;
    std::vector<std::size_t> positions;
    for (const std::uint32_t number : numbers) {
      if (number < all_.size()) positions.push_back(all_[number].position);
    }
    result.reason = Sentence(text, positions);
    return result;
  }
  static Finding undecided(std::string limit) {
    Finding result;
    result.limit = std::move(limit);
    return result;
  }
  [[nodiscard]] Finding out_of_memory() const {
    return undecided("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
  }
  static Finding fine() {
    Finding result;
    result.verdict = Verdict::ok;
    return result;
  }

  Finding judge_causal(WeakModel model) {
    // Convergence makes the order once more.
    const std::uint64_t orders = model == WeakModel::causal_convergence ? 2 : 1;
    if (orders * order_.memory_bytes() > limits_.max_memory_bytes) return out_of_memory();
    if (!order_.order()) {
      const auto cycle = order_.cycle();
      return violated(cycle, "reads see writes that causally follow them: " + list(cycle));
    }
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.is_write) continue;
      patience_.spend(4);
      std::uint32_t overwritten_by = none;
      order_.for_latest_writes(number, [&](std::uint32_t write) {
        if (write == access.source) return;
        if (access.source == initially || order_.is_before(access.source, write))
          overwritten_by = write;
      });
      if (overwritten_by == none) continue;
      if (access.source == initially) {
        return violated({number, overwritten_by},
                        "% sees the initial value, though % is in its causal past");
      }
      return violated({number, access.source, overwritten_by},
                      "% sees what % wrote, though %, in its causal past, had replaced it");
    }
    if (model == WeakModel::causal_convergence) return judge_convergence();
    if (model == WeakModel::causal_memory) return judge_memory();
    return fine();
  }

  Finding judge_convergence() const {
    HappensBefore order(accesses_, patience_);
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.is_write || access.source == initially) continue;
      patience_.spend(4);
      order_.for_latest_writes(number, [&](std::uint32_t write) {
        if (write != access.source) order.add(write, access.source);
      });
    }
    if (order.order()) return fine();
    const auto cycle = order.cycle();
    return violated(cycle, "no one order of conflicting writes fits what was read: " + list(cycle));
  }

  Finding judge_memory() const {
    constexpr std::size_t past_max = 2'000;
    for (const auto& session : accesses_.sessions) {
      const std::uint32_t last = session.back();
      std::vector<std::uint32_t> members;
      for (std::uint32_t number = 0; number < all_.size(); ++number) {
        patience_.spend();
        if (number == last || order_.is_before(number, last)) members.push_back(number);
      }
      if (members.size() > past_max) {
        return undecided("a causal past of " + std::to_string(members.size()) +
                         " operations is too large for causal memory");
      }
      Finding result = judge_session_memory(session, members);
      if (result.verdict != Verdict::ok) return result;
    }
    return fine();
  }

  /// Saturates the order of what one client saw: a write that comes before a read of another write
  /// of the key comes before that write.
  [[nodiscard]] Finding judge_session_memory(const std::vector<std::uint32_t>& session,
                                             const std::vector<std::uint32_t>& members) const {
    const std::size_t count = members.size();
    std::vector<std::uint32_t> place(all_.size(), none);
    for (std::uint32_t at = 0; at < count; ++at) place[members[at]] = at;
    std::vector<std::vector<bool>> before(count, std::vector<bool>(count, false));
    for (std::uint32_t first = 0; first < count; ++first) {
      patience_.spend(count);
      for (std::uint32_t second = 0; second < count; ++second) {
        before[first][second] = order_.is_before(members[first], members[second]);
      }
    }
    const auto add = [&](std::uint32_t first, std::uint32_t second) {
      for (std::uint32_t from = 0; from < count; ++from) {
        if (from != first && !before[from][first]) continue;
        patience_.spend(1 + count / 8);
        before[from][second] = true;
        for (std::uint32_t to = 0; to < count; ++to) {
          if (before[second][to]) before[from][to] = true;
        }
      }
    };
    for (bool again = true; again;) {
      again = false;
      for (const std::uint32_t read : session) {
        const Access& access = all_[read];
        if (access.is_write) continue;
        for (const std::uint32_t write : accesses_.writes[access.key]) {
          patience_.spend();
          if (write == access.source || place[write] == none) continue;
          if (!before[place[write]][place[read]]) continue;
          if (access.source == initially) {
            return violated({read, write},
                            "% sees the initial value, though % comes before it in all orders of "
                            "what its client saw");
          }
          const std::uint32_t source = place[access.source];
          if (before[place[write]][source]) continue;
          add(place[write], source);
          again = true;
          if (before[source][source] || before[place[write]][place[write]]) {
            return violated({read, write, access.source},
                            "no one order fits what the client of % saw: % would have to come "
                            "before and after %");
          }
        }
      }
    }
    return fine();
  }

  /// What must come before what among the writes of each key, the initial value first. A vertex for
  /// each operation (of which writes are used), one more for each initial value.
  struct VersionOrder {
    std::vector<std::vector<std::uint32_t>> next;
    std::uint64_t edges = 0;

    void add(std::uint32_t earlier, std::uint32_t later) {
      if (earlier == later) return;
      next[earlier].push_back(later);
      ++edges;
    }
    [[nodiscard]] std::uint64_t memory_bytes() const {
      // A vector that grows is there twice.
      constexpr std::uint64_t bytes_per_edge = 3 * sizeof(std::uint32_t);
      constexpr std::uint64_t bytes_per_vertex = 128;
      return bytes_per_vertex * next.size() + bytes_per_edge * edges;
    }
  };
  /// What one session did to a key so far.
  struct Past {
    std::vector<std::uint32_t> writes;
    /// Versions, each once.
    std::vector<std::uint32_t> reads;
    /// By session that wrote: the write of it that was seen last.
    std::map<std::uint32_t, std::uint32_t> seen_of;
  };

  [[nodiscard]] std::uint32_t initial(std::uint32_t key) const {
    return static_cast<std::uint32_t>(all_.size()) + key;
  }

  Finding judge_session(WeakModel model) const {
    VersionOrder order;
    order.next.resize(all_.size() + accesses_.writes.size());
    for (std::uint32_t key = 0; key < accesses_.writes.size(); ++key) {
      for (const std::uint32_t write : accesses_.writes[key]) order.add(initial(key), write);
    }
    for (const auto& session : accesses_.sessions) {
      std::map<std::uint32_t, Past> past;
      for (const std::uint32_t number : session) {
        patience_.spend(4);
        Past& known = past[all_[number].key];
        if (all_[number].is_write) {
          if (!add_write(model, number, known, order)) return sees_own_later(session, number);
        } else {
          add_read(model, number, known, order);
        }
        if (order.memory_bytes() > limits_.max_memory_bytes) return out_of_memory();
      }
    }
    const auto cycle = find_cycle(order.next, patience_);
    if (cycle.empty()) return fine();
    return violated(cycle, "no one order of the writes of a key fits all sessions: " + list(cycle));
  }

  /// False if its own session had seen it.
  bool add_write(WeakModel model, std::uint32_t number, Past& known, VersionOrder& order) const {
    const bool all = model == WeakModel::session;
    if ((all || model == WeakModel::monotonic_writes) && !known.writes.empty()) {
      order.add(known.writes.back(), number);
    }
    if (all || model == WeakModel::writes_follow_reads) {
      patience_.spend(known.reads.size());
      for (const std::uint32_t read : known.reads) {
        if (read == number) return false;
        order.add(read, number);
      }
    }
    known.writes.push_back(number);
    return true;
  }

  void add_read(WeakModel model, std::uint32_t number, Past& known, VersionOrder& order) const {
    const bool all = model == WeakModel::session;
    const std::uint32_t source = all_[number].source;
    const std::uint32_t version = source == initially ? initial(all_[number].key) : source;
    if (all || model == WeakModel::read_your_writes) {
      patience_.spend(known.writes.size());
      for (const std::uint32_t write : known.writes) order.add(write, version);
    }
    if ((all || model == WeakModel::monotonic_reads) && !known.reads.empty()) {
      order.add(known.reads.back(), version);
    }
    if (model == WeakModel::monotonic_writes && source != initially) {
      const auto [latest, first] = known.seen_of.try_emplace(all_[source].session, source);
      if (!first) order.add(std::exchange(latest->second, source), source);
    }
    if (known.reads.empty() || known.reads.back() != version) known.reads.push_back(version);
  }

  /// A read of the session saw a write of it that comes later.
  [[nodiscard]] Finding sees_own_later(const std::vector<std::uint32_t>& session,
                                       std::uint32_t write) const {
    const auto read = std::find_if(session.begin(), session.end(), [&](std::uint32_t number) {
      return !all_[number].is_write && all_[number].source == write;
    });
    return violated({*read, write}, "% saw what its own client wrote only later: %");
  }

  /// A '%' for each of the operations, or for a vertex that is none its name.
  [[nodiscard]] std::string list(const std::vector<std::uint32_t>& numbers) const {
    std::string text;
    std::size_t listed = 0;
    for (const std::uint32_t number : numbers) {
      if (++listed > 6) return text + ", and " + std::to_string(numbers.size() - 6) + " more";
      text += text.empty() ? "" : ", then ";
      text += number < all_.size() ? "%" : "the initial value";
    }
    return text;
  }

  const Limits& limits_;
  Patience& patience_;
  Accesses accesses_;
  const std::vector<Access>& all_;
  HappensBefore order_;
};

Finding check(const engine::History& history, const engine::ServiceType& type, WeakModel model,
              const Limits& limits, Patience& patience) {
  const auto judge = [&](const engine::History& some) {
    Accesses accesses = collect_accesses(some, type, patience);
    if (!accesses.refusal.empty()) {
      Finding refused;
      refused.limit = std::move(accesses.refusal);
      return refused;
    }
    return Judge(std::move(accesses), limits, patience).judge(model);
  };
  Finding result = judge(history);
  if (result.verdict != Verdict::violated) return result;
  MinimalCore core = find_minimal_core(
      history, type,
      [&](const engine::History& smaller) { return judge(smaller).verdict == Verdict::violated; },
      patience);
  result.core = std::move(core.positions);
  result.core_limit = std::move(core.limit);
  if (!result.core_limit.empty()) return result;
  try {
    const Finding of_core = judge(sub_history(history, result.core, {}));
    result.reason = of_core.reason.in(result.core);
    result.unwritten_value = of_core.unwritten_value;
  } catch (const Stopped& stopped) {
    result.core_limit = stopped.reason();
  }
  return result;
}

}  // namespace

const std::vector<WeakModelInfo>& weak_models() {
  static const std::vector<WeakModelInfo> models = {
      {"causal", WeakModel::causal, "No read misses what causally precedes it."},
      {"causal-convergence", WeakModel::causal_convergence,
       "Causal, and all clients agree on one order of conflicting writes."},
      {"causal-memory", WeakModel::causal_memory,
       "Causal, and what each client saw fits one order."},
      {"read-your-writes", WeakModel::read_your_writes,
       "No client's read misses what it wrote before."},
      {"monotonic-reads", WeakModel::monotonic_reads,
       "No client's read goes back behind what it read before."},
      {"monotonic-writes", WeakModel::monotonic_writes,
       "All see the writes of one client in its order."},
      {"writes-follow-reads", WeakModel::writes_follow_reads,
       "All see a write behind what its client had read before."},
      {"session", WeakModel::session, "All four guarantees of a session together."}};
  return models;
}

Finding check_weak(const engine::History& history, const engine::ServiceType& type, WeakModel model,
                   const Limits& limits) {
  Patience patience(limits.stop);
  try {
    return check(history, type, model, limits, patience);
  } catch (const Stopped& stopped) {
    Finding result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
