// What is promised of logs where the primary answers reads alone (leases.hpp).
#pragma once

#include "engine/world/property.hpp"

namespace stampede::models::viewstamped {

/// The generic properties of these names, of updates only: reads are in no log.
engine::Property updates_on_majority(const engine::ServiceType& service);
engine::Property updates_durable(const engine::ServiceType& service);

}  // namespace stampede::models::viewstamped
