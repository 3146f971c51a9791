// The graph of which transaction must come before which, and why.
//
// 1. Vertices are transactions, and behind them junctions, which stand between many transactions
//    and many: edges stay linear where pairs would be quadratic. Edges that leave a junction have
//    the kind of those that lead to it.
// 2. No way through a junction leads a transaction back to itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checkers/transactions/allowance.hpp"
#include "checkers/transactions/evidence.hpp"

namespace stampede::checkers {

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
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Edge {
    std::uint32_t to = none;
    Dependency kind = Dependency::ww;
    /// Versions: ww, wr: what the one wrote; rw: what it read, none for the initial state.
    std::uint32_t version = none;
    /// ww, rw: what the other wrote.
    std::uint32_t next = none;
  };
  /// A transaction and the version that makes it part of a relation.
  struct End {
    std::uint32_t transaction = none;
    std::uint32_t version = none;
  };

  DependencyGraph(std::uint32_t transactions, Allowance& allowance)
      : allowance_(allowance), transactions_(transactions), size_(transactions) {}

  [[nodiscard]] std::uint32_t transactions() const { return transactions_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::size_t edge_count() const { return edges_.size(); }
  /// After finish(): edges that leave the vertex, in the order in which they were added.
  [[nodiscard]] std::span<const Edge> from(std::uint32_t vertex) const {
    return {edges_.data() + first_[vertex], edges_.data() + first_[vertex + 1]};
  }

  std::uint32_t add_junction() { return size_++; }
  /// Nothing happens where a transaction would come before itself.
  void add(std::uint32_t from, Edge edge);
  /// From each reader of one version (none: the initial state) to each that wrote behind it, itself
  /// left out. Writers are different transactions.
  void add_anti_dependencies(const std::vector<std::uint32_t>& readers, std::uint32_t version,
                             const std::vector<End>& writers);
  /// Sorts the edges by where they begin. Nothing is added afterwards.
  void finish();

 private:
  struct Added {
    std::uint32_t from;
    Edge edge;
  };

  Allowance& allowance_;
  std::uint32_t transactions_;
  std::uint32_t size_;
  std::vector<Added> added_;
  std::vector<Edge> edges_;
  std::vector<std::size_t> first_;
};

}  // namespace stampede::checkers
