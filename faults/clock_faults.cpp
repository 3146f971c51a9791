// Clocks: the wall clock jumps or is off, both clocks of a node run at another rate.
#include "faults/nemesis.hpp"
#include "faults/selector.hpp"

namespace stampede::faults {

Nemesis::Begun Nemesis::act(engine::Simulation& simulation, const ClockFault& clock,
                            std::uint64_t draw, Undo& undo) {
  engine::World& world = simulation.world();
  const auto nodes = select(clock.nodes, world, draw);
  if (!nodes) return Begun::not_now;
  for (const NodeId node : *nodes) {
    if (clock.jump) world.move_clock(node, *clock.jump);
    if (clock.offset) {
      world.move_clock(node, *clock.offset);
      undo.offsets.emplace_back(node, *clock.offset);
    }
    if (clock.drift_ppm) {
      undo.drifts.emplace_back(node, world.clock(node).drift_ppm);
      world.set_clock(node, world.clock(node).drifting(world.now(), *clock.drift_ppm));
    }
  }
  return nodes->empty() ? Begun::nothing : Begun::done;
}

}  // namespace stampede::faults
