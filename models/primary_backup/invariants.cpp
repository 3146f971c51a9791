#include "models/primary_backup/invariants.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "models/primary_backup/replica.hpp"

namespace stampede::models::primary_backup {
namespace {

using engine::Judge;
using engine::Observation;

/// Who has led each view so far.
struct OnePrimaryPerView {
  std::map<ViewNumber, NodeId> primaries{};

  void on(const engine::ObservationChanged& change, Judge& judge) {
    if (!change.after.leading) return;
    const auto [known, fresh] = primaries.try_emplace(change.after.epoch, change.node);
    if (fresh || known->second == change.node) return;
    judge.violated("view " + std::to_string(change.after.epoch) + " has been led by " + judge.world.name(known->second) +
                       " and is now by " + judge.world.name(change.node),
                   {known->second, change.node});
  }
};
STAMPEDE_VALUE(OnePrimaryPerView, primaries);

std::optional<std::string> backup_is_ahead(const engine::WorldView& world) {
  for (const NodeId primary : world.members()) {
    const Observation& first = world.observation(primary);
    if (!first.leading) continue;
    for (const NodeId backup : world.members()) {
      const Observation& second = world.observation(backup);
      if (backup == primary || !second.operational || second.epoch != first.epoch) continue;
      if (second.log.size() >= first.executed && second.log.agrees(first.log, first.executed)) continue;
      return world.name(primary) + " has executed " + std::to_string(first.executed) + " requests of view " +
             std::to_string(first.epoch) + " and its backup " + world.name(backup) + " has " +
             std::to_string(std::min<std::uint64_t>(second.log.size(), first.executed)) + " of them";
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<engine::Property> invariants() {
  return {engine::monitor_property("primary-backup/one-primary-per-view", "Each view has one primary.", OnePrimaryPerView{}),
          engine::world_property("primary-backup/backup-is-ahead",
                                 "The backup of a view has every request that its primary has executed.", &backup_is_ahead)};
}

}  // namespace stampede::models::primary_backup
