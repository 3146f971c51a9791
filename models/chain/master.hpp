// models/chain/master.hpp: one of those who together say what the chain is. They agree on the
// commands that change what they know (chains.hpp): a minority of them may be down. One alone never
// fails.
//
// 1. What a master knows is what the decided commands make of the first chain, in their order:
//    there is one chain for each epoch.
// 2. The leader proposes what it sees, and tells links of what is decided, only. Its detector may
//    be wrong as often as it likes.
// 3. Who does not know yet that another one leads tells links of an old chain at worst, as a
//    message does that was long on its way.
#pragma once

#include "models/chain/chains.hpp"
#include "models/chain/options.hpp"

namespace stampede::models::chain {

struct Master {
  using Messages = engine::Messages<Join, Met, AskChain>;
  using Sends = engine::Messages<NewChain>;
  using Timers = engine::Timers<AnnounceTimeout>;
  using Indications = engine::Indications<detector::Suspect, detector::Restore, consensus::Decided,
                                          consensus::Leads>;
  using Options = chain::Options;

  Detector detector{};
  Consensus masters{};
  /// After the decided commands up to `applied`.
  Chains chains{};
  consensus::Position applied = 0;

  using Parts = engine::Parts<&Master::detector, &Master::masters>;
  using Inlined = engine::Inlined<&Master::chains>;

  void start(Context& context);
  void recover(Context& context);
  void on(const Join& join, NodeId from, Context& context);
  void on(const Met& met, NodeId from, Context& context);
  void on(const AskChain& ask, NodeId from, Context& context);
  void on(const detector::Suspect& suspect, Context& context);
  void on(const detector::Restore& restore, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Leads& leads, Context& context);
  void on(const AnnounceTimeout& timeout, Context& context);

  void watch(Context& context);
  /// What will be known once all that was proposed is decided, as it seems here.
  [[nodiscard]] Chains ahead() const;
  /// As the leader: proposes the command. False if it does not lead, or nothing would come of it.
  bool propose(const Command& command, Context& context);
  /// As the leader: proposes the next chain, if there is a reason for one.
  void advance(Context& context);
};
STAMPEDE_VALUE(Master, detector, masters, chains, applied);
static_assert(engine::Process<Master>);

}  // namespace stampede::models::chain
