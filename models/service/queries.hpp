// models/service/queries.hpp: operations that change nothing, whatever they find.
#pragma once

#include "engine/process/service.hpp"

namespace stampede::models::service {

/// The operation only looks, in every state: a get, a read of a register, counter, list, set or
/// lock. False where the service says nothing of its operations' shapes.
bool is_query(const engine::ServiceType& service, const Operation& operation);

}  // namespace stampede::models::service
