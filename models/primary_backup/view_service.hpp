// models/primary_backup/view_service.hpp: the one node that says who is primary and who is backup.
// It never fails; its detector may be wrong as often as it likes.
//
// 1. Nobody serves in a view before the view service knows that both its members hold the state
//    (the view is settled).
// 2. So everything that was ever answered is held by both members of the newest settled view, and
//    the next primary is one of them.
// 3. A replica that has restarted holds nothing: it comes back as another seat.
#pragma once

#include "models/primary_backup/messages.hpp"
#include "models/primary_backup/options.hpp"

namespace stampede::models::primary_backup {

struct ViewService {
  using Messages = engine::Messages<Join, Acknowledge>;
  using Sends = engine::Messages<NewView>;
  using Timers = engine::Timers<AnnounceTimeout>;
  using Indications = engine::Indications<detector::Suspect, detector::Restore>;
  using Options = primary_backup::Options;

  Detector detector{};
  View view{};
  /// The newest view that its primary has acknowledged; `view` itself or an earlier one.
  View settled{};
  /// Newest incarnation of each replica that has joined.
  PerNode<std::uint64_t> joined{};

  using Parts = engine::Parts<&ViewService::detector>;

  void start(Context& context);
  void on(const Join& join, NodeId from, Context& context);
  void on(const Acknowledge& acknowledge, NodeId from, Context& context);
  void on(const detector::Suspect& suspect, Context& context);
  void on(const detector::Restore& restore, Context& context);
  void on(const AnnounceTimeout& timeout, Context& context);

  /// The replica is not suspected and has not restarted since it took this seat.
  [[nodiscard]] bool usable(const Seat& seat) const;
  /// Somebody usable other than `primary`; an empty seat if there is nobody.
  [[nodiscard]] Seat other_than(const Seat& primary) const;
  /// Whom the next view can have as primary; perhaps not usable.
  [[nodiscard]] Seat next_primary() const;
  /// The next view, if a member of the present one is lost and there are two to make it of.
  void advance(Context& context);
  void announce(Context& context) const;
};
STAMPEDE_VALUE(ViewService, detector, view, settled, joined);
static_assert(engine::Process<ViewService>);

}  // namespace stampede::models::primary_backup
