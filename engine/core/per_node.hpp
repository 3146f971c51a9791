// Sets of nodes and values per node, keyed by identity: what quorum counting is made of.
#pragma once

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// A set of nodes with identities below 64.
class NodeSet {
 public:
  /// True if `node` was not in the set before.
  bool insert(NodeId node) {
    ASSERT(node.value < 64);
    const std::uint64_t bit = std::uint64_t{1} << node.value;
    const bool fresh = (bits_ & bit) == 0;
    bits_ |= bit;
    return fresh;
  }
  void erase(NodeId node) {
    ASSERT(node.value < 64);
    bits_ &= ~(std::uint64_t{1} << node.value);
  }
  [[nodiscard]] bool contains(NodeId node) const {
    return node.value < 64 && ((bits_ >> node.value) & 1) != 0;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  void clear() { bits_ = 0; }
  [[nodiscard]] std::vector<NodeId> members() const {
    std::vector<NodeId> nodes;
    for (std::uint32_t i = 0; i < 64; ++i) {
      if (contains(NodeId{i})) nodes.push_back(NodeId{i});
    }
    return nodes;
  }
  void append_hash(Hasher& hasher) const { hasher.add(bits_); }
  friend bool operator==(NodeSet, NodeSet) = default;
  friend bool operator<(NodeSet left, NodeSet right) { return left.bits_ < right.bits_; }

 private:
  std::uint64_t bits_ = 0;
};

/// One T for some nodes, in the order of their identities. Small and flat.
template <class T>
class PerNode {
 public:
  using Entry = std::pair<NodeId, T>;

  /// The value of `node`, made by default if there is none.
  T& operator[](NodeId node) {
    const auto place = lower(entries_, node);
    if (place != entries_.end() && place->first == node) return place->second;
    return entries_.insert(place, Entry{node, T{}})->second;
  }
  /// The value of `node`; AssertionFailed if there is none.
  [[nodiscard]] const T& at(NodeId node) const {
    const T* found = find(node);
    ASSERT(found != nullptr);
    return *found;
  }
  [[nodiscard]] const T* find(NodeId node) const {
    const auto place = lower(entries_, node);
    return place != entries_.end() && place->first == node ? &place->second : nullptr;
  }
  [[nodiscard]] bool contains(NodeId node) const { return find(node) != nullptr; }
  void erase(NodeId node) {
    const auto place = lower(entries_, node);
    if (place != entries_.end() && place->first == node) entries_.erase(place);
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  void clear() { entries_.clear(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  friend bool operator==(const PerNode&, const PerNode&) = default;
  friend bool operator<(const PerNode& left, const PerNode& right) {
    return left.entries_ < right.entries_;
  }

 private:
  template <class Entries>
  static auto lower(Entries& entries, NodeId node) {
    return std::lower_bound(entries.begin(), entries.end(), node,
                            [](const Entry& entry, NodeId wanted) { return entry.first < wanted; });
  }
  std::vector<Entry> entries_;
};

}  // namespace stampede::engine

namespace stampede {
using engine::NodeSet;
using engine::PerNode;
}  // namespace stampede
