#include "checkers/transactions/cycles.hpp"

#include <algorithm>
#include <map>

#include "checkers/strong_components.hpp"

namespace stampede::checkers {
namespace {

using Edge = DependencyGraph::Edge;

constexpr std::uint32_t no_place = DependencyGraph::none;
/// Edges looked at for each kind: a fraction of a second.
constexpr std::uint64_t patience = 20'000'000;

bool is_time(Dependency kind) { return kind == Dependency::session || kind == Dependency::time; }

Dependencies allowed_in(CycleKind kind, Obeys obeys) {
  Dependencies allowed{Dependency::ww};
  if (kind != CycleKind::g0) allowed = allowed.with(Dependency::wr);
  if (kind > CycleKind::g1c) allowed = allowed.with(Dependency::rw);
  if (obeys == Obeys::sessions) allowed = allowed.with(Dependency::session);
  if (obeys == Obeys::real_time) allowed = allowed.with(Dependency::time);
  return allowed;
}

/// By vertex, the number of its component, or none if it is alone.
using Components = std::vector<std::uint32_t>;

/// Strongly connected components of the allowed edges that lie inside those of `within`, unless
/// that is empty.
Components components(const DependencyGraph& graph, Dependencies allowed, const Components& within,
                      Allowance& allowance) {
  std::vector<DirectedEdge> edges;
  for (std::uint32_t from = 0; from < graph.size(); ++from) {
    for (const Edge& edge : graph.from(from)) {
      if (!allowed.has(edge.kind)) continue;
      const bool inside =
          within.empty() || (within[from] != no_place && within[from] == within[edge.to]);
      if (inside) allowance.push(edges, DirectedEdge{from, edge.to});
    }
  }
  const std::uint64_t bytes = strong_components_bytes(graph.size(), edges.size());
  allowance.hold(bytes);
  allowance.hold(4 * graph.size());
  Components component = strong_components(graph.size(), edges, allowance.patience());
  std::vector<std::uint32_t> sizes;
  allowance.assign(sizes, graph.size(), 0U);
  for (const std::uint32_t number : component) ++sizes[number];
  for (std::uint32_t& number : component) {
    if (sizes[number] == 1) number = no_place;
  }
  allowance.free(sizes);
  allowance.free(edges);
  allowance.release(bytes);
  return component;
}

/// What a way has so far, in few bits.
struct State {
  /// 0, 1, or more.
  std::uint8_t rw = 0;
  bool after_rw = false;
  bool has_pair = false;
  bool has_time = false;

  static constexpr std::uint32_t count = 24;
  [[nodiscard]] std::uint32_t number() const {
    return rw + 3U * (after_rw ? 1 : 0) + 6U * (has_pair ? 1 : 0) + 12U * (has_time ? 1 : 0);
  }
  [[nodiscard]] State behind(Dependency kind) const {
    State next = *this;
    next.after_rw = kind == Dependency::rw;
    if (next.after_rw) {
      next.rw = static_cast<std::uint8_t>(std::min(rw + 1, 2));
      next.has_pair = has_pair || after_rw;
    }
    next.has_time = has_time || is_time(kind);
    return next;
  }
};

using Steps = std::vector<Cycle::Step>;

/// What is looked for: a kind, or any cycle that a level forbids.
struct Wanted {
  enum class What { kind, snapshot, any } what = What::kind;
  CycleKind kind = CycleKind::g2_item;
  Obeys obeys = Obeys::nothing;
};

bool is_rw(const Cycle::Step& step) { return step.edge.kind == Dependency::rw; }

/// Of steps that lead back to where they began.
CycleKind kind_of(const Steps& steps) {
  const auto rw = std::count_if(steps.begin(), steps.end(), is_rw);
  if (rw == 1) return CycleKind::g_single;
  if (rw == 0) {
    const bool wr = std::any_of(steps.begin(), steps.end(), [](const Cycle::Step& step) {
      return step.edge.kind == Dependency::wr;
    });
    return wr ? CycleKind::g1c : CycleKind::g0;
  }
  for (std::size_t at = 0; at < steps.size(); ++at) {
    if (is_rw(steps[at]) && is_rw(steps[(at + 1) % steps.size()])) return CycleKind::g2_item;
  }
  return CycleKind::g_nonadjacent;
}

/// A way back that crosses itself falls into two ways back. If no two rw follow each other in the
/// whole, so it is in one of the two.
Steps without_crossings(Steps steps) {
  std::map<std::uint32_t, std::size_t> met;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const auto [earlier, fresh] = met.emplace(steps[at].from, at);
    if (fresh) continue;
    const auto begin = steps.begin() + static_cast<std::ptrdiff_t>(earlier->second);
    const auto end = steps.begin() + static_cast<std::ptrdiff_t>(at);
    Steps inner(begin, end);
    Steps outer(end, steps.end());
    outer.insert(outer.begin(), steps.begin(), begin);
    return without_crossings(kind_of(inner) < CycleKind::g2_item ? inner : outer);
  }
  return steps;
}

class CycleSearch {
 public:
  CycleSearch(const Inference& inference, Wanted wanted, const Components& within,
              Allowance& allowance)
      : transactions_(inference.observations().transactions()),
        graph_(inference.graph()),
        wanted_(wanted),
        allowed_(allowed_in(wanted.kind, wanted.obeys)),
        allowance_(allowance),
        component_(components(graph_, allowed_, within, allowance)) {}
  CycleSearch(const CycleSearch&) = delete;
  CycleSearch& operator=(const CycleSearch&) = delete;
  ~CycleSearch() {
    allowance_.free(component_);
    allowance_.free(places_);
    allowance_.free(reached_);
    allowance_.free(nodes_);
    allowance_.free(level_);
    allowance_.free(next_);
    allowance_.free(junctions_);
  }

