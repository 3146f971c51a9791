// models/consensus/requests.hpp: values of consensus that are requests of clients, as those who show
// or name them see them. Other values are nobody's operation.
#pragma once

#include <string>

#include "models/client/client.hpp"

namespace stampede::models::consensus {

/// The client's operation, or none.
inline OperationId operation_of(const Operation& value) {
  const auto* request = value.get<client::Request>();
  return request == nullptr ? OperationId{} : request->id;
}

/// `operation c0.3`, `a no-op`, or the value itself.
inline std::string describe(const Operation& value) {
  if (!value) return "a no-op";
  if (const auto* request = value.get<client::Request>())
    return "operation " + to_string(request->id);
  return std::string(value.type().name) + " " + value.to_json();
}

}  // namespace stampede::models::consensus
