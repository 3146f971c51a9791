// Crashes, power losses, wiped disks, pauses.
#include <algorithm>

#include "engine/core/random.hpp"
#include "engine/world/configurations.hpp"
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

}  // namespace

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const Crash& crash, std::uint64_t draw,
                            Undo& undo) {
  const engine::World& world = simulation.world();
  const auto nodes = select(crash.nodes, world, draw);
  if (!nodes) return Begun::not_now;
  bool refused = false;
  for (const NodeId node : *nodes) {
    if (!world.up(node)) continue;
    if (settings_.within_budget && !engine::survives_crash(world, node)) {
      refused = true;
      continue;
    }
    const std::uint64_t bits = engine::mix(draw, node.value + 1);
    if (!simulation.crash(node, outcome_of(crash.disk, bits))) continue;
    if (crash.wipe) simulation.world().wipe(node);
    undo.crashed.push_back(node);
  }
  if (!undo.crashed.empty()) return Begun::done;
  return refused ? Begun::not_now : Begun::nothing;
}

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const Boot& boot, std::uint64_t,
                            Undo&) {
  bool booted = false;
  for (const NodeId node : boot.nodes) {
    if (simulation.world().local(node).incarnation == 0) booted |= simulation.restart(node);
  }
  return booted ? Begun::done : Begun::nothing;
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
