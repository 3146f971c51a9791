#include "checkers/transactions/dependency_graph.hpp"

#include <map>

namespace stampede::checkers {

const char* name_of(Dependency dependency) {
  switch (dependency) {
    case Dependency::ww:
      return "ww";
    case Dependency::wr:
      return "wr";
    case Dependency::rw:
      return "rw";
    case Dependency::session:
      return "process";
    case Dependency::time:
      return "realtime";
  }
  return "";
}

void DependencyGraph::add(std::uint32_t from, Edge edge) {
  if (from != edge.to) allowance_.push(added_, Added{from, edge});
}

void DependencyGraph::add_anti_dependencies(const std::vector<std::uint32_t>& readers,
                                            std::uint32_t version,
                                            const std::vector<End>& writers) {
  const auto edge = [&](std::uint32_t to, std::uint32_t next) {
    return Edge{to, Dependency::rw, version, next};
  };
  if (readers.size() * writers.size() <= 2 * (readers.size() + writers.size())) {
    for (const std::uint32_t reader : readers) {
      for (const End& writer : writers) add(reader, edge(writer.transaction, writer.version));
    }
    return;
  }
  // up[i] leads to the writers up to the i-th, down[i] to those from the i-th on: a reader that is
  // itself a writer takes what is before it and what is behind it.
  std::vector<std::uint32_t> up;
  std::vector<std::uint32_t> down(writers.size());
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t at = 0; at < writers.size(); ++at) {
    up.push_back(add_junction());
    down[at] = add_junction();
    places.emplace(writers[at].transaction, at);
    const Edge last = edge(writers[at].transaction, writers[at].version);
    add(up[at], last);
    add(down[at], last);
    if (at == 0) continue;
    add(up[at], edge(up[at - 1], none));
    add(down[at - 1], edge(down[at], none));
  }
  for (const std::uint32_t reader : readers) {
    const auto own = places.find(reader);
    if (own == places.end()) {
      add(reader, edge(down.front(), none));
      continue;
    }
    if (own->second > 0) add(reader, edge(up[own->second - 1], none));
    if (own->second + 1 < writers.size()) add(reader, edge(down[own->second + 1], none));
  }
}

void DependencyGraph::finish() {
  allowance_.assign(first_, std::size_t{size_} + 1, std::size_t{0});
  for (const Added& added : added_) ++first_[added.from + 1];
  for (std::uint32_t vertex = 0; vertex < size_; ++vertex) first_[vertex + 1] += first_[vertex];
  allowance_.assign(edges_, added_.size(), Edge{});
  std::vector<std::size_t> next;
  allowance_.assign(next, size_, std::size_t{0});
  for (const Added& added : added_) {
    allowance_.work();
    edges_[first_[added.from] + next[added.from]++] = added.edge;
  }
  allowance_.free(next);
  allowance_.free(added_);
}

}  // namespace stampede::checkers
