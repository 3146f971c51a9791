// models/consensus/requests.hpp: values of consensus that are requests of clients, as those who
// show or name them see them, and changes of members. Other values are nobody's operation.
#pragma once

#include <string>

#include "engine/process/reconfigure.hpp"
#include "models/client/client.hpp"

namespace stampede::models::consensus {

/// The client's operation, or none.
inline OperationId operation_of(const Operation& value) {
  const auto* request = value.get<client::Request>();
  return request == nullptr ? OperationId{} : request->id;
}

/// The members that this value asks for; nullptr if it asks for none.
inline const engine::Reconfigure* reconfiguration_of(const Operation& value) {
  const auto* request = value.get<client::Request>();
  return (request == nullptr ? value : request->operation).get<engine::Reconfigure>();
}

/// Both are requests of one client, and the later value, which was decided behind the other, is no
/// newer.
inline bool repeats(const Operation& later, const Operation& earlier) {
  const auto* one = later.get<client::Request>();
  const auto* other = earlier.get<client::Request>();
  return one != nullptr && other != nullptr && one->id.client == other->id.client &&
         one->request_number <= other->request_number;
}

/// `operation c0.3`, `a no-op`, or the value itself.
inline std::string describe(const Operation& value) {
  if (!value) return "a no-op";
  if (const auto* request = value.get<client::Request>())
    return "operation " + to_string(request->id);
  return std::string(value.type().name) + " " + value.to_json();
}

}  // namespace stampede::models::consensus
