// models/primary_backup/views.hpp: what a view service knows, and the commands by which it changes:
// those of one server on its own (view_service.hpp), or those that several agree on (master.hpp).
//
// 1. A command that does not fit what is known has no effect: whoever issued it knew less.
// 2. The primary of a view is that of the view before, or a member of the newest settled view: it
//    has everything that was ever answered.
#pragma once

#include <optional>
#include <variant>

#include "models/primary_backup/messages.hpp"

namespace stampede::models::primary_backup {

/// A replica has begun a life.
struct Joined {
  Seat seat{};
};
STAMPEDE_VALUE(Joined, seat);
/// Primary and backup of this view hold the same state.
struct Settled {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(Settled, view_number);
/// The next view.
struct Changed {
  View view{};
};
STAMPEDE_VALUE(Changed, view);

struct Command {
  std::variant<Joined, Settled, Changed> what{};
};
STAMPEDE_VALUE(Command, what);

struct Views {
  View view{};
  /// The newest view that its primary has acknowledged; `view` itself or an earlier one.
  View settled{};
  /// Newest incarnation of each replica that has joined.
  PerNode<std::uint64_t> joined{};

  /// False if the command does not fit, or changes nothing.
  bool apply(const Command& command);
  bool apply(const Joined& joined_now);
  bool apply(const Settled& settled_now);
  bool apply(const Changed& changed);
  /// The next view, if a member of the present one is lost and there are two to make it of.
  [[nodiscard]] std::optional<View> next(const Detector& detector) const;
  /// Its primary is another one than that of the newest settled view.
  [[nodiscard]] bool promotes(const View& next) const {
    return settled.view_number > 0 && !(next.primary == settled.primary);
  }
  /// Tells all replicas of the view.
  void announce(Context& context) const;

  // ----- steps -----
  /// The view may follow the present one.
  [[nodiscard]] bool fits(const View& next) const;
  /// The replica has not restarted since it took this seat.
  [[nodiscard]] bool alive(const Seat& seat) const;
  /// It is alive, and nobody suspects it.
  [[nodiscard]] bool usable(const Seat& seat, const Detector& detector) const;
  /// Somebody usable other than `primary`; an empty seat if there is nobody.
  [[nodiscard]] Seat other_than(const Seat& primary, const Detector& detector) const;
  /// Whom the next view can have as primary; perhaps not usable.
  [[nodiscard]] Seat next_primary(const Detector& detector) const;
};
STAMPEDE_VALUE(Views, view, settled, joined);

}  // namespace stampede::models::primary_backup