  /// A shortest cycle, if there is one.
  std::optional<Cycle> run() {
    std::uint32_t members = 0;
    allowance_.assign(places_, graph_.size(), no_place);
    for (std::uint32_t vertex = 0; vertex < graph_.size(); ++vertex) {
      if (component_[vertex] != no_place) places_[vertex] = members++;
    }
    if (members == 0) return std::nullopt;
    allowance_.assign(reached_, std::size_t{members} * State::count, 0U);
    const std::size_t shortest_possible =
        wanted_.what == Wanted::What::kind && wanted_.kind == CycleKind::g_nonadjacent ? 4 : 2;
    // Short cycles first: a way that is not cut short may lead through half of the history.
    constexpr std::size_t short_max = 4;
    for (std::size_t limit = shortest_possible; limit <= short_max; ++limit) {
      look_from_all(limit, patience / 2);
      if (!best_.empty()) break;
    }
    if (best_.size() == shortest_possible) gave_up_ = false;
    const bool is_known = !best_.empty() && !gave_up_;
    if (!is_known) {
      gave_up_ = false;
      look_from_all(SIZE_MAX, patience);
    }
    if (best_.empty()) return std::nullopt;
    // A way that crosses itself may have hidden one that does not.
    return Cycle{kind_of(best_), wanted_.obeys, best_, !gave_up_ && crossed_ >= best_.size()};
  }
  [[nodiscard]] bool gave_up() const { return gave_up_; }

 private:
  struct Node {
    std::uint32_t vertex;
    State state;
    std::uint32_t before;
    const Edge* edge;
  };

  [[nodiscard]] bool is_kind(CycleKind kind) const {
    return wanted_.what == Wanted::What::kind && wanted_.kind == kind;
  }
  /// Kinds begin with the edge that makes them theirs.
  [[nodiscard]] bool may_begin(Dependency kind) const {
    if (wanted_.what != Wanted::What::kind) return true;
    if (wanted_.kind == CycleKind::g0) return kind == Dependency::ww;
    if (wanted_.kind == CycleKind::g1c) return kind == Dependency::wr;
    return kind == Dependency::rw;
  }
  [[nodiscard]] State behind(State state, Dependency kind) const {
    if (wanted_.what == Wanted::What::any) return {};
    State next = state.behind(kind);
    if (wanted_.what == Wanted::What::snapshot) next.rw = 0;
    return next;
  }
  [[nodiscard]] bool may_go_on(const State& state, bool is_second) const {
    if (is_kind(CycleKind::g_single)) return state.rw < 2;
    if (is_kind(CycleKind::g_nonadjacent) || wanted_.what == Wanted::What::snapshot) {
      return !state.has_pair;
    }
    // The pair comes first.
    if (is_kind(CycleKind::g2_item)) return !is_second || state.has_pair;
    return true;
  }
  [[nodiscard]] bool is_wanted(const State& end) const {
    if (wanted_.what == Wanted::What::any) return true;
    if (wanted_.what == Wanted::What::snapshot) return !end.after_rw;
    if (wanted_.obeys != Obeys::nothing && !end.has_time) return false;
    if (is_kind(CycleKind::g_nonadjacent)) return end.rw == 2 && !end.after_rw;
    return !is_kind(CycleKind::g2_item) || end.has_pair;
  }

