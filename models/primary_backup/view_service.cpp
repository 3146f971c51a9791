#include "models/primary_backup/view_service.hpp"

namespace stampede::models::primary_backup {

void ViewService::start(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

void ViewService::on(const Join& join, NodeId from, Context& context) {
  views.apply(Joined{{from, join.incarnation}});
  advance(context);
}

void ViewService::on(const Acknowledge& acknowledge, NodeId from, Context& context) {
  if (!views.apply(Settled{acknowledge.view_number})) return context.ignore();
  ASSERT(from == views.view.primary.node);
  views.announce(context);
  advance(context);
}

void ViewService::on(const detector::Suspect& suspect, Context& context) {
  context.note("suspects ", suspect.node);
  advance(context);
}

void ViewService::on(const detector::Restore&, Context& context) { advance(context); }

void ViewService::on(const AnnounceTimeout&, Context& context) {
  views.announce(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

void ViewService::advance(Context& context) {
  const std::optional<View> next = views.next(detector);
  if (!next) return;
  if (views.promotes(*next)) context.reached("promotion");
  ASSERT(views.apply(Changed{*next}));
  views.announce(context);
}

}  // namespace stampede::models::primary_backup
