// models/service/foretold.hpp: what an operation needs to know that replicas may not agree on, each
// by itself: what a clock says, what was drawn (VRR 4.4). Whoever orders operations foretells it,
// and it is a part of the operation from there on: replicas that execute the same do the same.
//
// A service whose operations need that executes, too, what nobody has foretold: protocols that
// never heard of this run it.
#pragma once

#include "engine/core/time.hpp"
#include "engine/process/service.hpp"

namespace stampede::models::service {

struct Foretold {
  engine::Time at{};
  /// Below `tags`.
  std::uint32_t tag = 0;
};
STAMPEDE_VALUE(Foretold, at, tag);

/// Few: a search tries them all.
inline constexpr std::uint32_t tags = 2;

/// The operation needs it. Of most services none does.
[[nodiscard]] bool is_foretold(const Operation& operation);
/// The operation, foretold. REQUIRES: it needs it.
[[nodiscard]] Operation with(const Operation& operation, const Foretold& foretold);
/// Some operations of this service need it.
[[nodiscard]] bool has_foretold(const engine::ServiceType& service);

}  // namespace stampede::models::service
