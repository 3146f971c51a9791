#include "checkers/consistency/cycle.hpp"

#include <algorithm>
#include <map>

namespace stampede::checkers {
namespace {

using Vertices = std::vector<std::uint32_t>;

/// The number of each vertex's strongly connected component (Tarjan 1972), with a stack of its own:
/// paths may be as long as histories.
Vertices components(const std::vector<Vertices>& next, Budget& budget) {
  constexpr std::uint32_t none = UINT32_MAX;
  struct Visit {
    std::uint32_t vertex;
    std::size_t edge;
  };
  Vertices component(next.size(), none);
  Vertices found_at(next.size(), none);
  Vertices lowest(next.size(), 0);
  Vertices open;  // found, and of no component yet
  std::vector<Visit> path;
  std::uint32_t found = 0;
  std::uint32_t count = 0;
  const auto enter = [&](std::uint32_t vertex) {
    budget.spend();
    found_at[vertex] = lowest[vertex] = found++;
    open.push_back(vertex);
    path.push_back({vertex, 0});
  };
  for (std::uint32_t root = 0; root < next.size(); ++root) {
    if (found_at[root] == none) enter(root);
    while (!path.empty()) {
      const std::uint32_t vertex = path.back().vertex;
      if (path.back().edge < next[vertex].size()) {
        budget.spend();
        const std::uint32_t after = next[vertex][path.back().edge++];
        if (found_at[after] == none) {
          enter(after);
        } else if (component[after] == none) {
          lowest[vertex] = std::min(lowest[vertex], found_at[after]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) {
        std::uint32_t& before = lowest[path.back().vertex];
        before = std::min(before, lowest[vertex]);
      }
      if (lowest[vertex] != found_at[vertex]) continue;
      while (component[vertex] == none) {
        component[open.back()] = count;
        open.pop_back();
      }
      ++count;
    }
  }
  return component;
}

/// The shortest cycle that the edge is on; both ends are in one component.
Vertices around(const std::vector<Vertices>& next, const Vertices& component, std::uint32_t from,
                std::uint32_t to, Budget& budget) {
  std::map<std::uint32_t, std::uint32_t> reached_by{{to, to}};
  Vertices queue{to};
  for (std::size_t at = 0; at < queue.size() && reached_by.count(from) == 0; ++at) {
    for (const std::uint32_t after : next[queue[at]]) {
      budget.spend();
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

Vertices find_cycle(const std::vector<Vertices>& next, Budget& budget) {
  const Vertices component = components(next, budget);
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
    if (component[to] == component[best]) return around(next, component, best, to, budget);
  }
  return {};
}

}  // namespace stampede::checkers
