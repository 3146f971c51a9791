// What replicas make of the operations that they execute.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::viewstamped {

/// `viewstamped/one-state-per-operation`: who has executed as many operations has the same state of
/// the service (VRR 4.4). O(state) after each of them: for services that need more than operations.
engine::Property one_state_per_operation();

}  // namespace stampede::models::viewstamped
