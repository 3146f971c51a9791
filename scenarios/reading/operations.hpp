// Operations as scenarios write them: those of the service, and changes of members.
#pragma once

#include "engine/core/document.hpp"
#include "engine/process/reconfigure.hpp"
#include "scenarios/reading/names.hpp"

namespace stampede::scenarios {

/// `{ put: [x, 1] }`, or `{ reconfigure: [r0, r1, r3] }`. InputError with place.
engine::Operation read_operation(const engine::Document& document,
                                 const engine::ServiceType& service, const NodeNames& nodes);
/// `[r0, r1, r3]`: who shall be members of the main group. InputError with place for somebody who
/// cannot be one.
engine::Reconfigure read_members(const engine::Document& document, const NodeNames& nodes);

}  // namespace stampede::scenarios
