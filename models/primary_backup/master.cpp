#include "models/primary_backup/master.hpp"

#include "models/consensus/commands.hpp"

namespace stampede::models::primary_backup {

void Master::start(Context& context) {
  watch(context);
  masters.start(context.inside(masters));
}

// The decided commands are indicated anew, from the first one on.
void Master::recover(Context& context) {
  watch(context);
  masters.recover(context.inside(masters));
}

void Master::watch(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

// ----- what the leader sees -----

void Master::on(const Join& join, NodeId from, Context& context) {
  if (!propose({Joined{{from, join.incarnation}}}, context)) return context.ignore();
  advance(context);
}

void Master::on(const Acknowledge& acknowledge, NodeId, Context& context) {
  if (!propose({Settled{acknowledge.view_number}}, context)) return context.ignore();
  advance(context);
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

// What was proposed may have been lost with an earlier leader.
void Master::on(const AnnounceTimeout&, Context& context) {
  announce(context);
  advance(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

Views Master::ahead() const { return consensus::ahead<Command>(views, applied, masters); }

bool Master::propose(const Command& command, Context& context) {
  if (!consensus::propose(command, ahead(), masters, context)) return false;
  if (!context.options<Options>().announces_decided_only) announce(context);
  return true;
}

void Master::advance(Context& context) {
  if (const std::optional<View> next = ahead().next(detector)) propose({Changed{*next}}, context);
}

void Master::announce(Context& context) const {
  if (!masters.can_propose(context)) return;
  const bool decided_only = context.options<Options>().announces_decided_only;
  (decided_only ? views : ahead()).announce(context);
}

// ----- what is decided -----

// The others tell of it when they lead. More may have been decided in this step.
void Master::on(const consensus::Decided& decided, Context& context) {
  applied = decided.position;
  if (!decided.value) return;
  const auto& command = decided.value.as<Command>();
  const auto* changed = std::get_if<Changed>(&command.what);
  const bool promotes = changed != nullptr && views.promotes(changed->view);
  if (!apply(command, context)) {
    if (changed != nullptr) context.reached("outdated-view");
    return;
  }
  if (!masters.can_propose(context)) return;
  if (promotes) context.reached("promotion");
  if (!std::holds_alternative<Joined>(command.what)) announce(context);
  advance(context);
}

bool Master::apply(const Command& command, Context& context) {
  const auto* changed = std::get_if<Changed>(&command.what);
  if (changed == nullptr || context.options<Options>().refuses_outdated)
    return views.apply(command);
  views.view = changed->view;
  return true;
}

}  // namespace stampede::models::primary_backup
