// Sets of nodes and values per node, keyed by identity: what quorum counting is made of.
#pragma once

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// A set of nodes. Identities below 64 are bits of one word; a set that holds others owns a list of
/// them.
class NodeSet {
 public:
  NodeSet() = default;
  NodeSet(const NodeSet& other)
      : bits_(other.bits_),
        beyond_(other.beyond_ ? std::make_unique<std::vector<NodeId>>(*other.beyond_) : nullptr) {}
  NodeSet(NodeSet&& other) noexcept
      : bits_(std::exchange(other.bits_, 0)), beyond_(std::move(other.beyond_)) {}
  NodeSet& operator=(NodeSet other) noexcept {
    bits_ = other.bits_;
    beyond_ = std::move(other.beyond_);
    return *this;
  }
  ~NodeSet() = default;

  /// True if `node` was not in the set before.
  bool insert(NodeId node) {
    if (node.value >= word) return insert_beyond(node);
    const std::uint64_t bit = std::uint64_t{1} << node.value;
    const bool fresh = (bits_ & bit) == 0;
    bits_ |= bit;
    return fresh;
  }
  void erase(NodeId node) {
    if (node.value < word) {
      bits_ &= ~(std::uint64_t{1} << node.value);
    } else if (beyond_) {
      std::erase(*beyond_, node);
      if (beyond_->empty()) beyond_.reset();
    }
  }
  [[nodiscard]] bool contains(NodeId node) const {
    if (node.value < word) return ((bits_ >> node.value) & 1) != 0;
    return beyond_ && std::binary_search(beyond_->begin(), beyond_->end(), node);
  }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(bits_)) + (beyond_ ? beyond_->size() : 0);
  }
  [[nodiscard]] bool empty() const { return bits_ == 0 && !beyond_; }
  void clear() {
    bits_ = 0;
    beyond_.reset();
  }
  /// Ascending.
  [[nodiscard]] std::vector<NodeId> members() const {
    std::vector<NodeId> nodes;
    for (std::uint32_t i = 0; i < word; ++i) {
      if (contains(NodeId{i})) nodes.push_back(NodeId{i});
    }
    if (beyond_) nodes.insert(nodes.end(), beyond_->begin(), beyond_->end());
    return nodes;
  }
  void append_hash(Hasher& hasher) const {
    hasher.add(bits_);
    if (!beyond_) return;
    for (const NodeId node : *beyond_) hasher.add(node.value);
  }
  friend bool operator==(const NodeSet& left, const NodeSet& right) {
    if (left.bits_ != right.bits_ || !left.beyond_ != !right.beyond_) return false;
    return !left.beyond_ || *left.beyond_ == *right.beyond_;
  }
  friend bool operator<(const NodeSet& left, const NodeSet& right) {
    if (left.bits_ != right.bits_) return left.bits_ < right.bits_;
    if (!left.beyond_ || !right.beyond_) return !left.beyond_ && right.beyond_;
    return *left.beyond_ < *right.beyond_;
  }

 private:
  static constexpr std::uint32_t word = 64;

  bool insert_beyond(NodeId node) {
    if (!beyond_) beyond_ = std::make_unique<std::vector<NodeId>>();
    const auto place = std::lower_bound(beyond_->begin(), beyond_->end(), node);
    if (place != beyond_->end() && *place == node) return false;
    beyond_->insert(place, node);
    return true;
  }

  std::uint64_t bits_ = 0;
  /// Ascending; nullptr if there are none.
  std::unique_ptr<std::vector<NodeId>> beyond_;
};
static_assert(sizeof(NodeSet) <= 16);

/// One T for some nodes, in the order of their identities. Small and flat.
template <class T>
class PerNode {
 public:
  using key_type = NodeId;
  using mapped_type = T;
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
    // Where all nodes up to this one have a value, as in most groups, it is found by counting.
    if (node.value < entries.size() && entries[node.value].first == node)
      return entries.begin() + node.value;
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
