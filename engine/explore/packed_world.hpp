// One explored world: a small vector of ids. What they stand for is in the tables of the
// TransitionSystem that made it.
//
// 1. Equal worlds have equal vectors: messages in flight are a sorted multiset, without names. 2.
// The hash is kept incrementally and made of content hashes, so it does not depend on the order in
// which values were first seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/ids.hpp"
#include "engine/explore/interner.hpp"

namespace stampede::engine {

class PackedWorld {
 public:
  PackedWorld(const std::vector<Interned>& nodes, const std::vector<Interned>& monitors);

  /// Id of the node's local state.
  [[nodiscard]] std::uint32_t node(NodeId node) const { return ids_[node.value]; }
  /// Id of the monitor's state.
  [[nodiscard]] std::uint32_t monitor(std::size_t position) const {
    return ids_[nodes_ + position];
  }
  /// Ids of the messages in flight, ascending; a message that is there twice is listed twice.
  [[nodiscard]] std::span<const std::uint32_t> messages() const {
    return std::span(ids_).subspan(fixed_);
  }
  [[nodiscard]] bool in_flight(std::uint32_t message) const;
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  friend bool operator==(const PackedWorld& left, const PackedWorld& right) {
    return left.ids_ == right.ids_;
  }

  void set_node(NodeId node, Interned before, Interned after) { set(node.value, before, after); }
  void set_monitor(std::size_t position, Interned before, Interned after) {
    set(nodes_ + position, before, after);
  }
  void add_message(Interned message);
  /// One of the messages with this id. REQUIRES: it is in flight.
  void remove_message(Interned message);

 private:
  void set(std::size_t position, Interned before, Interned after);

  std::vector<std::uint32_t> ids_;  // nodes, monitors, messages
  std::uint32_t nodes_;
  std::uint32_t fixed_;  // nodes and monitors
  std::uint64_t hash_ = 0;
};

}  // namespace stampede::engine
