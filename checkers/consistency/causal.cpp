#include "checkers/consistency/causal.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>

#include "checkers/open_shape.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;
using engine::Shape;

constexpr std::uint32_t none = UINT32_MAX;
/// The write that nobody did: of the initial value.
constexpr std::uint32_t initially = UINT32_MAX - 1;

/// A read or a write; operations are numbered in the order of their invocations.
struct Access {
  std::size_t position = 0;
  std::uint32_t key = 0;
  std::uint32_t session = 0;
  /// From 0, inside the session.
  std::uint32_t index = 0;
  bool is_write = false;
  /// Read: the write that it saw, or `initially`; none if nobody wrote the value.
  std::uint32_t source = none;
};

struct Accesses {
  std::vector<Access> all;
  std::vector<std::vector<std::uint32_t>> sessions;
  std::vector<std::vector<std::uint32_t>> writes;  // by key
  std::string refusal;
};

Accesses collect(const engine::History& history, const engine::ServiceType& type) {
  Accesses accesses;
  std::map<std::string, std::uint32_t> keys;
  std::map<std::uint32_t, std::uint32_t> sessions;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> writers;
  std::map<std::uint32_t, std::string> initial;
  std::vector<std::string> seen;
  if (type.shape == nullptr) {
    accesses.refusal = "the service has no shapes";
    return accesses;
  }
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const HistoryOperation& operation = history.operations()[position];
    const Shape shape = operation.is_open() ? open_shape(type, operation.operation)
                                            : type.shape(operation.operation, operation.result);
    if (operation.is_open() && shape.kind == Shape::Kind::read) continue;
    if (shape.kind != Shape::Kind::read && shape.kind != Shape::Kind::write) {
      accesses.refusal =
          "this model judges reads and writes only, not " + operation.operation.to_json();
      return accesses;
    }
    Access access;
    access.position = position;
    const std::string key = type.key == nullptr ? "" : type.key(operation.operation);
    access.key = keys.emplace(key, static_cast<std::uint32_t>(keys.size())).first->second;
    const std::uint32_t client = operation.id.client.value;
    access.session =
        sessions.emplace(client, static_cast<std::uint32_t>(sessions.size())).first->second;
    accesses.sessions.resize(sessions.size());
    accesses.writes.resize(keys.size());
    access.index = static_cast<std::uint32_t>(accesses.sessions[access.session].size());
    access.is_write = shape.kind == Shape::Kind::write;
    const auto number = static_cast<std::uint32_t>(accesses.all.size());
    if (access.is_write) {
      const bool fresh = writers.emplace(std::pair{access.key, shape.writes}, number).second;
      if (!fresh) {
        accesses.refusal = "two operations write the same value to one key";
        return accesses;
      }
      accesses.writes[access.key].push_back(number);
      seen.push_back({});
    } else {
      initial.emplace(access.key, open_shape(type, operation.operation).reads);
      seen.push_back(shape.reads);
    }
    accesses.sessions[access.session].push_back(number);
    accesses.all.push_back(access);
  }
  for (const auto& [key, text] : initial) {
    if (writers.count({key, text}) == 1) {
      accesses.refusal = "an operation writes the initial value";
      return accesses;
    }
  }
  for (std::uint32_t number = 0; number < accesses.all.size(); ++number) {
    Access& access = accesses.all[number];
    if (access.is_write) continue;
    const auto found = writers.find({access.key, seen[number]});
    if (found != writers.end()) {
      access.source = found->second;
    } else if (initial.at(access.key) == seen[number]) {
      access.source = initially;
    }
  }
  return accesses;
}

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// The vertices of a smallest cycle-bearing component, or nothing if the graph has no cycle.
std::vector<std::uint32_t> find_cycle(const Graph& graph) {
  const std::size_t count = boost::num_vertices(graph);
  std::vector<std::size_t> component(count);
  const std::size_t components = boost::strong_components(
      graph,
      boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  std::vector<std::uint32_t> sizes(components, 0);
  for (const std::size_t number : component) ++sizes[number];
  std::size_t best = components;
  for (std::size_t number = 0; number < components; ++number) {
    if (sizes[number] > 1 && (best == components || sizes[number] < sizes[best])) best = number;
  }
  std::vector<std::uint32_t> cycle;
  for (std::uint32_t vertex = 0; vertex < count; ++vertex) {
    if (best < components && component[vertex] == best) cycle.push_back(vertex);
  }
  return cycle;
}

class Judge {
 public:
  Judge(const engine::History& history, Accesses accesses)
      : history_(history), accesses_(std::move(accesses)), all_(accesses_.all) {}

  WeakResult judge(WeakModel model) {
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      if (!all_[number].is_write && all_[number].source == none) {
        return violated({number}, describe(number) + " saw a value that nobody wrote");
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
  [[nodiscard]] std::string describe(std::uint32_t number) const {
    const HistoryOperation& operation = history_.operations()[all_[number].position];
    std::string text = "c" + std::to_string(operation.id.client.value) + "." +
                       std::to_string(operation.id.number) + " " + operation.operation.to_json();
    if (!operation.is_open()) text += " -> " + operation.result.to_json();
    return text;
  }

  WeakResult violated(const std::vector<std::uint32_t>& numbers, std::string reason) const {
    WeakResult result;
    result.verdict = Judgement::violated;
    result.reason = std::move(reason);
    for (const std::uint32_t number : numbers) {
      if (number < all_.size()) result.core.push_back(all_[number].position);
    }
    std::sort(result.core.begin(), result.core.end());
    result.core.erase(std::unique(result.core.begin(), result.core.end()), result.core.end());
    return result;
  }
  static WeakResult undecided(std::string limit) {
    WeakResult result;
    result.limit = std::move(limit);
    return result;
  }
  static WeakResult fine() {
    WeakResult result;
    result.verdict = Judgement::ok;
    return result;
  }

  [[nodiscard]] std::uint32_t past(std::uint32_t number, std::uint32_t session) const {
    return past_[std::size_t{number} * accesses_.sessions.size() + session];
  }
  [[nodiscard]] bool is_before(std::uint32_t first, std::uint32_t second) const {
    return first != second && past(second, all_[first].session) > all_[first].index;
  }

  /// For each operation how many of each session are in its causal past, itself included; false if
  /// the order has a cycle.
  bool order_causally() {
    const std::size_t width = accesses_.sessions.size();
    past_.assign(all_.size() * width, 0);
    std::vector<std::uint32_t> missing(all_.size(), 0);
    std::vector<std::vector<std::uint32_t>> next(all_.size());
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.index > 0) {
        next[accesses_.sessions[access.session][access.index - 1]].push_back(number);
        ++missing[number];
      }
      if (!access.is_write && access.source != initially) {
        next[access.source].push_back(number);
        ++missing[number];
      }
    }
    std::vector<std::uint32_t> ready;
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      if (missing[number] == 0) ready.push_back(number);
    }
    std::size_t done = 0;
    while (!ready.empty()) {
      const std::uint32_t number = ready.back();
      ready.pop_back();
      ++done;
      std::uint32_t* own = &past_[number * width];
      own[all_[number].session] = all_[number].index + 1;
      for (const std::uint32_t later : next[number]) {
        std::uint32_t* theirs = &past_[later * width];
        for (std::size_t session = 0; session < width; ++session) {
          theirs[session] = std::max(theirs[session], own[session]);
        }
        if (--missing[later] == 0) ready.push_back(later);
      }
    }
    return done == all_.size();
  }

  /// The latest writes of the key in the causal past of `number`, one of each session that has one.
  template <class Visit>
  void for_latest_writes(std::uint32_t number, const Visit& visit) const {
    const auto& by_session = writes_by_session_[all_[number].key];
    for (const auto& [session, writes] : by_session) {
      // Not itself: a read is no write.
      const std::uint32_t limit = past(number, session);
      const auto end = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t write) {
        return all_[write].index < limit;
      });
      if (end != writes.begin()) visit(*(end - 1));
    }
  }

  WeakResult judge_causal(WeakModel model) {
    if (all_.size() * accesses_.sessions.size() > 100'000'000) {
      return undecided("causal order of " + std::to_string(all_.size()) + " operations of " +
                       std::to_string(accesses_.sessions.size()) + " clients is too large");
    }
    if (!order_causally()) {
      Graph graph(all_.size());
      add_causal_edges(graph);
      const auto cycle = find_cycle(graph);
      return violated(cycle, "reads see writes that causally follow them: " + list(cycle));
    }
    writes_by_session_.resize(accesses_.writes.size());
    for (const auto& writes : accesses_.writes) {
      for (const std::uint32_t write : writes) {
        writes_by_session_[all_[write].key][all_[write].session].push_back(write);
      }
    }
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.is_write) continue;
      std::uint32_t overwritten_by = none;
      for_latest_writes(number, [&](std::uint32_t write) {
        if (write == access.source) return;
        if (access.source == initially || is_before(access.source, write)) overwritten_by = write;
      });
      if (overwritten_by == none) continue;
      std::vector<std::uint32_t> core{number, overwritten_by};
      if (access.source != initially) core.push_back(access.source);
      return violated(core, describe(number) + " sees a value that " + describe(overwritten_by) +
                                ", in its causal past, had replaced");
    }
    if (model == WeakModel::causal_convergence) return judge_convergence();
    if (model == WeakModel::causal_memory) return judge_memory();
    return fine();
  }

  void add_causal_edges(Graph& graph) const {
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.index > 0) {
        boost::add_edge(accesses_.sessions[access.session][access.index - 1], number, graph);
      }
      if (!access.is_write && access.source < all_.size()) {
        boost::add_edge(access.source, number, graph);
      }
    }
  }

  WeakResult judge_convergence() const {
    Graph graph(all_.size());
    add_causal_edges(graph);
    for (std::uint32_t number = 0; number < all_.size(); ++number) {
      const Access& access = all_[number];
      if (access.is_write || access.source == initially) continue;
      for_latest_writes(number, [&](std::uint32_t write) {
        if (write != access.source) boost::add_edge(write, access.source, graph);
      });
    }
    const auto cycle = find_cycle(graph);
    if (cycle.empty()) return fine();
    return violated(cycle, "no one order of conflicting writes fits what was read: " + list(cycle));
  }

  WeakResult judge_memory() const {
    constexpr std::size_t past_max = 2'000;
    for (const auto& session : accesses_.sessions) {
      const std::uint32_t last = session.back();
      std::vector<std::uint32_t> members;
      for (std::uint32_t number = 0; number < all_.size(); ++number) {
        if (number == last || is_before(number, last)) members.push_back(number);
      }
      if (members.size() > past_max) {
        return undecided("a causal past of " + std::to_string(members.size()) +
                         " operations is too large for causal memory");
      }
      WeakResult result = judge_session_memory(session, members);
      if (result.verdict != Judgement::ok) return result;
    }
    return fine();
  }

  /// Saturates the order of what one client saw: a write that comes before a read of another write
  /// of the key comes before that write.
  [[nodiscard]] WeakResult judge_session_memory(const std::vector<std::uint32_t>& session,
                                                const std::vector<std::uint32_t>& members) const {
    const std::size_t count = members.size();
    std::vector<std::uint32_t> place(all_.size(), none);
    for (std::uint32_t at = 0; at < count; ++at) place[members[at]] = at;
    std::vector<std::vector<bool>> before(count, std::vector<bool>(count, false));
    for (std::uint32_t first = 0; first < count; ++first) {
      for (std::uint32_t second = 0; second < count; ++second) {
        before[first][second] = is_before(members[first], members[second]);
      }
    }
    const auto add = [&](std::uint32_t first, std::uint32_t second) {
      for (std::uint32_t from = 0; from < count; ++from) {
        if (from != first && !before[from][first]) continue;
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
          if (write == access.source || place[write] == none) continue;
          if (!before[place[write]][place[read]]) continue;
          if (access.source == initially) {
            return violated({read, write}, describe(read) + " sees the initial value, though " +
                                               describe(write) +
                                               " comes before it in all that its client saw");
          }
          const std::uint32_t source = place[access.source];
          if (before[place[write]][source]) continue;
          add(place[write], source);
          again = true;
          if (before[source][source] || before[place[write]][place[write]]) {
            return violated({read, write, access.source},
                            "no one order fits what the client of " + describe(read) +
                                " saw: " + describe(write) +
                                " would have to come before and after " + describe(access.source));
          }
        }
      }
    }
    return fine();
  }

  WeakResult judge_session(WeakModel model) const {
    const bool all = model == WeakModel::session;
    const auto wants = [&](WeakModel guarantee) { return all || model == guarantee; };
    // A vertex for each operation (of which writes are used), one more for each initial value.
    const auto initial = [&](std::uint32_t key) {
      return static_cast<std::uint32_t>(all_.size()) + key;
    };
    Graph graph(all_.size() + accesses_.writes.size());
    std::size_t edges = 0;
    const auto add = [&](std::uint32_t earlier, std::uint32_t later) {
      if (earlier == later) return;
      boost::add_edge(earlier, later, graph);
      ++edges;
    };
    for (std::uint32_t key = 0; key < accesses_.writes.size(); ++key) {
      for (const std::uint32_t write : accesses_.writes[key]) add(initial(key), write);
    }
    for (const auto& session : accesses_.sessions) {
      std::map<std::uint32_t, std::vector<std::uint32_t>> written;
      std::map<std::uint32_t, std::vector<std::uint32_t>> seen;
      for (const std::uint32_t number : session) {
        const Access& access = all_[number];
        auto& writes = written[access.key];
        auto& reads = seen[access.key];
        if (access.is_write) {
          if (wants(WeakModel::monotonic_writes) && !writes.empty()) add(writes.back(), number);
          if (wants(WeakModel::writes_follow_reads)) {
            for (const std::uint32_t read : reads) add(read, number);
          }
          writes.push_back(number);
        } else {
          const std::uint32_t version =
              access.source == initially ? initial(access.key) : access.source;
          if (wants(WeakModel::read_your_writes)) {
            for (const std::uint32_t write : writes) add(write, version);
          }
          if (wants(WeakModel::monotonic_reads) && !reads.empty()) add(reads.back(), version);
          if (reads.empty() || reads.back() != version) reads.push_back(version);
        }
        if (edges > 30'000'000) return undecided("more than 30,000,000 pairs to compare");
      }
    }
    const auto cycle = find_cycle(graph);
    if (cycle.empty()) return fine();
    return violated(cycle, "no one order of the writes of a key fits all sessions: " + list(cycle));
  }

  [[nodiscard]] std::string list(const std::vector<std::uint32_t>& numbers) const {
    std::string text;
    std::size_t listed = 0;
    for (const std::uint32_t number : numbers) {
      if (++listed > 6) return text + ", and " + std::to_string(numbers.size() - 6) + " more";
      text += (text.empty() ? "" : ", ");
      text += number < all_.size() ? describe(number) : std::string("the initial value");
    }
    return text;
  }

  const engine::History& history_;
  Accesses accesses_;
  const std::vector<Access>& all_;
  std::vector<std::uint32_t> past_;
  /// By key, by session: writes in the order of the session.
  std::vector<std::map<std::uint32_t, std::vector<std::uint32_t>>> writes_by_session_;
};

}  // namespace

