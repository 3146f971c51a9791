// Which configuration a group is in, as far as its members show: for checks that count members.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::checkers {

/// The newest configuration that a quorum of the one before showed. A value: part of the monitor
/// that asks.
struct Configuration {
  static constexpr unsigned watches = engine::observed_configuration;
  /// Empty = the one that the group began with.
  NodeSet members{};

  /// To be told of every change of `watches`. True if the group is in another configuration now.
  bool follow(const engine::ObservationChanged& change, const engine::Judge& judge);
  /// The group as it is now.
  [[nodiscard]] engine::Group of(const engine::Group& group) const {
    return members.empty() ? group : group.with(members.members());
  }
};
STAMPEDE_VALUE(Configuration, members);

}  // namespace stampede::checkers