  /// Cycles of at most `limit` steps, until so many edges were looked at.
  void look_from_all(std::size_t limit, std::uint64_t looked_at_max) {
    for (std::uint32_t start = 0; start < graph_.transactions(); ++start) {
      if (component_[start] == no_place) continue;
      // Any cycle at all is looked for until it is found.
      const bool is_free = wanted_.what != Wanted::What::kind && limit == SIZE_MAX && best_.empty();
      if (looked_at_ > looked_at_max && !is_free) {
        gave_up_ = true;
        return;
      }
      look_from(start, limit);
      if (!best_.empty() && (best_.size() == 2 || best_.size() == limit)) return;
    }
  }

  /// Breadth first; a junction is no step.
  void look_from(std::uint32_t start, std::size_t limit) {
    nodes_.clear();
    level_.clear();
    start_ = start;
    ++epoch_;
    limit_ = limit;
    if (expand(no_place, 1, level_)) return;
    for (std::size_t steps = 2; !level_.empty() && steps <= limit; ++steps) {
      if (!best_.empty() && steps >= best_.size()) return;
      next_.clear();
      for (const std::uint32_t number : level_) {
        if (expand(number, steps, next_)) return;
      }
      std::swap(level_, next_);
    }
  }

  /// Takes the step-th step behind a node (none: behind the start), and all junctions that lie
  /// there. True if it leads back to the start as wanted.
  bool expand(std::uint32_t number, std::size_t step, std::vector<std::uint32_t>& reached) {
    if (look_behind(number, step, reached)) return true;
    if (step == limit_ && leads_back_in_time(number)) return true;
    while (!junctions_.empty()) {
      const std::uint32_t junction = junctions_.back();
      junctions_.pop_back();
      if (look_behind(junction, step, reached)) {
        junctions_.clear();
        return true;
      }
    }
    return false;
  }

  /// The last step, if it is one in real time: no need to go from moment to moment.
  bool leads_back_in_time(std::uint32_t number) {
    if (wanted_.obeys != Obeys::real_time || number == no_place) return false;
    const Transaction& last = transactions_[nodes_[number].vertex];
    const bool is_before = last.outcome == Transaction::Outcome::committed &&
                           last.responded_at < transactions_[start_].invoked_at;
    return is_before && is_wanted(behind(nodes_[number].state, Dependency::time)) &&
           keep(number, {start_, Dependency::time});
  }

  bool look_behind(std::uint32_t number, std::size_t step, std::vector<std::uint32_t>& reached) {
    const std::uint32_t vertex = number == no_place ? start_ : nodes_[number].vertex;
    const State state = number == no_place ? State{} : nodes_[number].state;
    const bool at_junction = vertex >= graph_.transactions();
    for (const Edge& edge : graph_.from(vertex)) {
      ++looked_at_;
      allowance_.work();
      if (!allowed_.has(edge.kind) || component_[edge.to] != component_[start_]) continue;
      if (number == no_place && !may_begin(edge.kind)) continue;
      const State after = at_junction ? state : behind(state, edge.kind);
      if (!may_go_on(after, step == 2)) continue;
      if (step == limit_ && edge.to != start_) {
        const bool through = edge.to >= graph_.transactions() && edge.kind != Dependency::time;
        if (!through) continue;
      }
      if (edge.to == start_) {
        if (is_wanted(after) && keep(number, edge)) return true;
        continue;
      }
      std::uint32_t& mark = reached_[std::size_t{places_[edge.to]} * State::count + after.number()];
      if (mark == epoch_) continue;
      mark = epoch_;
      const auto added = static_cast<std::uint32_t>(nodes_.size());
      allowance_.push(nodes_, Node{edge.to, after, number, &edge});
      allowance_.push(edge.to < graph_.transactions() ? reached : junctions_, added);
    }
    return false;
  }

