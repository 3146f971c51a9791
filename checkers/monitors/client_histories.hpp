// What clients did and saw so far, as a value: equal values are the same history to every judge
// that counts real time, or to every one that does not.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::checkers {

/// For each client that had completed operations: how many.
using Completed = std::map<ClientId, std::uint32_t>;

struct PastOperation {
  Operation operation{};
  Result result{};
  /// What of others was complete when it began; empty where real time does not count.
  Completed before{};
};
STAMPEDE_VALUE(PastOperation, operation, result, before);

struct OpenOperation {
  Operation operation{};
  Completed before{};
};
STAMPEDE_VALUE(OpenOperation, operation, before);

struct ClientHistory {
  std::vector<PastOperation> past{};
  std::optional<OpenOperation> open{};
  /// Begun in the step that ends the open one.
  std::optional<Operation> next{};
};
STAMPEDE_VALUE(ClientHistory, past, open, next);

struct ClientHistories {
  std::map<ClientId, ClientHistory> clients{};

  void invoke(OperationId id, const Operation& operation, bool real_time);
  /// The operation that ends; nothing if the client has none under way.
  Operation respond(OperationId id, const Result& result, bool real_time);
  /// Whether one order of all operations that keeps each client's own, and real time where it was
  /// counted, explains all results.
  [[nodiscard]] bool explained_by(const engine::ServiceType& service) const;
  /// A history of these operations that is like the one that was seen: an operation is over before
  /// another begins exactly where it was, or else just inside each client. `numbers` start at 1.
  [[nodiscard]] engine::History to_history() const;
};
STAMPEDE_VALUE(ClientHistories, clients);

}  // namespace stampede::checkers
