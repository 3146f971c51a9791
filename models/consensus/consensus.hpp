// models/consensus/consensus.hpp: what a protocol that agrees on values offers to whoever embeds
// it.
//
// A core is a part with one member on each node of its group. The members agree on a sequence of
// values, one for each position from 1 on (single decree: for position 1 alone). What the values
// mean, and who asked for them, is the business of its owner: the server.
//
// 1. In each of its lives a member indicates Decided for position 1, 2, 3... in this order, each
//    once. Where a core takes checkpoints, Restored may stand for all positions up to its own.
// 2. No two members, and no two lives of one, indicate different values for a position.
// 3. A value that was decided was proposed, or is empty: a no-op that fills a gap.
// 4. What is proposed may be lost, and may be decided in two positions: the owner recognises it.
#pragma once

#include <concepts>

#include "engine/process/process.hpp"

namespace stampede::models::consensus {

using Position = std::uint64_t;

/// The value of a position is settled for ever.
struct Decided {
  Position position = 0;
  Operation value{};
};
STAMPEDE_VALUE(Decided, position, value);

/// This member leads from now on. A member that does not lead any more is not told: who wants to
/// propose asks `can_propose`.
struct Leads {
  std::uint64_t epoch = 0;
};
STAMPEDE_VALUE(Leads, epoch);

/// In place of Decided for all positions up to this one that were not indicated yet: the state that
/// an owner on another node made of them.
struct Restored {
  Position position = 0;
  engine::Payload state{};
};
STAMPEDE_VALUE(Restored, position, state);

using Indicates = engine::Indications<Decided, Leads>;
/// Of a core that takes checkpoints.
using IndicatesRestored = engine::Indications<Decided, Leads, Restored>;

/// What every core has. Calls are made with `context.inside(core)`.
template <class C>
concept Core = engine::Process<C> &&
    (std::same_as<typename C::Indicates, Indicates> ||
     std::same_as<typename C::Indicates, IndicatesRestored>)&&requires(C& core, const C& known,
                                                                       Operation value,
                                                                       Context context,
                                                                       Position position) {
  typename C::Options;
  /// First boot, and after a crash.
  core.start(context);
  core.recover(context);
  /// REQUIRES: can_propose.
  core.propose(std::move(value), context);
  /// It may propose now; in protocols with a leader, it leads.
  { known.can_propose(context) } -> std::same_as<bool>;
  /// Whom it believes to lead, and in which epoch (view, round of a ballot).
  { known.leader(context) } -> std::same_as<NodeId>;
  { known.epoch() } -> std::same_as<std::uint64_t>;
  /// All positions up to this one have been decided and indicated.
  { known.decided() } -> std::same_as<Position>;
  /// The last position in which this member knows of a value, decided or not; and those values.
  { known.last() } -> std::same_as<Position>;
  { known.value(position) } -> std::same_as<const Operation&>;
};

}  // namespace stampede::models::consensus
