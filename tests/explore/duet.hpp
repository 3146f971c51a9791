// World and packed world under the same decisions, compared after each.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/explore/state_space.hpp"
#include "engine/world/world.hpp"

namespace stampede::tests {

/// What is run: always the same, a new one for each run.
struct Configuration {
  std::function<engine::Assembly()> assemble;
  std::vector<engine::Property> properties;
  /// Nodes that can be told to begin operations, and the operation with this number.
  std::vector<NodeId> clients;
  std::function<engine::Operation(std::uint32_t number, std::uint64_t bits)> operation;
  /// How many answers of `choose` each decision carries, and below what.
  std::uint32_t choices = 0;
  std::uint32_t choice_arity = 1;
  bool saves_in_step = true;
};

/// Something done wrong on purpose, on the side of World: the comparison must see it.
enum class Sabotage {
  none,
  timers_survive_crashes,
  drops_are_forgotten,
  first_monitor_forgets,
  interposers_forget,
  saves_survive_crashes
};

class Duet {
 public:
  /// Both worlds unbooted. `system` may be shared by many runs of one configuration: its cache is
  /// kept.
  Duet(const Configuration& configuration, engine::StateSpace& system, std::uint64_t seed,
       Sabotage sabotage);

  /// Boots all nodes, then makes `decisions` random ones. What differs, and after which decision,
  /// or nothing.
  std::optional<std::string> play(std::uint32_t decisions);
  /// Called with each packed world there is on the way.
  std::function<void(const engine::PackedWorld&)> after_each;
  /// Decisions that were enabled.
  [[nodiscard]] std::uint32_t made() const { return static_cast<std::uint32_t>(schedule_.size()); }
  [[nodiscard]] const std::vector<engine::Decision>& schedule() const { return schedule_; }
  [[nodiscard]] const engine::World& world() const { return world_; }

 private:
  std::uint64_t dice();
  std::uint32_t below(std::size_t bound);
  engine::Decision random_decision();
  /// Of a save under way, if there is one.
  engine::Decision random_completion();
  [[nodiscard]] bool may_crash(NodeId node) const;
  bool apply_to_world(const engine::Decision& decision);
  engine::Applied apply_to_packed(const engine::Decision& decision);
  [[nodiscard]] std::optional<std::uint32_t> packed_message(const engine::MessageName& name) const;
  [[nodiscard]] std::uint32_t packed_timer(const engine::Decision& decision) const;
  std::optional<std::string> both(const engine::Decision& decision);
  std::optional<std::string> difference(std::size_t violations_before,
                                        const engine::Applied& applied);

  const Configuration& configuration_;
  engine::StateSpace& system_;
  engine::World world_;
  engine::PackedWorld packed_;
  Sabotage sabotage_;
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  std::uint32_t operations_ = 0;
  std::vector<engine::Decision> schedule_;
  std::vector<std::string> violated_;
};

/// The worlds of a configuration.
std::unique_ptr<engine::StateSpace> make_system(const Configuration& configuration);

}  // namespace stampede::tests