  /// Takes the way as the best cycle unless it crosses itself where it must not.
  bool keep(std::uint32_t number, const Edge& last) {
    Steps steps;
    Cycle::Step step{start_, last};
    for (std::uint32_t at = number; at != no_place; at = nodes_[at].before) {
      const Node& node = nodes_[at];
      if (node.vertex < graph_.transactions()) {
        step.from = node.vertex;
        steps.push_back(step);
        step = {start_, *node.edge};
      } else {
        // What leads to a junction tells what was read; what leaves it, what was written.
        step.edge.version = node.edge->version;
      }
    }
    steps.push_back(step);
    std::reverse(steps.begin(), steps.end());
    const std::size_t length = steps.size();
    steps = without_crossings(std::move(steps));
    if (steps.size() < length && wanted_.what == Wanted::What::kind) {
      crossed_ = std::min(crossed_, length);
      return false;
    }
    if (best_.empty() || steps.size() < best_.size()) best_ = std::move(steps);
    return true;
  }

  const std::vector<Transaction>& transactions_;
  const DependencyGraph& graph_;
  Wanted wanted_;
  Dependencies allowed_;
  Allowance& allowance_;
  Components component_;
  /// Of vertices in components, counted.
  std::vector<std::uint32_t> places_;
  /// By place and state: the last look from a start that reached it.
  std::vector<std::uint32_t> reached_;
  std::uint32_t start_ = no_place;
  std::uint32_t epoch_ = 0;
  std::size_t limit_ = SIZE_MAX;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> level_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> junctions_;
  std::uint64_t looked_at_ = 0;
  bool gave_up_ = false;
  /// Steps of the shortest way back that crosses itself.
  std::size_t crossed_ = SIZE_MAX;
  Steps best_;
};

void find_cycles_of(const Inference& inference, Obeys obeys, Allowance& allowance,
                    std::vector<Cycle>& found) {
  const Components within =
      components(inference.graph(), allowed_in(CycleKind::g2_item, obeys), {}, allowance);
  if (std::all_of(within.begin(), within.end(),
                  [](std::uint32_t part) { return part == no_place; })) {
    return;
  }
  bool gave_up = false;
  for (const CycleKind kind : {CycleKind::g0, CycleKind::g1c, CycleKind::g_single,
                               CycleKind::g_nonadjacent, CycleKind::g2_item}) {
    CycleSearch search(inference, {Wanted::What::kind, kind, obeys}, within, allowance);
    if (auto cycle = search.run()) found.push_back(std::move(*cycle));
    gave_up = gave_up || search.gave_up();
  }
  if (!gave_up) return;
  for (const Wanted::What what : {Wanted::What::snapshot, Wanted::What::any}) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const Cycle& cycle) {
      return what == Wanted::What::any || cycle.kind < CycleKind::g2_item;
    });
    if (known) continue;
    CycleSearch search(inference, {what, CycleKind::g2_item, obeys}, within, allowance);
    if (auto cycle = search.run()) found.push_back(std::move(*cycle));
  }
}

}  // namespace

std::string name_of(CycleKind kind, Obeys obeys) {
  static const std::string names[] = {"G0", "G1c", "G-single", "G-nonadjacent", "G2-item"};
  static const std::string endings[] = {"", "-process", "-realtime"};
  return names[static_cast<int>(kind)] + endings[static_cast<int>(obeys)];
}

Level level_of(CycleKind kind) {
  switch (kind) {
    case CycleKind::g0:
      return Level::read_uncommitted;
    case CycleKind::g1c:
      return Level::read_committed;
    case CycleKind::g_single:
    case CycleKind::g_nonadjacent:
      return Level::snapshot;
    default:
      return Level::serializable;
  }
}

std::vector<Cycle> find_cycles(const Inference& inference, Obeys obeys, Allowance& allowance) {
  std::vector<Cycle> found;
  find_cycles_of(inference, Obeys::nothing, allowance, found);
  if (obeys != Obeys::nothing) find_cycles_of(inference, obeys, allowance, found);
  return found;
}

}  // namespace stampede::checkers
