#include "checkers/consistency/cycle.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>

namespace stampede::checkers {
namespace {

using Vertices = std::vector<std::uint32_t>;

std::vector<std::size_t> components(const std::vector<Vertices>& next) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(next.size());
  for (std::uint32_t from = 0; from < next.size(); ++from) {
    for (const std::uint32_t to : next[from]) boost::add_edge(from, to, graph);
  }
  std::vector<std::size_t> component(next.size());
  boost::strong_components(graph, boost::make_iterator_property_map(
                                      component.begin(), boost::get(boost::vertex_index, graph)));
  return component;
}

/// The shortest cycle that the edge is on; both ends are in one component.
Vertices around(const std::vector<Vertices>& next, const std::vector<std::size_t>& component,
                std::uint32_t from, std::uint32_t to) {
  std::map<std::uint32_t, std::uint32_t> reached_by{{to, to}};
  Vertices queue{to};
  for (std::size_t at = 0; at < queue.size() && reached_by.count(from) == 0; ++at) {
    for (const std::uint32_t after : next[queue[at]]) {
      if (component[after] != component[from]) continue;
      if (reached_by.emplace(after, queue[at]).second) queue.push_back(after);
    }
  }
  Vertices steps;
  for (std::uint32_t at = from; at != to; at = reached_by.at(at)) steps.push_back(at);
  steps.push_back(to);
  return {steps.rbegin(), steps.rend()};
}

}  // namespace

Vertices find_cycle(const std::vector<Vertices>& next) {
  const std::vector<std::size_t> component = components(next);
  std::vector<std::uint32_t> sizes(next.size(), 0);
  for (const std::size_t number : component) ++sizes[number];
  std::uint32_t best = UINT32_MAX;
  for (std::uint32_t vertex = 0; vertex < next.size(); ++vertex) {
    const std::uint32_t size = sizes[component[vertex]];
    if (size < 2) continue;
    if (best == UINT32_MAX || size < sizes[component[best]]) best = vertex;
  }
  if (best == UINT32_MAX) return {};
  for (const std::uint32_t to : next[best]) {
    if (component[to] == component[best]) return around(next, component, best, to);
  }
  return {};
}

}  // namespace stampede::checkers
