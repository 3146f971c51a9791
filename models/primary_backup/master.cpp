#include "models/primary_backup/master.hpp"

namespace stampede::models::primary_backup {

void Master::start(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
  masters.start(context.inside(masters));
}

void Master::recover(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
  masters.recover(context.inside(masters));
}

void Master::on(const Join& join, NodeId from, Context& context) {
  if (!masters.can_propose(context)) return context.ignore();
  propose({Joined{{from, join.incarnation}}}, context);
  advance(context);
}

void Master::on(const Acknowledge& acknowledge, NodeId, Context& context) {
  if (!masters.can_propose(context)) return context.ignore();
  propose({Settled{acknowledge.view_number}}, context);
}

void Master::on(const detector::Suspect& suspect, Context& context) {
  context.note("suspects ", suspect.node);
  advance(context);
}

void Master::on(const detector::Restore&, Context& context) { advance(context); }

void Master::on(const consensus::Leads&, Context& context) {
  announce(context);
  advance(context);
}

void Master::on(const AnnounceTimeout&, Context& context) {
  announce(context);
  advance(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

// The others hear of it when they lead.
void Master::on(const consensus::Decided& decided, Context& context) {
  if (!decided.value) return;
  const auto& command = decided.value.as<Command>();
  const auto* changed = std::get_if<Changed>(&command.what);
  const bool promotes = changed != nullptr && views.promotes(changed->view);
  if (!views.apply(command) || !masters.can_propose(context)) return;
  if (promotes) context.reached("promotion");
  announce(context);
  advance(context);
}

Views Master::ahead() const {
  Views shown = views;
  for (consensus::Position next = masters.decided() + 1; next <= masters.last(); ++next) {
    if (const auto* command = masters.value(next).get<Command>()) shown.apply(*command);
  }
  return shown;
}

void Master::propose(const Command& command, Context& context) {
  if (!ahead().apply(command)) return;
  masters.propose(Operation::of(command), context.inside(masters));
  if (!context.options<Options>().announces_decided_only) announce(context);
}

void Master::announce(Context& context) const {
  if (!masters.can_propose(context)) return;
  if (context.options<Options>().announces_decided_only) {
    views.announce(context);
  } else {
    ahead().announce(context);
  }
}

void Master::advance(Context& context) {
  if (!masters.can_propose(context)) return;
  if (const std::optional<View> next = ahead().next(detector.suspected))
    propose({Changed{*next}}, context);
}

}  // namespace stampede::models::primary_backup
