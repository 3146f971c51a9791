// Which configuration a group is in, for checks that count members.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::checkers {

/// The configuration shown by whoever had committed most when it changed to it: each decides behind
/// the one before it, and who shows it has something committed that it decided. A value: part of
/// the monitor that asks.
struct Configuration {
  static constexpr unsigned watches = engine::observed_configuration;
  /// Empty = those that the group began with.
  NodeSet members{};
  /// How much was committed by whoever showed it first.
  std::uint64_t committed = 0;

  /// To be told of every change of `watches`. True if the group is in another configuration now.
  bool follow(const engine::ObservationChanged& change) {
    const engine::Observation& shown = change.after;
    if ((change.fields & watches) == 0 || shown.configuration.empty() ||
        shown.committed <= committed)
      return false;
    committed = shown.committed;
    if (shown.configuration == members) return false;
    members = shown.configuration;
    return true;
  }
  [[nodiscard]] bool changed() const { return !members.empty(); }
  /// The group in it. REQUIRES: changed.
  [[nodiscard]] engine::Group of(const engine::Group& group) const {
    return group.with(members.members());
  }
};
STAMPEDE_VALUE(Configuration, members, committed);

}  // namespace stampede::checkers
