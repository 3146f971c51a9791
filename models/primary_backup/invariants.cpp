#include "models/primary_backup/invariants.hpp"

#include <algorithm>
#include <map>
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

/// What was said of each view.
struct OneView {
  std::map<ViewNumber, View> announced{};

  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    const auto* message = sent.payload->get<NewView>();
    if (message == nullptr) return;
    const View& first =
        announced.try_emplace(message->view.view_number, message->view).first->second;
    if (first == message->view) return;
    const auto members = [&](const View& view) {
      return judge.world.name(view.primary.node) + " and " + judge.world.name(view.backup.node);
    };
    judge.violated(judge.world.name(sent.from) + " announces view " +
                       std::to_string(first.view_number) + " of " + members(message->view) +
                       ", which was of " + members(first),
                   {sent.from});
  }
};
STAMPEDE_VALUE(OneView, announced);

}  // namespace

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec) {
  std::vector<engine::Property> list = {engine::world_property(
      "primary-backup/backup-is-ahead",
      "The backup of a view has every request that its primary has executed.", &backup_is_ahead)};
  if (spec.groups.at("masters") == 0) return list;
  list.push_back(engine::monitor_property(
      "primary-backup/one-view", "All who announce a view say the same of it.", OneView{}));
  // In the assembly after replicas and view service.
  constexpr std::uint32_t masters = 2;
  for (engine::Property& property : Consensus::invariants()) {
    const std::string name = property.name + "@masters";
    list.push_back(engine::for_group(std::move(property), masters, name));
  }
  return list;
}

}  // namespace stampede::models::primary_backup
