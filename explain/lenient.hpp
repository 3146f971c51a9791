// Schedules played leniently: what is not enabled is left out, and a message or timer that has lost
// its name, because what came before it is gone, is known by what it is. Shrinking plays each of
// its candidates so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/world.hpp"
#include "scenarios/running/fingerprint.hpp"

namespace stampede::explain {

/// A decision of a schedule, and where it comes from in any schedule that it is a part of.
struct Item {
  /// Its own in all schedules that are made of one; from 1.
  std::uint32_t id = 0;
  /// Complete, with the names and choices of when it was last played; its time may be left open.
  engine::Decision decision;
  /// What sent its message, made the copy of it, or armed its timer: an id, 0 = a boot.
  std::uint32_t cause = 0;
  /// The how-manieth message of its type on its link is it of those that its cause sent, from 0.
  std::uint32_t which = 0;
  /// Of its message.
  engine::Payload content{};
  /// The one before it at its node; 0 = none.
  std::uint32_t before = 0;
  /// Nothing came of it.
  bool ignored = false;
  /// Not played yet: found by its name alone.
  bool by_name = false;
};
using Schedule = std::vector<Item>;

/// What a schedule is to lead to.
struct Target {
  scenarios::Fingerprint fingerprint;
  /// Crashes are left out that the protocol does not promise to survive.
  bool within_tolerance = true;
  /// A client may begin an operation while its last one is open.
  bool overlapping = false;
};

class LenientPlayer {
 public:
  /// `scenario` judges the property of the target and nothing else, unless that is no-exception.
  LenientPlayer(scenarios::Scenario scenario, Target target);

  /// What of the schedule was done, the decision that breaks the property last; nothing if it does
  /// not break, or with another fingerprint.
  [[nodiscard]] std::optional<Schedule> play(const Schedule& schedule) const;
  /// What the last schedule that led there violated.
  [[nodiscard]] const engine::Violation& violation() const { return violation_; }
  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const Target& target() const { return target_; }
  /// All nodes have booted, and nothing else.
  [[nodiscard]] const engine::World& booted() const { return *booted_; }

 private:
  class Performance;

  scenarios::Scenario scenario_;
  Target target_;
  bool judges_history_;
  std::unique_ptr<engine::World> booted_;
  mutable engine::Violation violation_;
};

}  // namespace stampede::explain
