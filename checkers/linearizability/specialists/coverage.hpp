// Two trees over places, for judges that take intervals away one by one: the next place with a
// small number, and how many intervals cover each place. All operations cost a logarithm.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace stampede::checkers {

/// Numbers by place.
class MinimumTree {
 public:
  MinimumTree() = default;
  explicit MinimumTree(const std::vector<std::uint64_t>& numbers)
      : leaves_(std::bit_ceil(std::max<std::size_t>(numbers.size(), 1))),
        lowest_(2 * leaves_, UINT64_MAX) {
    std::copy(numbers.begin(), numbers.end(),
              lowest_.begin() + static_cast<std::ptrdiff_t>(leaves_));
    for (std::size_t node = leaves_ - 1; node > 0; --node) update(node);
  }

  void set(std::size_t place, std::uint64_t number) {
    std::size_t node = leaves_ + place;
    lowest_[node] = number;
    for (node /= 2; node > 0; node /= 2) update(node);
  }

  /// The first place from `from` on with a number below `bound`; a place behind all if there is
  /// none.
  [[nodiscard]] std::size_t find_below(std::size_t from, std::uint64_t bound) const {
    if (from >= leaves_) return leaves_;
    std::size_t node = leaves_ + from;
    // Up to the first subtree on the right that has one, then down to it.
    while (lowest_[node] >= bound) {
      while (node % 2 == 1) node /= 2;
      if (node == 0) return leaves_;
      ++node;
    }
    while (node < leaves_) node = lowest_[2 * node] < bound ? 2 * node : 2 * node + 1;
    return node - leaves_;
  }

 private:
  void update(std::size_t node) {
    lowest_[node] = std::min(lowest_[2 * node], lowest_[2 * node + 1]);
  }

  std::size_t leaves_ = 0;
  std::vector<std::uint64_t> lowest_;
};

/// How many intervals cover each place.
class Coverage {
 public:
  Coverage() = default;
  explicit Coverage(const std::vector<std::uint32_t>& counts)
      : leaves_(std::bit_ceil(counts.size())), nodes_(2 * leaves_) {
    for (std::size_t place = 0; place < counts.size(); ++place) {
      nodes_[leaves_ + place] = {counts[place], counts[place], 0};
    }
    for (std::size_t node = leaves_ - 1; node > 0; --node) update(node);
  }

  /// Adds `change` (modulo 2^32) to places begin .. end-1.
  void add(std::size_t begin, std::size_t end, std::uint32_t change) {
    add(1, 0, leaves_, begin, end, change);
  }

  /// The first place from `from` on that is free, or that is covered; leaves() if there is none.
  [[nodiscard]] std::size_t find(std::size_t from, bool free) const {
    return find(1, 0, leaves_, from, free, 0);
  }

 private:
  struct Node {
    std::uint32_t lowest = 0;
    std::uint32_t highest = 0;
    /// Added to everything below, not yet in its nodes.
    std::uint32_t pending = 0;
  };

  void update(std::size_t node) {
    const Node& left = nodes_[2 * node];
    const Node& right = nodes_[2 * node + 1];
    nodes_[node].lowest = std::min(left.lowest, right.lowest) + nodes_[node].pending;
    nodes_[node].highest = std::max(left.highest, right.highest) + nodes_[node].pending;
  }

  void add(std::size_t node, std::size_t first, std::size_t size, std::size_t begin,
           std::size_t end, std::uint32_t change) {
    if (end <= first || first + size <= begin) return;
    if (begin <= first && first + size <= end) {
      nodes_[node].lowest += change;
      nodes_[node].highest += change;
      nodes_[node].pending += change;
      return;
    }
    add(2 * node, first, size / 2, begin, end, change);
    add(2 * node + 1, first + size / 2, size / 2, begin, end, change);
    update(node);
  }

  [[nodiscard]] std::size_t find(std::size_t node, std::size_t first, std::size_t size,
                                 std::size_t from, bool free, std::uint32_t above) const {
    const bool none = free ? nodes_[node].lowest + above > 0 : nodes_[node].highest + above == 0;
    if (first + size <= from || none) return leaves_;
    if (size == 1) return first;
    above += nodes_[node].pending;
    const std::size_t left = find(2 * node, first, size / 2, from, free, above);
    return left < leaves_ ? left
                          : find(2 * node + 1, first + size / 2, size / 2, from, free, above);
  }

  std::size_t leaves_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace stampede::checkers
