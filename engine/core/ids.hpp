// Identities are types of their own, so that a client can never be passed where a node is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace stampede::engine {

/// A 32-bit identity of kind `Tag`. Dense, from 0.
template <class Tag>
struct Id {
  std::uint32_t value = 0;
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

/// A running participant (replica, client, service...): its position in the world.
using NodeId = Id<struct NodeTag>;
/// A client as protocols see it. A client that gives up or restarts without its number goes on
/// under a new one.
using ClientId = Id<struct ClientTag>;

inline constexpr NodeId no_node{0xffffffffU};

/// Numbers a client gives to its requests; retries keep it. From 1.
struct RequestNumber {
  std::uint64_t value = 0;
  friend constexpr bool operator==(RequestNumber, RequestNumber) = default;
  friend constexpr auto operator<=>(RequestNumber, RequestNumber) = default;
};

/// One operation of the workload: whose, and its position in that client's plan (from 1). Retries
/// keep it.
struct OperationId {
  ClientId client{};
  std::uint32_t number = 0;
  friend constexpr bool operator==(OperationId, OperationId) = default;
  friend constexpr auto operator<=>(OperationId, OperationId) = default;
};

/// `c0.12`.
inline std::string to_string(OperationId id) {
  return "c" + std::to_string(id.client.value) + "." + std::to_string(id.number);
}

}  // namespace stampede::engine

namespace stampede {
using engine::ClientId;
using engine::no_node;
using engine::NodeId;
using engine::OperationId;
using engine::RequestNumber;
}  // namespace stampede
