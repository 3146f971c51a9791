// models/primary_backup/view_service.hpp: the one node that says who is primary and who is backup.
// It never fails (several that may are in master.hpp); its detector may be wrong as often as it
// likes.
//
// 1. Nobody serves in a view before the view service knows that both its members hold the state
//    (the view is settled).
// 2. So everything that was ever answered is held by both members of the newest settled view, and
//    the next primary is one of them.
// 3. A replica that has restarted holds nothing: it comes back as another seat.
#pragma once

#include "models/primary_backup/options.hpp"
#include "models/primary_backup/views.hpp"

namespace stampede::models::primary_backup {

struct ViewService {
  using Messages = engine::Messages<Join, Acknowledge>;
  using Sends = engine::Messages<NewView>;
  using Timers = engine::Timers<AnnounceTimeout>;
  using Indications = engine::Indications<detector::Suspect, detector::Restore>;
  using Options = primary_backup::Options;

  Detector detector{};
  Views views{};

  using Parts = engine::Parts<&ViewService::detector>;
  using Inlined = engine::Inlined<&ViewService::views>;

  void start(Context& context);
  void on(const Join& join, NodeId from, Context& context);
  void on(const Acknowledge& acknowledge, NodeId from, Context& context);
  void on(const detector::Suspect& suspect, Context& context);
  void on(const detector::Restore& restore, Context& context);
  void on(const AnnounceTimeout& timeout, Context& context);

  /// The next view, if there is a reason for one and somebody to make it of.
  void advance(Context& context);
};
STAMPEDE_VALUE(ViewService, detector, views);
static_assert(engine::Process<ViewService>);

}  // namespace stampede::models::primary_backup
