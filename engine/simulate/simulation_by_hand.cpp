// A simulation that is run by single decisions, some of them made by somebody else.
#include <algorithm>

#include "engine/simulate/simulation.hpp"

namespace stampede::engine {

bool Simulation::decide(Decision decision) {
  decision.at = now();
  bool done = false;
  switch (decision.kind) {
    case DecisionKind::deliver:
    case DecisionKind::drop:
    case DecisionKind::duplicate:
    case DecisionKind::corrupt:
      return decide_message(decision);
    case DecisionKind::begin:
      return decide_begin(decision);
    case DecisionKind::crash:
      done = crash(decision.node, decision.outcome);
      break;
    case DecisionKind::restart:
      done = restart(decision.node);
      break;
    case DecisionKind::resume:
      done = resume(decision.node);
      break;
    default:
      done = world_.apply(decision);
  }
  if (done) collect(nullptr);
  return done;
}

bool Simulation::decide_message(const Decision& decision) {
  const std::optional<MessageSlot> slot = world_.find_message(decision.message);
  if (!slot) return false;
  if (decision.kind == DecisionKind::duplicate) {
    const MessageSlot copy = world_.duplicate(*slot).value();
    queue_.push_message(network_.arrival(world_.message(copy), now()), copy);
    collect(nullptr);
    return true;
  }
  const InFlight message = world_.message(*slot);
  if (!world_.apply(decision)) return false;
  forget(*slot);
  network_.left(message);
  const MessageSeen seen{message.from, message.to, message.type, &message.payload};
  collect(decision.kind == DecisionKind::deliver ? &seen : nullptr);
  return true;
}

bool Simulation::decide_begin(const Decision& decision) {
  const std::uint32_t place = client_of_node_.at(decision.node.value);
  if (place == 0) return world_.apply(decision);
  const LocalState& local = world_.local(decision.node);
  if (world_.broken() || !local.up || local.paused) return false;
  Client& client = clients_[place - 1];
  // The operation of its plan that it was to begin next comes behind.
  client.scheduled = false;
  ++client.unplanned;
  invoke(client, decision.operation.operation, decision.operation.to);
  if (settings_.clients.open_loop) schedule_client(client, settings_.clients.think_time);
  collect(nullptr);
  return true;
}

void Simulation::forget(MessageSlot slot) {
  queue_.remove_message(slot);
  for (std::vector<MessageSlot>& parked : parked_) std::erase(parked, slot);
  std::erase_if(held_, [&](const Held& held) { return held.slot == slot; });
}

void Simulation::take_over() {
  world_.new_messages = world_.in_flight();
  world_.new_timers.clear();
  world_.new_saves.clear();
  world_.new_disk_requests.clear();
  world_.new_responses.clear();
  for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
    LocalState& local = world_.local(NodeId{i});
    for (std::uint32_t slot = 0; slot < local.timers.size(); ++slot) {
      TimerSlot& timer = local.timers[slot];
      if (!timer.armed) continue;
      timer.ticket = 0;
      // Whoever drove the world let it pass.
      timer.deadline = std::max(timer.deadline, now());
      world_.new_timers.push_back({NodeId{i}, slot});
    }
    if (!local.held.empty()) world_.new_saves.push_back(NodeId{i});
    for (const DiskOperation& operation : local.disk.outstanding)
      world_.new_disk_requests.emplace_back(NodeId{i}, operation.file);
  }
  for (Client& client : clients_) take_over(client);
}

void Simulation::take_over(Client& client) const {
  const ClientId identity = world_.membership().clients().identity(client.index, client.generation);
  for (const History* history : {&world_.history(), &world_.administration()}) {
    for (const HistoryOperation& operation : history->operations()) {
      if (operation.id.client != identity) continue;
      client.next_number = std::max(client.next_number, operation.id.number + 1);
      if (!operation.is_open()) continue;
      client.pending = operation.id;
      ++client.open;
    }
  }
  // Whoever decided so far had no plan.
  client.unplanned = client.next_number - 1;
}

}  // namespace stampede::engine
