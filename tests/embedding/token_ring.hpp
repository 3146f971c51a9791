// A ring of nodes hands one token on, turn by turn. Whoever holds it is alone in the critical
// section.
#pragma once

#include <stampede/engine/process/process.hpp>
#include <stampede/engine/world/model.hpp>

namespace token_ring {

namespace engine = stampede::engine;
using stampede::Context;
using stampede::NodeId;

/// The token, on its way to its holder of this turn.
struct Token {
  std::uint64_t turn = 0;
};
STAMPEDE_VALUE(Token, turn);
struct Taken {
  std::uint64_t turn = 0;
};
STAMPEDE_VALUE(Taken, turn);
struct TurnEnds {};
STAMPEDE_VALUE(TurnEnds);
struct ResendTimeout {};
STAMPEDE_VALUE(ResendTimeout);

struct Options {
  std::uint64_t turns = 12;
  engine::Duration turn_lasts = engine::milliseconds(2);
  engine::Duration resend_interval = engine::milliseconds(10);
  /// A token of an earlier turn is one that was sent twice.
  bool checks_turn = true;
};
STAMPEDE_VALUE(Options, turns, turn_lasts, resend_interval, checks_turn);

struct Member {
  using Messages = engine::Messages<Token, Taken>;
  using Timers = engine::Timers<TurnEnds, ResendTimeout>;
  using Options = token_ring::Options;
  /// The newest that was ours, and whether it still is.
  std::uint64_t turn = 0;
  bool holds = false;

  void start(Context& context);
  void on(const Token& token, NodeId from, Context& context);
  void on(const Taken& taken, NodeId from, Context& context);
  void on(const TurnEnds& ends, Context& context);
  void on(const ResendTimeout& timeout, Context& context);

 private:
  void take(std::uint64_t new_turn, Context& context);
};
STAMPEDE_VALUE(Member, turn, holds);
static_assert(engine::Process<Member>);

/// What checks and faults see of a member: `crash: primary` means the holder.
void observe(const Member& member, NodeId self, const engine::Group& group,
             engine::Observation& observation);

const engine::Model& model();

}  // namespace token_ring
