// The operation by which a client changes the members of a group. It is ordered like any other, and
// is no operation of the service: judges of what clients saw are not told of it.
#pragma once

#include <vector>

#include "engine/core/document.hpp"
#include "engine/process/membership.hpp"
#include "engine/process/service.hpp"

namespace stampede::engine {

/// From here on the group's members shall be these, ascending.
struct Reconfigure {
  std::vector<NodeId> reconfigure{};
};
STAMPEDE_VALUE(Reconfigure, reconfigure);

/// What it returns, under any protocol: judges know it by this.
struct Reconfigured {};
STAMPEDE_VALUE(Reconfigured);

/// An operation as scripts and plans write it: one of the service, or for the main group
/// `{ reconfigure: [r0, r1, r3] }`. InputError with place.
Operation read_operation(const Document& document, const ServiceType& service,
                         const Membership& membership, const NodeNames& names);
/// `[r0, r1, r3]`: who shall be members of the main group. InputError with place for somebody who
/// cannot be one, and where the group has no spares: then its members never change.
Reconfigure read_members(const Document& document, const Membership& membership,
                         const NodeNames& names);

}  // namespace stampede::engine
