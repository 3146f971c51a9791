#include "checkers/consistency/dependency_graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>

namespace stampede::checkers {

const char* name_of(Dependency dependency) {
  switch (dependency) {
    case Dependency::ww:
    case Dependency::inferred:
      return "ww";
    case Dependency::wr:
      return "wr";
    case Dependency::rw:
      return "rw";
    case Dependency::time:
      return "real time";
  }
  return "";
}

std::uint32_t DependencyGraph::add_vertex() {
  edges_.emplace_back();
  return size() - 1;
}

void DependencyGraph::add(std::uint32_t from, std::uint32_t to, Dependency kind,
                          const std::string& why) {
  edges_[from].push_back({to, kind, why});
}

std::vector<std::size_t> DependencyGraph::components(Dependencies allowed) const {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(edges_.size());
  for (std::uint32_t from = 0; from < size(); ++from) {
    for (const Edge& edge : edges_[from]) {
      if (allowed.has(edge.kind)) boost::add_edge(from, edge.to, graph);
    }
  }
  std::vector<std::size_t> component(edges_.size());
  boost::strong_components(graph, boost::make_iterator_property_map(
                                      component.begin(), boost::get(boost::vertex_index, graph)));
  return component;
}

std::optional<DependencyGraph::Cycle> DependencyGraph::way(
    std::uint32_t from, std::uint32_t to, Dependencies allowed,
    const std::vector<std::size_t>& component) const {
  std::map<std::uint32_t, std::pair<std::uint32_t, const Edge*>> reached_by;
  std::vector<std::uint32_t> queue{from};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    for (const Edge& edge : edges_[queue[next]]) {
      if (!allowed.has(edge.kind) || component[edge.to] != component[from]) continue;
      if (!reached_by.emplace(edge.to, std::pair{queue[next], &edge}).second) continue;
      if (edge.to != to) {
        queue.push_back(edge.to);
        continue;
      }
      Cycle steps;
      std::uint32_t at = to;
      do {
        const auto& [before, taken] = reached_by.at(at);
        steps.push_back({before, *taken});
        at = before;
      } while (at != from);
      std::reverse(steps.begin(), steps.end());
      return steps;
    }
  }
  return std::nullopt;
}

DependencyGraph::Cycle DependencyGraph::cycle_through(Dependency kind, Dependencies back,
                                                      bool again) {
  const std::vector<std::size_t> component = components(back.with(kind));
  constexpr std::size_t tried_max = 2'000;
  std::size_t tried = 0;
  for (std::uint32_t from = 0; from < size(); ++from) {
    for (const Edge& edge : edges_[from]) {
      if (edge.kind != kind || component[edge.to] != component[from]) continue;
      if (++tried > tried_max) {
        gave_up_ = true;
        return {};
      }
      const auto steps = way(edge.to, from, back, component);
      if (!steps) continue;
      const bool has_more = std::any_of(steps->begin(), steps->end(),
                                        [&](const Step& step) { return step.edge.kind == kind; });
      if (again && !has_more) continue;
      Cycle cycle{{from, edge}};
      cycle.insert(cycle.end(), steps->begin(), steps->end());
      return cycle;
    }
  }
  return {};
}

DependencyGraph::Cycle DependencyGraph::nonadjacent_cycle() const {
  // Its vertices say whether they were come to by rw: then no other rw may follow.
  DependencyGraph doubled(2 * edges_.size());
  for (std::uint32_t from = 0; from < size(); ++from) {
    for (const Edge& edge : edges_[from]) {
      if (edge.kind == Dependency::time) continue;
      const bool rw = edge.kind == Dependency::rw;
      doubled.add(2 * from, 2 * edge.to + (rw ? 1 : 0), edge.kind, edge.why);
      if (!rw) doubled.add(2 * from + 1, 2 * edge.to, edge.kind, edge.why);
    }
  }
  const Dependencies any{Dependency::ww, Dependency::inferred, Dependency::wr, Dependency::rw};
  Cycle cycle = doubled.cycle_through(Dependency::rw, any);
  for (Step& step : cycle) {
    step.from /= 2;
    step.edge.to /= 2;
  }
  return cycle;
}

}  // namespace stampede::checkers
