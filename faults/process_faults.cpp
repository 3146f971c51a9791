// Crashes, power losses, wiped disks, pauses.
#include <algorithm>

#include "engine/core/random.hpp"
#include "faults/nemesis.hpp"
#include "faults/selector.hpp"

namespace stampede::faults {
namespace {

engine::DiskOutcome outcome_of(Crash::Disk disk, std::uint64_t bits) {
  switch (disk) {
    case Crash::Disk::lose:
      return engine::disk_loses;
    case Crash::Disk::keep:
      return engine::disk_keeps;
    case Crash::Disk::tear:
      return engine::disk_tears;
    case Crash::Disk::random:
      return {bits, (bits & 1) != 0, (bits & 2) != 0};
  }
  return engine::disk_loses;
}

bool is_member(const engine::World& world, NodeId node) {
  const auto& members = world.members();
  return std::find(members.begin(), members.end(), node) != members.end();
}

}  // namespace

std::size_t Nemesis::crash_allowance(const engine::World& world) const {
  const auto& members = world.members();
  if (!settings_.within_budget) return members.size();
  const std::size_t failures = (members.size() - 1) / 2;
  const auto failed =
      static_cast<std::size_t>(std::count_if(members.begin(), members.end(), [&](NodeId member) {
        return !world.up(member) || world.observation(member).recovering;
      }));
  return failures > failed ? failures - failed : 0;
}

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const Crash& crash, std::uint64_t draw,
                            Undo& undo) {
  const engine::World& world = simulation.world();
  const auto nodes = select(crash.nodes, world, draw);
  if (!nodes) return Begun::not_now;
  std::size_t allowance = crash_allowance(world);
  bool refused = false;
  for (const NodeId node : *nodes) {
    if (!world.up(node)) continue;
    // A recovering replica counts as failed already: crashing it again costs nothing.
    if (is_member(world, node) && !world.observation(node).recovering) {
      if (allowance == 0) {
        refused = true;
        continue;
      }
      --allowance;
    }
    const std::uint64_t bits = engine::mix(draw, node.value + 1);
    if (!simulation.crash(node, outcome_of(crash.disk, bits))) continue;
    if (crash.wipe) simulation.world().wipe(node);
    undo.crashed.push_back(node);
  }
  if (!undo.crashed.empty()) return Begun::done;
  return refused ? Begun::not_now : Begun::nothing;
}

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const Pause& pause, std::uint64_t draw,
                            Undo& undo) {
  const auto nodes = select(pause.nodes, simulation.world(), draw);
  if (!nodes) return Begun::not_now;
  for (const NodeId node : *nodes) {
    if (simulation.pause(node)) undo.paused.push_back(node);
  }
  return undo.paused.empty() ? Begun::nothing : Begun::done;
}

}  // namespace stampede::faults
