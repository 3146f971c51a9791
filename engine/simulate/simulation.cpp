#include "engine/simulate/simulation.hpp"

#include <algorithm>
#include <utility>

namespace stampede::engine {
namespace {

std::vector<bool> clients_of(const World& world) {
  std::vector<bool> is_client(world.node_count());
  for (const NodeId client : world.membership().clients().nodes()) is_client[client.value] = true;
  return is_client;
}

}  // namespace

Simulation::Simulation(World& world, const SimulationSettings& settings, FaultInjector* injector)
    : world_(world),
      settings_(settings),
      network_(settings.network, settings.seed, world.node_count(), clients_of(world)),
      injector_(injector),
      client_of_node_(world.node_count(), 0),
      parked_(world.node_count()),
      disk_requests_(world.node_count()),
      phase_end_(settings.liveness ? settings.liveness->faults_stop - nanoseconds(1)
                                   : settings.virtual_time) {
  for (const NodeId node : world.membership().clients().nodes()) {
    Client client;
    client.node = node;
    client.index = static_cast<std::uint32_t>(clients_.size());
    clients_.push_back(client);
    client_of_node_[node.value] = static_cast<std::uint32_t>(clients_.size());
  }
}

void Simulation::start() {
  if (world_.step() == 0) {
    world_.start();
  } else {
    take_over();
  }
  collect(nullptr);
  for (Client& client : clients_) {
    if (client.pending.number == 0) schedule_client(client, settings_.clients.think_time);
  }
  for (const auto& [at, change] : settings_.clients.reconfigurations)
    queue_.push(std::max(at, now()), {TimedEvent::Kind::reconfigure, 0, 0, 0});
  if (injector_ != nullptr) injector_->start(*this);
  collect(nullptr);
}

EndReason Simulation::run() try {
  start();
  std::uint64_t ask_at = 0;
  while (!at_rest_) {
    if (world_.broken()) return EndReason::broken;
    if (settings_.stop_on_first && !world_.violations().empty()) return EndReason::stopped;
    if (world_.step() >= ask_at) {
      if (const auto end = end_by_limit(ask_at)) return *end;
    }
    if (const auto end = take_due()) return *end;
  }
  world_.finish(true);
  return EndReason::finished;
} catch (const QueueLimit&) {
  return EndReason::queue_limit;
}

std::optional<EndReason> Simulation::next() try {
  const std::uint64_t before = world_.step();
  while (!at_rest_) {
    if (world_.broken()) return EndReason::broken;
    if (before >= settings_.decisions_max) return EndReason::decision_limit;
    if (const auto end = take_due()) return end;
    if (world_.step() != before) return std::nullopt;
  }
  return EndReason::finished;
} catch (const QueueLimit&) {
  return EndReason::queue_limit;
}

[[gnu::always_inline]] inline std::optional<EndReason> Simulation::take_due() {
  if (queue_.empty() || queue_.next_time() > phase_end_) {
    if (settings_.liveness && !faults_stopped_) {
      world_.set_now(std::max(world_.now(), settings_.liveness->faults_stop));
      stop_faults();
      return std::nullopt;
    }
    world_.set_now(std::max(world_.now(), phase_end_));
    if (!settings_.liveness) return EndReason::virtual_time;
    at_rest_ = quiet_since_.has_value();
    if (at_rest_) return std::nullopt;
    report_stall();
    return EndReason::finished;
  }
  world_.set_now(queue_.next_time());
  const EventQueue::Due due = queue_.pop();
  if (due.message) {
    arrive(due.place);
  } else {
    handle(queue_.take(due));
  }
  return std::nullopt;
}

std::optional<EndReason> Simulation::end_by_limit(std::uint64_t& ask_at) {
  if (world_.step() >= settings_.decisions_max) return EndReason::decision_limit;
  ask_at = settings_.decisions_max;
  if (settings_.redraw) {
    if (world_.step() >= settings_.redraw->step) {
      redraw(std::exchange(settings_.redraw, std::nullopt)->seed);
    } else {
      ask_at = std::min(ask_at, settings_.redraw->step);
    }
  }
  if (!settings_.stop) return std::nullopt;
  ask_at = std::min(ask_at, world_.step() + decisions_between_asking);
  told_ = settings_.stop();
  return told_.empty() ? std::nullopt : std::optional(EndReason::told);
}

void Simulation::redraw(std::uint64_t seed) {
  settings_.seed = seed;
  network_.redraw(seed);
  world_.redraw(seed);
}

void Simulation::handle(const TimedEvent& event) {
  switch (event.kind) {
    case TimedEvent::Kind::timer:
      fire(event);
      break;
    case TimedEvent::Kind::save:
      // Saves of an earlier incarnation died with it.
      if (world_.local(NodeId{event.a}).incarnation == event.ticket &&
          world_.complete_save(NodeId{event.a})) {
        collect(nullptr);
      } else if (world_.local(NodeId{event.a}).paused) {
        queue_.push(world_.now() + milliseconds(1), event);
      }
      break;
    case TimedEvent::Kind::disk: {
      const LocalState& local = world_.local(NodeId{event.a});
      if (local.incarnation != event.ticket || local.disk.outstanding.empty()) break;
      if (local.paused) {
        queue_.push(world_.now() + milliseconds(1), event);
      } else if (world_.complete_disk(NodeId{event.a},
                                      std::string(local.disk.outstanding.front().file))) {
        collect(nullptr);
      }
      break;
    }
    case TimedEvent::Kind::client: {
      Client& client = clients_[event.a];
      if (event.ticket != client.next_number || !client.scheduled) break;
      client.scheduled = false;
      begin(client);
      break;
    }
    case TimedEvent::Kind::give_up: {
      Client& client = clients_[event.a];
      if (client.pending.number != event.b || client.pending.number == 0) break;
      // Where operations must end nobody gives up for good: who has nothing to begin asks for the
      // same again, until something is answered.
      const std::uint32_t next = client.next_number - client.unplanned;
      const bool asks_again =
          settings_.liveness && (faults_stopped_ || !settings_.clients.plan(client.index, next));
      if (asks_again && world_.local(client.node).paused) {
        queue_.push(world_.now() + milliseconds(1), event);
        break;
      }
      const HistoryOperation* const given_up = world_.find_operation(client.pending);
      ++client.generation;
      client.pending = {};
      client.open = 0;
      if (asks_again && given_up != nullptr) {
        ++client.unplanned;
        invoke(client, Operation(given_up->operation));
        collect(nullptr);
      } else {
        begin(client);
      }
      break;
    }
    case TimedEvent::Kind::reconfigure:
      // One that found no client free is tried again and was counted.
      if (event.a == 0) ++reconfigurations_due_;
      reconfigure();
      break;
    case TimedEvent::Kind::fault:
      if (injector_ != nullptr && !faults_stopped_) {
        injector_->wake(*this, event.a);
        collect(nullptr);
      }
      break;
  }
}

// Inlined by force, as what follows: they are a part of each delivery.
[[gnu::always_inline]] inline void Simulation::check_rest() {
  if (!faults_stopped_) {
    if (workload_done()) stop_faults();
    return;
  }
  if (at_rest_) return;
  if (quiet_since_) return look_at_stability();
  for (const Client& client : clients_) {
    if (client.pending.number != 0 || client.open != 0) return;
  }
  const auto& groups = settings_.convergence;
  const bool rests = std::all_of(groups.begin(), groups.end(),
                                 [&](const auto& group) { return !group.missing(world_); });
  if (rests) come_to_rest();
}

[[gnu::always_inline]] inline void Simulation::schedule_news() {
  if (network_.quiet()) {
    for (const MessageSlot slot : world_.new_messages)
      queue_.push_message(network_.arrival(world_.message(slot), world_.now()), slot);
  } else {
    for (const MessageSlot slot : world_.new_messages) schedule_message(slot);
  }
  world_.new_messages.clear();
  for (const World::ArmedTimer& armed : world_.new_timers) schedule_timer(armed.node, armed.slot);
  world_.new_timers.clear();
  if (!world_.new_saves.empty() || !world_.new_disk_requests.empty()) schedule_disks();
  if (!world_.new_responses.empty()) {
    for (const auto& [node, id] : world_.new_responses) client_answered(node, id);
    world_.new_responses.clear();
  }
  if (settings_.liveness) check_rest();
}

void Simulation::arrive(MessageSlot slot) {
  const bool watched = injector_ != nullptr && injector_->watches();
  if (network_.quiet() && !watched && world_.deliver(slot)) {
    schedule_news();
    return;
  }
  const InFlight& message = world_.message(slot);
  const LocalState& receiver = world_.local(message.to);
  if (network_.held(message)) {
    held_.push_back({slot, message.sequence});
    return;
  }
  if (receiver.up && receiver.paused) {
    parked_[message.to.value].push_back(slot);
    return;
  }
  network_.left(message);
  if (!receiver.up) {
    world_.drop(slot, "down");
  } else if (const char* cause = network_.lost(message)) {
    world_.drop(slot, cause);
  } else if (network_.corrupted(message)) {
    world_.corrupt(slot);
  } else if (watched) {
    const Payload payload = message.payload;
    const MessageSeen seen{message.from, message.to, message.type, &payload};
    world_.deliver(slot);
    collect(&seen);
    return;
  } else {
    world_.deliver(slot);
  }
  collect(nullptr);
}

void Simulation::collect(const MessageSeen* delivered) {
  // The injector first: whatever it does adds to the lists below.
  if (injector_ != nullptr && !faults_stopped_ && injector_->watches())
    injector_->decided(*this, delivered);
  schedule_news();
}

void Simulation::schedule_message(MessageSlot slot) {
  if (!network_.accepts(world_.message(slot))) {
    world_.drop(slot, "queue");
    return;
  }
  if (network_.duplicates(world_.message(slot))) {
    if (const auto copy = world_.duplicate(slot))
      queue_.push_message(network_.arrival(world_.message(*copy), world_.now()), *copy);
  }
  queue_.push_message(network_.arrival(world_.message(slot), world_.now()), slot);
}

void Simulation::schedule_disks() {
  // A request is named by its node and by how many that node made before.
  const auto push = [&](TimedEvent::Kind kind, NodeId node) {
    const std::uint64_t bits =
        draw(settings_.seed, Domain::disk_latency, mix(node.value, ++disk_requests_[node.value]));
    queue_.push(world_.now() + settings_.save_latency.sample(bits),
                {kind, node.value, 0, world_.local(node).incarnation});
  };
  for (const NodeId node : world_.new_saves) push(TimedEvent::Kind::save, node);
  for (const auto& [node, file] : world_.new_disk_requests) push(TimedEvent::Kind::disk, node);
  world_.new_saves.clear();
  world_.new_disk_requests.clear();
}

void Simulation::schedule_timer(NodeId node, std::uint32_t index) {
  TimerSlot& slot = world_.local(node).timers[index];
  // An entry that is due no later stays and is pushed back when it comes up; an earlier deadline
  // needs one of its own.
  if (slot.ticket != 0 && slot.queued <= slot.deadline) return;
  slot.ticket = ++tickets_;
  slot.queued = slot.deadline;
  queue_.push(slot.deadline, {TimedEvent::Kind::timer, node.value, index, slot.ticket});
}

void Simulation::fire(const TimedEvent& event) {
  const NodeId node{event.a};
  LocalState& local = world_.local(node);
  if (event.b >= local.timers.size() || local.timers[event.b].ticket != event.ticket) return;
  TimerSlot& slot = local.timers[event.b];
  slot.ticket = 0;
  if (!slot.armed || !local.up) return;
  if (slot.deadline > world_.now() || local.paused) {
    slot.deadline =
        std::max(slot.deadline, local.paused ? world_.now() + milliseconds(1) : slot.deadline);
    schedule_timer(node, event.b);
    return;
  }
  world_.fire(node, event.b);
  collect(nullptr);
}

// ----- clients -----

void Simulation::schedule_client(Client& client, Duration after) {
  if (client.done || client.scheduled || faults_stopped_) return;
  const std::uint64_t name = mix(client.index, client.next_number);
  const Duration wait = exponential(draw(settings_.seed, Domain::think_time, name), after);
  client.scheduled = true;
  queue_.push(world_.now() + wait, {TimedEvent::Kind::client, client.index, 0, client.next_number});
}

void Simulation::begin(Client& client) {
  if (client.done || faults_stopped_) return;
  const LocalState& local = world_.local(client.node);
  if (!local.up || local.paused) {
    schedule_client(client, milliseconds(50));
    return;
  }
  auto operation = settings_.clients.plan(client.index, client.next_number - client.unplanned);
  if (!operation) {
    client.done = true;
    if (settings_.liveness) check_rest();
    return;
  }
  invoke(client, std::move(*operation));
  if (settings_.clients.open_loop) schedule_client(client, settings_.clients.think_time);
  collect(nullptr);
}

void Simulation::invoke(Client& client, Operation operation, std::optional<NodeId> to) {
  BeginOperation begin;
  begin.to = to;
  begin.id = {world_.membership().clients().identity(client.index, client.generation),
              client.next_number++};
  begin.operation = std::move(operation);
  client.pending = begin.id;
  ++client.open;
  world_.begin(client.node, begin);
  if (settings_.clients.give_up.nanoseconds > 0) {
    queue_.push(world_.now() + settings_.clients.give_up,
                {TimedEvent::Kind::give_up, client.index, client.pending.number, 0});
  }
}

void Simulation::reconfigure() {
  const auto is_free = [&](const Client& client) {
    const LocalState& local = world_.local(client.node);
    return local.up && !local.paused && client.pending.number == 0;
  };
  while (reconfigurations_begun_ < reconfigurations_due_ && !faults_stopped_) {
    const auto client = std::find_if(clients_.begin(), clients_.end(), is_free);
    if (client == clients_.end()) return;
    // The operation of its plan that it was to begin next comes behind.
    client->scheduled = false;
    ++client->unplanned;
    const auto& change = settings_.clients.reconfigurations[reconfigurations_begun_++].second;
    invoke(*client, Operation::of(change));
    if (settings_.clients.open_loop) schedule_client(*client, settings_.clients.think_time);
    collect(nullptr);
  }
}

void Simulation::client_answered(NodeId node, OperationId id) {
  if (client_of_node_[node.value] == 0) return;
  Client& client = clients_[client_of_node_[node.value] - 1];
  if (client.open > 0) --client.open;
  if (client.pending == id) client.pending = {};
  if (reconfigurations_begun_ < reconfigurations_due_)
    queue_.push(world_.now(), {TimedEvent::Kind::reconfigure, 1, 0, 0});
  if (!settings_.clients.open_loop) schedule_client(client, settings_.clients.think_time);
}

// A world without clients has work until its faults stop.
bool Simulation::workload_done() const {
  // As a rule the first one is not done: asked after every decision.
  for (const Client& client : clients_) {
    if (!client.done || client.pending.number != 0) return false;
  }
  return !clients_.empty() && reconfigurations_begun_ >= settings_.clients.reconfigurations.size();
}

// ----- process faults -----

void Simulation::wake_injector(Time at, std::uint32_t token) {
  queue_.push(std::max(at, world_.now()), {TimedEvent::Kind::fault, token, 0, 0});
}

bool Simulation::crash(NodeId node, const DiskOutcome& outcome) {
  if (!world_.crash(node, outcome)) return false;
  for (const MessageSlot slot : parked_[node.value]) {
    network_.left(world_.message(slot));
    world_.drop(slot, "down");
  }
  parked_[node.value].clear();
  if (client_of_node_[node.value] != 0) {
    // What it waited for stays open for ever; the next operation follows a restart.
    Client& client = clients_[client_of_node_[node.value] - 1];
    client.pending = {};
    client.open = 0;
    client.scheduled = false;
  }
  return true;
}

bool Simulation::restart(NodeId node) {
  if (!world_.restart(node)) return false;
  if (client_of_node_[node.value] != 0) {
    schedule_client(clients_[client_of_node_[node.value] - 1], settings_.clients.think_time);
  }
  return true;
}

bool Simulation::pause(NodeId node) { return world_.pause(node); }

bool Simulation::resume(NodeId node) {
  if (!world_.resume(node)) return false;
  for (const MessageSlot slot : parked_[node.value]) {
    queue_.push_message(world_.now(), slot);
  }
  parked_[node.value].clear();
  return true;
}

void Simulation::release_held() {
  std::vector<Held> still;
  for (const Held& held : held_) {
    const InFlight& message = world_.message(held.slot);
    if (message.sequence != held.sequence) continue;
    if (network_.held(message)) {
      still.push_back(held);
    } else {
      queue_.push_message(world_.now(), held.slot);
    }
  }
  held_ = std::move(still);
}

// ----- liveness -----

void Simulation::stop_faults() {
  faults_stopped_ = true;
  phase_end_ = world_.now() + settings_.liveness->within;
  if (injector_ != nullptr) injector_->stop(*this);
  for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
    resume(NodeId{i});
    if (world_.local(NodeId{i}).incarnation > 0) restart(NodeId{i});
  }
  release_held();
  collect(nullptr);
}

