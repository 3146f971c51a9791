#include "models/viewstamped/leases.hpp"

#include "engine/world/model.hpp"
#include "models/service/queries.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {

void Replica::on(const consensus::Leads& leads, Context& context) {
  const Options& options = context.options<Options>();
  if (options.reads != Reads::lease) return;  // clients find out
  leases = {.round = leases.round};
  leases.after = core.last();
  if (leads.epoch > 0 && options.lease_is_awaited) {
    leases.held_until = context.now() + options.lease;
    arm_hold(context);
  }
  ask_leases(context);
}

void Replica::ask_leases(Context& context) {
  const Options& options = context.options<Options>();
  ++leases.round;
  leases.asked = context.now();
  leases.given.clear();
  if (core.failures(context) == 0) leases.until = leases.asked + options.lease;
  core.tell(AskLease{core.epoch(), leases.round}, context);
  context.arm(RenewTimeout{}, options.lease / 2);
}

void Replica::on(const RenewTimeout&, Context& context) {
  if (core.leads(context)) ask_leases(context);
}

void Replica::on(const AskLease& message, NodeId from, Context& context) {
  if (core.status != Status::normal || message.view_number != core.view_number)
    return context.ignore();
  context.send(from, Lease{message.view_number, message.round});
}

void Replica::on(const Lease& message, NodeId from, Context& context) {
  const std::size_t needed = core.failures(context);
  if (!core.leads(context) || message.view_number != core.view_number ||
      message.round != leases.round || leases.given.size() == needed || !leases.given.insert(from))
    return context.ignore();
  const Options& options = context.options<Options>();
  if (leases.given.size() == needed)
    leases.until = leases.asked + options.lease - options.lease_margin;
}

bool Replica::answers_alone(const Request& request, Context& context) const {
  return core.decided() >= leases.after && !is_held(context) && context.now() < leases.until &&
         is_of_service(request) && service::is_query(service.type(), request.operation);
}

void Replica::answer_alone(const Request& request, Context& context) {
  context.reached("lease-read");
  reply({request.request_number, request.id, service.apply(request.operation)}, context);
}

// Who is in a later view comes back to no earlier one (exploration.cpp says when that is so), and a
// round that has leases enough needs no more.
bool Replica::is_dead_lease(const engine::DeadQuery& query, const Options& options) const {
  if (query.may_crash || query.group.may_change() ||
      options.accept_start_view == StartViewRule::any || !options.transfer_checks_answer)
    return false;
  if (const auto* asked = query.message.get<AskLease>())
    return asked->view_number < core.view_number;
  const auto* given = query.message.get<Lease>();
  if (given == nullptr || given->view_number > core.view_number) return false;
  return given->view_number < core.view_number || given->round < leases.round ||
         leases.given.size() >= query.group.tolerated();
}

// ----- answers that wait -----

// Rounding may fire a timer a little early: a moment more, or it would fire again at once.
void Replica::arm_hold(Context& context) const {
  context.arm(HoldTimeout{}, leases.held_until - context.now() + engine::microseconds(1));
}

void Replica::on(const HoldTimeout&, Context& context) {
  if (!core.leads(context)) return;
  if (is_held(context)) return arm_hold(context);
  leases.held_until = {};
  for (const auto& [client, entry] : clients.client_table) reply(entry, context);
}

}  // namespace stampede::models::viewstamped
