// models/primary_backup/master.hpp: one of several nodes that are the view service together. They
// agree on the commands that change what it knows (views.hpp): a minority of them may be down.
//
// 1. What a master knows is what the decided commands make of nothing, in their order: a restart
//    loses nothing.
// 2. The leader proposes what it sees: joining replicas, acknowledgements, and, when its detector
//    suspects a member of the view, the next view. It tells replicas of what is decided only.
// 3. A master that does not know yet that another one leads proposes and announces what is old: no
//    command of it fits, and replicas have heard of it before.
#pragma once

#include "models/primary_backup/options.hpp"
#include "models/primary_backup/views.hpp"

namespace stampede::models::primary_backup {

struct Master {
  using Messages = engine::Messages<Join, Acknowledge>;
  using Sends = engine::Messages<NewView>;
  using Timers = engine::Timers<AnnounceTimeout>;
  using Indications = engine::Indications<detector::Suspect, detector::Restore, consensus::Decided,
                                          consensus::Leads>;
  using Options = primary_backup::Options;

  Detector detector{};
  Consensus masters{};
  /// After the decided commands.
  Views views{};

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
  void on(const AnnounceTimeout& timeout, Context& context);

  /// What will be known when all proposed commands are decided, as it seems.
  [[nodiscard]] Views ahead() const;
  /// Proposes the command, unless nothing would come of it.
  void propose(const Command& command, Context& context);
  void announce(Context& context) const;
  /// As the leader: proposes the next view, if there is a reason for one.
  void advance(Context& context);
};
STAMPEDE_VALUE(Master, detector, masters, views);
static_assert(engine::Process<Master>);

}  // namespace stampede::models::primary_backup
