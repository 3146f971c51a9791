// models/primary_backup/master.hpp: one of several nodes that together are the view service. They
// agree on the commands that change what it knows (views.hpp): a minority of them may be down.
//
// 1. What a master knows is what the decided commands make of nothing, in their order: nothing is
//    lost with a node.
// 2. The leader proposes what it sees: replicas that join, acknowledgements, and, when its detector
//    suspects a member of the view, the next view. It tells replicas of what is decided, only.
// 3. A leader issues a command on top of those that it has proposed before. Consensus may drop
//    these, and decide the command later, after others: then it fits no more, and has no effect.
// 4. Who does not know yet that another one leads tells replicas of an old view at worst, as a
//    message does that was long on its way.
#pragma once

#include "models/primary_backup/options.hpp"
#include "models/primary_backup/views.hpp"

namespace stampede::models::primary_backup {

struct Master {
  using Messages = engine::Messages<Join, Acknowledge>;
  using Sends = engine::Messages<NewView>;
  using Timers = engine::Timers<AnnounceTimeout>;
  using Indications = engine::Indications<detector::Suspect, detector::Restore, consensus::Decided,
                                          consensus::Leads, consensus::Restored>;
  using Options = primary_backup::Options;

  Detector detector{};
  Consensus masters{};
  /// After the decided commands up to `applied`.
  Views views{};
  consensus::Position applied = 0;

  using Parts = engine::Parts<&Master::detector, &Master::masters>;
  using Inlined = engine::Inlined<&Master::views>;

  void start(Context& context);
  void recover(Context& context);
  void on(const Join& join, NodeId from, Context& context);
  void on(const Acknowledge& acknowledge, NodeId from, Context& context);
  void on(const detector::Suspect& suspect, Context& context);
  void on(const detector::Restore& restore, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Leads& leads, Context& context);
  void on(const consensus::Restored&, Context&) { ASSERT(false); }  // no checkpoints are taken
  void on(const AnnounceTimeout& timeout, Context& context);

  void watch(Context& context);
  /// What will be known once all that was proposed is decided, as it seems here.
  [[nodiscard]] Views ahead() const;
  /// As the leader: proposes the command. False if it does not lead, or nothing would come of it.
  bool propose(const Command& command, Context& context);
  /// As the leader: proposes the next view, if there is a reason for one.
  void advance(Context& context);
  /// As the leader: tells all replicas of the view.
  void announce(Context& context) const;
  /// False without effect.
  bool apply(const Command& command, Context& context);
};
STAMPEDE_VALUE(Master, detector, masters, views, applied);
static_assert(engine::Process<Master>);

}  // namespace stampede::models::primary_backup
