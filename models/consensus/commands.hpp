// models/consensus/commands.hpp: owners whose values are commands on a state. A leader issues them
// on top of those that it has proposed before; `State::apply(command)` is false where one has no
// effect.
#pragma once

#include "models/consensus/consensus.hpp"

namespace stampede::models::consensus {

/// What will be known once all that was proposed is decided, as it seems to this member: `known`
/// and the commands behind `applied`.
template <class Command, class State, Core C>
State ahead(State known, Position applied, const C& core) {
  for (Position next = applied + 1; next <= core.last(); ++next) {
    if (const auto* command = core.value(next).template get<Command>()) known.apply(*command);
  }
  return known;
}

/// Proposes the command. False if this member does not lead, or nothing would come of it.
template <class Command, class State, Core C>
bool propose(const Command& command, State ahead, C& core, Context& context) {
  if (!core.can_propose(context) || !ahead.apply(command)) return false;
  core.propose(Operation::of(command), context.inside(core));
  return true;
}

}  // namespace stampede::models::consensus
