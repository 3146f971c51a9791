#include "models/two_phase_commit/two_phase_commit.hpp"

namespace stampede::models::two_phase_commit {

// ----- resource manager -----

void ResourceManager::start(Context& context) {
  context.arm(Vote{}, context.options<Options>().work_time);
}

// While it works a resource manager may prepare, or abort by itself without telling anybody.
void ResourceManager::on(const Vote&, Context& context) {
  ASSERT(state == ManagerState::working);
  if (context.choose("vote", 2) == 1) {
    context.reached("aborts-alone");
    state = ManagerState::aborted;
    return;
  }
  state = ManagerState::prepared;
  context.send(context.members("coordinator").front(), Prepared{});
}

void ResourceManager::on(const Commit&, NodeId, Context& context) {
  context.disarm(Vote{});
  state = ManagerState::committed;
}

void ResourceManager::on(const Abort&, NodeId, Context& context) {
  context.disarm(Vote{});
  state = ManagerState::aborted;
}

void observe(const ResourceManager& manager, NodeId, const engine::Group&,
             engine::Observation& observation) {
  observation.operational = true;
  observation.epoch = static_cast<std::uint64_t>(manager.state);
}

// ----- transaction manager -----

void TransactionManager::start(Context& context) {
  context.arm(GiveUp{}, context.options<Options>().give_up_after);
}

void TransactionManager::on(const Prepared&, NodeId from, Context& context) {
  if (state != CoordinatorState::waiting) return context.ignore();
  prepared.insert(from);
  const std::size_t needed =
      context.options<Options>().waits_for_all ? context.members("manager").size() : 1;
  if (prepared.size() >= needed) context.arm(Decide{}, engine::Duration{});
}

void TransactionManager::on(const Decide&, Context& context) {
  state = CoordinatorState::committed;
  context.disarm(GiveUp{});
  context.reached("committed");
  for (const NodeId manager : context.members("manager")) context.send(manager, Commit{});
}

void TransactionManager::on(const GiveUp&, Context& context) {
  state = CoordinatorState::aborted;
  context.disarm(Decide{});
  context.reached("given-up");
  for (const NodeId manager : context.members("manager")) context.send(manager, Abort{});
}

}  // namespace stampede::models::two_phase_commit
