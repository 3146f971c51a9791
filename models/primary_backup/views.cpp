#include "models/primary_backup/views.hpp"

namespace stampede::models::primary_backup {

bool Views::apply(const Command& command) {
  return std::visit([&](const auto& what) { return apply_one(what); }, command.what);
}

bool Views::apply_one(const Joined& joined_now) {
  std::uint64_t& newest = joined[joined_now.seat.node];
  if (joined_now.seat.incarnation <= newest) return false;
  newest = joined_now.seat.incarnation;
  return true;
}

// A view that was given up is not settled any more: nobody has served in it.
bool Views::apply_one(const Settled& settled_now) {
  if (settled_now.view_number != view.view_number || settled == view) return false;
  settled = view;
  return true;
}

bool Views::apply_one(const Changed& changed) {
  const View& next = changed.view;
  if (next.view_number != view.view_number + 1 || !alive(next.primary) || !alive(next.backup))
    return false;
  const bool knows_all = settled.view_number == 0 || next.primary == view.primary ||
                         next.primary == settled.primary || next.primary == settled.backup;
  if (!knows_all) return false;
  view = next;
  return true;
}

bool Views::alive(const Seat& seat) const {
  const std::uint64_t* newest = joined.find(seat.node);
  return newest != nullptr && *newest == seat.incarnation;
}

Seat Views::other_than(const Seat& primary, const NodeSet& suspected) const {
  for (const auto& [node, incarnation] : joined) {
    if (node != primary.node && !suspected.contains(node)) return Seat{node, incarnation};
  }
  return {};
}

Seat Views::next_primary(const NodeSet& suspected) const {
  const auto usable = [&](const Seat& seat) {
    return alive(seat) && !suspected.contains(seat.node);
  };
  if (usable(view.primary)) return view.primary;
  if (settled.view_number == 0) return other_than({}, suspected);  // nothing was ever answered
  return usable(settled.primary) ? settled.primary : settled.backup;
}

std::optional<View> Views::next(const NodeSet& suspected) const {
  const auto usable = [&](const Seat& seat) {
    return alive(seat) && !suspected.contains(seat.node);
  };
  if (usable(view.primary) && usable(view.backup)) return std::nullopt;
  View next{view.view_number + 1, next_primary(suspected), view.backup};
  if (!usable(next.backup) || next.backup == next.primary)
    next.backup = other_than(next.primary, suspected);
  if (!usable(next.primary) || !usable(next.backup)) return std::nullopt;  // waits for somebody
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