const std::vector<std::pair<std::string, WeakModel>>& weak_models() {
  static const std::vector<std::pair<std::string, WeakModel>> models = {
      {"causal", WeakModel::causal},
      {"causal-convergence", WeakModel::causal_convergence},
      {"causal-memory", WeakModel::causal_memory},
      {"read-your-writes", WeakModel::read_your_writes},
      {"monotonic-reads", WeakModel::monotonic_reads},
      {"monotonic-writes", WeakModel::monotonic_writes},
      {"writes-follow-reads", WeakModel::writes_follow_reads},
      {"session", WeakModel::session}};
  return models;
}

WeakResult check_weak(const engine::History& history, const engine::ServiceType& type,
                      WeakModel model) {
  Accesses accesses = collect(history, type);
  if (!accesses.refusal.empty()) {
    WeakResult result;
    result.limit = std::move(accesses.refusal);
    return result;
  }
  return Judge(history, std::move(accesses)).judge(model);
}

Staleness measure_staleness(const engine::History& history, const engine::ServiceType& type) {
  Staleness staleness;
  const Accesses accesses = collect(history, type);
  if (!accesses.refusal.empty()) return staleness;
  staleness.known = true;
  const auto operation_of = [&](std::uint32_t number) -> const HistoryOperation& {
    return history.operations()[accesses.all[number].position];
  };
  std::vector<std::vector<std::uint32_t>> by_response = accesses.writes;
  for (auto& writes : by_response) {
    std::sort(writes.begin(), writes.end(), [&](std::uint32_t left, std::uint32_t right) {
      return operation_of(left).responded_at < operation_of(right).responded_at;
    });
  }
  for (const Access& access : accesses.all) {
    if (access.is_write || access.source == none) continue;
    const std::uint64_t begin = history.operations()[access.position].invoked_at;
    const bool from_start = access.source == initially;
    const std::uint64_t since = from_start ? 0 : operation_of(access.source).responded_at;
    const auto& writes = by_response[access.key];
    auto write = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t number) {
      return operation_of(number).responded_at < begin;
    });
    std::uint64_t behind = 0;
    while (write != writes.begin()) {
      const HistoryOperation& missed = operation_of(*--write);
      if (!from_start && missed.responded_at <= since) break;
      if (from_start || missed.invoked_at > since) ++behind;
    }
    if (behind > 0) ++staleness.stale_reads;
    if (behind > staleness.versions) {
      staleness.versions = behind;
      staleness.read = access.position;
    }
  }
  return staleness;
}

}  // namespace stampede::checkers
