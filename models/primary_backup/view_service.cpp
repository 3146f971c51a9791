#include "models/primary_backup/view_service.hpp"

#include <algorithm>

namespace stampede::models::primary_backup {

void ViewService::start(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

void ViewService::on(const Join& join, NodeId from, Context& context) {
  std::uint64_t& newest = joined[from];
  newest = std::max(newest, join.incarnation);
  advance(context);
}

void ViewService::on(const Acknowledge& acknowledge, NodeId from, Context& context) {
  // A view that was given up is not settled any more: nobody has served in it.
  if (acknowledge.view_number != view.view_number || settled == view) return context.ignore();
  ASSERT(from == view.primary.node);
  settled = view;
  announce(context);
  advance(context);
}

void ViewService::on(const detector::Suspect& suspect, Context& context) {
  context.note("suspects ", suspect.node);
  advance(context);
}

void ViewService::on(const detector::Restore&, Context& context) { advance(context); }

void ViewService::on(const AnnounceTimeout&, Context& context) {
  announce(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

bool ViewService::usable(const Seat& seat) const {
  const std::uint64_t* newest = joined.find(seat.node);
  return newest != nullptr && *newest == seat.incarnation && !detector.suspects(seat.node);
}

Seat ViewService::other_than(const Seat& primary) const {
  for (const auto& [node, incarnation] : joined) {
    const Seat seat{node, incarnation};
    if (node != primary.node && usable(seat)) return seat;
  }
  return {};
}

Seat ViewService::next_primary() const {
  if (usable(view.primary)) return view.primary;
  if (settled.view_number == 0) return other_than({});  // nothing was ever answered
  return usable(settled.primary) ? settled.primary : settled.backup;
}

void ViewService::advance(Context& context) {
  if (usable(view.primary) && usable(view.backup)) return;
  View next{view.view_number + 1, next_primary(), view.backup};
  if (!usable(next.backup) || next.backup == next.primary) next.backup = other_than(next.primary);
  if (!usable(next.primary) || !usable(next.backup)) return;  // waits for somebody to come back
  if (settled.view_number > 0 && !(next.primary == settled.primary)) context.reached("promotion");
  view = next;
  announce(context);
}

void ViewService::announce(Context& context) const {
  if (view.view_number == 0) return;
  for (const NodeId member : context.members("replica")) {
    const std::uint64_t* incarnation = joined.find(member);
    context.send(member, NewView{view, settled == view, incarnation == nullptr ? 0 : *incarnation});
  }
}

}  // namespace stampede::models::primary_backup
