// The graph of which transaction must come before which, and why; and its cycles. Vertices are
// transactions, and behind them moments in real time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stampede::checkers {

/// `inferred` is a ww that follows from what its own transaction had read, so it counts where that
/// read counts: above read-uncommitted.
enum class Dependency : std::uint8_t { ww, inferred, wr, rw, time };

/// `ww`, `wr`, `rw`, `real time`.
const char* name_of(Dependency dependency);

/// A set of dependencies.
class Dependencies {
 public:
  constexpr Dependencies(std::initializer_list<Dependency> members) {
    for (const Dependency member : members) bits_ |= 1U << static_cast<unsigned>(member);
  }
  [[nodiscard]] constexpr bool has(Dependency dependency) const {
    return (bits_ >> static_cast<unsigned>(dependency) & 1U) != 0;
  }
  [[nodiscard]] constexpr Dependencies with(Dependency dependency) const {
    Dependencies more = *this;
    more.bits_ |= 1U << static_cast<unsigned>(dependency);
    return more;
  }

 private:
  unsigned bits_ = 0;
};

class DependencyGraph {
 public:
  struct Edge {
    std::uint32_t to;
    Dependency kind;
    std::string why;
  };
  struct Step {
    std::uint32_t from;
    Edge edge;
  };
  /// Steps in their order; the last one leads back.
  using Cycle = std::vector<Step>;

  explicit DependencyGraph(std::size_t vertices) : edges_(vertices) {}

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(edges_.size()); }
  [[nodiscard]] const std::vector<Edge>& from(std::uint32_t vertex) const { return edges_[vertex]; }
  std::uint32_t add_vertex();
  void add(std::uint32_t from, std::uint32_t to, Dependency kind, const std::string& why);

  /// A cycle of an edge of one kind and a way back by other edges, a shortest one for its first
  /// edge; with `again`, the way back has an edge of that kind, too. Empty if there is none, or if
  /// none was found around the first 2,000 edges that lie inside one component: then gave_up().
  Cycle cycle_through(Dependency kind, Dependencies back, bool again = false);
  [[nodiscard]] bool gave_up() const { return gave_up_; }

  /// A cycle in which no two rw edges follow each other, as snapshots forbid it (Cerone and
  /// Gotsman, JACM 2018); real time does not count. Empty if there is none.
  [[nodiscard]] Cycle nonadjacent_cycle() const;

 private:
  /// By vertex, the number of its strongly connected component.
  [[nodiscard]] std::vector<std::size_t> components(Dependencies allowed) const;
  /// The shortest way by allowed edges inside one component.
  [[nodiscard]] std::optional<Cycle> way(std::uint32_t from, std::uint32_t to, Dependencies allowed,
                                         const std::vector<std::size_t>& component) const;

  std::vector<std::vector<Edge>> edges_;
  bool gave_up_ = false;
};

}  // namespace stampede::checkers
