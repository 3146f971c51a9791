#include "models/primary_backup/views.hpp"

namespace stampede::models::primary_backup {

bool Views::apply(const Command& command) {
  return std::visit([&](const auto& what) { return apply(what); }, command.what);
}

bool Views::apply(const Joined& joined_now) {
  std::uint64_t& newest = joined[joined_now.seat.node];
  if (joined_now.seat.incarnation <= newest) return false;
  newest = joined_now.seat.incarnation;
  return true;
}

// A view that was given up is not settled any more: nobody has served in it.
bool Views::apply(const Settled& settled_now) {
  if (settled_now.view_number != view.view_number || settled == view) return false;
  settled = view;
  return true;
}

bool Views::apply(const Changed& changed) {
  if (!fits(changed.view)) return false;
  view = changed.view;
  return true;
}

bool Views::fits(const View& next) const {
  if (next.view_number != view.view_number + 1 || next.primary == next.backup) return false;
  if (!alive(next.primary) || !alive(next.backup)) return false;
  return settled.view_number == 0 || next.primary == view.primary ||
         next.primary == settled.primary || next.primary == settled.backup;
}

bool Views::alive(const Seat& seat) const {
  const std::uint64_t* newest = joined.find(seat.node);
  return newest != nullptr && *newest == seat.incarnation;
}

bool Views::usable(const Seat& seat, const Detector& detector) const {
  return alive(seat) && !detector.suspects(seat.node);
}

Seat Views::other_than(const Seat& primary, const Detector& detector) const {
  for (const auto& [node, incarnation] : joined) {
    const Seat seat{node, incarnation};
    if (node != primary.node && usable(seat, detector)) return seat;
  }
  return {};
}

Seat Views::next_primary(const Detector& detector) const {
  if (usable(view.primary, detector)) return view.primary;
  if (settled.view_number == 0) return other_than({}, detector);  // nothing was ever answered
  return usable(settled.primary, detector) ? settled.primary : settled.backup;
}

std::optional<View> Views::next(const Detector& detector) const {
  if (usable(view.primary, detector) && usable(view.backup, detector)) return std::nullopt;
  View next{view.view_number + 1, next_primary(detector), view.backup};
  if (!usable(next.backup, detector) || next.backup == next.primary)
    next.backup = other_than(next.primary, detector);
  // Else it waits for somebody to come back.
  if (!usable(next.primary, detector) || !usable(next.backup, detector)) return std::nullopt;
  return next;
}

void Views::announce(Context& context) const {
  if (view.view_number == 0) return;
  for (const NodeId member : context.members("replica")) {
    const std::uint64_t* incarnation = joined.find(member);
    context.send(member, NewView{view, settled == view, incarnation == nullptr ? 0 : *incarnation});
  }
}

}  // namespace stampede::models::primary_backup
