#include "checkers/strong_components.hpp"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>

namespace stampede::checkers {
namespace {

using Graph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::uint32_t, std::uint32_t>;

/// The map that Boost's search writes components to. It does so for each vertex that it finds, so
/// this is where a wait that is over ends it.
struct Components {
  using category = boost::read_write_property_map_tag;
  using key_type = std::uint32_t;
  using value_type = std::uint32_t;
  using reference = std::uint32_t;

  std::vector<std::uint32_t>* numbers;
  const Graph* graph;
  Patience* patience;

  friend std::uint32_t get(const Components& map, std::uint32_t vertex) {
    return (*map.numbers)[vertex];
  }
  friend void put(const Components& map, std::uint32_t vertex, std::uint32_t number) {
    map.patience->spend(1 + boost::out_degree(vertex, *map.graph));
    (*map.numbers)[vertex] = number;
  }
};

}  // namespace

std::uint64_t strong_components_bytes(std::size_t vertices, std::size_t edges) {
  // The graph; by vertex what the search knows, and its stack at its highest.
  constexpr std::uint64_t bytes_per_vertex = 200;
  return 4 * edges + bytes_per_vertex * vertices;
}

std::vector<std::uint32_t> strong_components(std::size_t vertices,
                                             const std::vector<DirectedEdge>& edges,
                                             Patience& patience) {
  const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(),
                    static_cast<std::uint32_t>(vertices), static_cast<std::uint32_t>(edges.size()));
  std::vector<std::uint32_t> numbers(vertices);
  boost::strong_components(graph, Components{&numbers, &graph, &patience});
  return numbers;
}

}  // namespace stampede::checkers
