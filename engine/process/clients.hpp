// How clients are numbered and found: what the workload, scripts and protocols agree on, written
// once.
//
// The client node at place p of n is known as client p. Each time it goes on under a new identity
// it is known as n more: p + n, p + 2n, ...
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"

namespace stampede::engine {

/// The nodes of a world that are clients, in the order of their identities.
class Clients {
 public:
  Clients() = default;
  /// REQUIRES: ascending.
  explicit Clients(std::vector<NodeId> nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] const std::vector<NodeId>& nodes() const { return nodes_; }
  /// The place of a node among them, from 0; nothing if it is no client.
  [[nodiscard]] std::optional<std::uint32_t> place(NodeId node) const {
    const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    if (found == nodes_.end() || *found != node) return std::nullopt;
    return static_cast<std::uint32_t>(found - nodes_.begin());
  }
  [[nodiscard]] bool contains(NodeId node) const { return place(node).has_value(); }
  /// What the client at `place` is known as after `generation` changes of its identity.
  [[nodiscard]] ClientId identity(std::uint32_t place, std::uint32_t generation = 0) const {
    return {place + static_cast<std::uint32_t>(nodes_.size()) * generation};
  }
  /// The node that is, or was, known as this client. AssertionFailed in a world without clients.
  [[nodiscard]] NodeId node(ClientId client) const {
    ASSERT(!nodes_.empty());
    return nodes_[client.value % nodes_.size()];
  }

 private:
  std::vector<NodeId> nodes_;
};

}  // namespace stampede::engine
