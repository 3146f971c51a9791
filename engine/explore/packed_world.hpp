// One explored world: ids of local states, of what monitors know, of spent budgets, and of messages
// in flight. What they stand for is in the caches of the StateSpace that made it.
//
// 1. Equal worlds have equal vectors: messages in flight are a sorted multiset, without names;
//    links that keep order list theirs by link, oldest first.
// 2. The hash is kept incrementally and made of content hashes, so it does not depend on the order
//    in which values were first seen.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/core/ids.hpp"

namespace stampede::engine {

struct PackedWorld {
  std::vector<std::uint32_t> locals;  // by node
  /// MonitorCache: what all monitors know.
  std::uint32_t knowledge = 0;
  /// Ledgers: spent budgets and the progress of the plan.
  std::uint32_t ledger = 0;
  /// Ascending; a message that is there twice is listed twice.
  std::vector<std::uint32_t> messages;
  std::uint64_t hash = 0;

  [[nodiscard]] std::uint32_t local(NodeId node) const { return locals[node.value]; }
  [[nodiscard]] bool in_flight(std::uint32_t message) const {
    return std::find(messages.begin(), messages.end(), message) != messages.end();
  }
  /// Content, not hash.
  friend bool operator==(const PackedWorld& left, const PackedWorld& right) {
    return left.locals == right.locals && left.knowledge == right.knowledge &&
           left.ledger == right.ledger && left.messages == right.messages;
  }
};

}  // namespace stampede::engine
