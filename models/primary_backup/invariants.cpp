#include "models/primary_backup/invariants.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "models/primary_backup/replica.hpp"

namespace stampede::models::primary_backup {
namespace {

using engine::Observation;

std::optional<std::string> backup_is_ahead(const engine::WorldView& world) {
  for (const NodeId primary : world.members()) {
    const Observation& first = world.observation(primary);
    if (!first.leading) continue;
    for (const NodeId backup : world.members()) {
      const Observation& second = world.observation(backup);
      if (backup == primary || !second.operational || second.epoch != first.epoch) continue;
      if (second.log.size() >= first.executed && second.log.agrees(first.log, first.executed))
        continue;
      return world.name(primary) + " has executed " + std::to_string(first.executed) +
             " requests of view " + std::to_string(first.epoch) + " and its backup " +
             world.name(backup) + " has " +
             std::to_string(std::min<std::uint64_t>(second.log.size(), first.executed)) +
             " of them";
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<engine::Property> invariants() {
  return {engine::world_property(
      "primary-backup/backup-is-ahead",
      "The backup of a view has every request that its primary has executed.", &backup_is_ahead)};
}

}  // namespace stampede::models::primary_backup
