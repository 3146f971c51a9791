#include "checkers/consistency/cycle.hpp"

#include <map>

#include "checkers/strong_components.hpp"

namespace stampede::checkers {
namespace {

using Vertices = std::vector<std::uint32_t>;

/// The shortest cycle that the edge is on; both ends are in one component.
Vertices around(const std::vector<Vertices>& next, const Vertices& component, std::uint32_t from,
                std::uint32_t to, Patience& patience) {
  std::map<std::uint32_t, std::uint32_t> reached_by{{to, to}};
  Vertices queue{to};
  for (std::size_t at = 0; at < queue.size() && reached_by.count(from) == 0; ++at) {
    for (const std::uint32_t after : next[queue[at]]) {
      patience.spend();
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

Vertices find_cycle(const std::vector<Vertices>& next, Patience& patience) {
  std::vector<DirectedEdge> edges;
  for (std::uint32_t from = 0; from < next.size(); ++from) {
    patience.spend(1 + next[from].size());
    for (const std::uint32_t to : next[from]) edges.emplace_back(from, to);
  }
  const Vertices component = strong_components(next.size(), edges, patience);
  std::vector<std::uint32_t> sizes(next.size(), 0);
  for (const std::uint32_t number : component) ++sizes[number];
  std::uint32_t best = UINT32_MAX;
  for (std::uint32_t vertex = 0; vertex < next.size(); ++vertex) {
    const std::uint32_t size = sizes[component[vertex]];
    if (size < 2) continue;
    if (best == UINT32_MAX || size < sizes[component[best]]) best = vertex;
  }
  if (best == UINT32_MAX) return {};
  for (const std::uint32_t to : next[best]) {
    if (component[to] == component[best]) return around(next, component, best, to, patience);
  }
  return {};
}

}  // namespace stampede::checkers
