// models/primary_backup/views.hpp: what a view service knows, and the commands by which it changes:
// of the one server on its own, or of all masters, who agree on the commands.
//
// 1. A command that does not fit what is known has no effect: it was issued by somebody who knew
//    less.
// 2. The primary of a view is the one of the view before, or a member of the newest settled view:
//    it has everything that was ever answered.
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

  /// False without effect.
  bool apply(const Command& command);
  /// The next view, if a member of the present one is lost and there are two to make it of.
  [[nodiscard]] std::optional<View> next(const NodeSet& suspected) const;
  /// Its primary is another one than that of the newest settled view.
  [[nodiscard]] bool promotes(const View& next) const {
    return settled.view_number > 0 && !(next.primary == settled.primary);
  }
  void announce(Context& context) const;

  // ----- steps -----
  bool apply_one(const Joined& joined_now);
  bool apply_one(const Settled& settled_now);
  bool apply_one(const Changed& changed);
  /// The replica has not restarted since it took this seat.
  [[nodiscard]] bool alive(const Seat& seat) const;
  /// Somebody usable other than `primary`; an empty seat if there is nobody.
  [[nodiscard]] Seat other_than(const Seat& primary, const NodeSet& suspected) const;
  /// Whom the next view can have as primary; perhaps not usable.
  [[nodiscard]] Seat next_primary(const NodeSet& suspected) const;
};
STAMPEDE_VALUE(Views, view, settled, joined);

}  // namespace stampede::models::primary_backup