void Simulation::come_to_rest() {
  const Duration quiet = settings_.liveness->quiet;
  at_rest_ = quiet == Duration{};
  if (at_rest_) return;
  quiet_since_ = world_.now();
  phase_end_ = world_.now() + quiet;
  for (const SimulationSettings::Stability& one : settings_.stability)
    shown_at_rest_.push_back(one.shown(world_));
}

void Simulation::look_at_stability() {
  for (std::size_t i = 0; i < settings_.stability.size(); ++i) {
    const SimulationSettings::Stability& one = settings_.stability[i];
    const std::string shown = one.shown(world_);
    if (shown == shown_at_rest_[i]) continue;
    const std::string later = to_string(world_.now() - *quiet_since_);
    world_.report(
        {one.property,
         world_.step(),
         "all had come to rest, and " + shown_at_rest_[i] + "; " + later + " later " + shown,
         {}});
  }
}

void Simulation::report_stall() {
  std::string waiting;
  std::vector<NodeId> nodes;
  for (const Client& client : clients_) {
    if (client.pending.number == 0) continue;
    const HistoryOperation* operation = world_.find_operation(client.pending);
    waiting += (waiting.empty() ? "" : "; ") + world_.name(client.node) + " still waits for " +
               to_json(client.pending) +
               (operation == nullptr ? std::string() : " " + operation->operation.to_json());
    nodes.push_back(client.node);
  }
  const std::string since = to_string(settings_.liveness->within) + " after faults stopped";
  if (!waiting.empty()) {
    for (const NodeId member : world_.membership().main().everybody()) {
      const Observation& shown = world_.observation(member);
      waiting += "; " + world_.name(member) + ": " +
                 (!world_.up(member)  ? "down"
                  : shown.recovering  ? "recovering"
                  : shown.leading     ? "leading"
                  : shown.operational ? "operational"
                                      : "not operational") +
                 ", epoch " + std::to_string(shown.epoch) + ", log " +
                 std::to_string(shown.log.size()) + ", committed " +
                 std::to_string(shown.committed);
    }
    world_.report({"liveness", world_.step(), since + ", " + waiting, nodes});
    return;
  }
  for (const SimulationSettings::Convergence& group : settings_.convergence) {
    if (const auto missing = group.missing(world_))
      world_.report({group.property, world_.step(), since + ", " + *missing, {}});
  }
}

}  // namespace stampede::engine
