#include "models/primary_backup/invariants.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"

namespace stampede::models::primary_backup {
namespace {

using engine::Observation;

std::optional<std::string> backup_is_ahead(const engine::WorldView& world) {
  for (const NodeId primary : world.members()) {
    const Observation& first = world.observation(primary);
    if (!first.leading || !world.correct(primary)) continue;
    for (const NodeId backup : world.members()) {
      const Observation& second = world.observation(backup);
      if (backup == primary || !second.operational || second.epoch != first.epoch ||
          !world.correct(backup))
        continue;
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

std::optional<std::string> replica_timer_missing(const Replica& replica,
                                                 const engine::NodeView& node) {
  if (node.lacks(JoinTimeout{})) return node.name() + " has no JoinTimeout";
  if (!replica.is_primary(node.self()) || !node.lacks(ResendTimeout{})) return std::nullopt;
  if (replica.status == Status::installing)
    return node.name() + " waits for its backup and has no ResendTimeout";
  if (replica.status == Status::serving && replica.backed_up < replica.log.size())
    return node.name() + " has requests on their way to the backup and no ResendTimeout";
  return std::nullopt;
}

std::optional<std::string> announcement_missing(const ViewService&, const engine::NodeView& node) {
  if (!node.lacks(AnnounceTimeout{})) return std::nullopt;
  return node.name() + " has no AnnounceTimeout";
}

std::optional<std::string> executed_unlogged(const Replica& replica, const engine::NodeView& node) {
  if (replica.executed <= replica.log.size()) return std::nullopt;
  return node.name() + " has executed " + std::to_string(replica.executed) + " of " +
         std::to_string(replica.log.size()) + " requests";
}

std::optional<std::string> settled_ahead(const ViewService& service, const engine::NodeView& node) {
  if (service.settled.view_number <= service.view.view_number) return std::nullopt;
  return node.name() + " is in view " + std::to_string(service.view.view_number) +
         " and has settled view " + std::to_string(service.settled.view_number);
}

}  // namespace

std::vector<engine::Property> invariants() {
  using engine::node_property;
  return {engine::world_property(
              "primary-backup/backup-is-ahead",
              "The backup of a view has every request that its primary has executed.",
              &backup_is_ahead),
          node_property<Replica>("primary-backup/timers-armed",
                                 "Whoever waits has the timer armed that ends the wait.",
                                 &replica_timer_missing),
          node_property<ViewService>("primary-backup/announces",
                                     "The view service goes on telling the view.",
                                     &announcement_missing),
          node_property<Replica>("primary-backup/executes-its-log",
                                 "A replica executes what is in its log.", &executed_unlogged),
          node_property<ViewService>("primary-backup/settles-its-view",
                                     "No view is settled before the view service has made it.",
                                     &settled_ahead)};
}

}  // namespace stampede::models::primary_backup
