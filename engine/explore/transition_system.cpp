#include "engine/explore/transition_system.hpp"

namespace stampede::engine {

/// A packed world while it tells one step to its monitors: Stage of audience.hpp. Monitors are
/// loaded when first fed.
class TransitionSystem::Telling final : public WorldView {
 public:
  Telling(TransitionSystem& system, PackedWorld& world, NodeId node, std::uint32_t local_before,
          std::vector<Violation>& reported)
      : system_(system),
        world_(world),
        node_(node),
        before_(&system.cache_.observation(node, local_before)),
        shown_(before_),
        reported_(reported),
        loaded_(system.monitors_.size(), false) {}

  /// Takes what the monitors now know into the world.
  void keep_monitors() {
    for (std::size_t position = 0; position < loaded_.size(); ++position) {
      if (!loaded_[position]) continue;
      const Interned after = system_.monitor_states_.intern(system_.monitors_[position]->state());
      world_.set_monitor(position, system_.monitor_states_.with_hash(world_.monitor(position)),
                         after);
    }
  }

  // ----- Stage -----
  Monitor& monitor(std::uint32_t position) {
    Monitor& monitor = *system_.monitors_[position];
    if (!loaded_[position]) {
      monitor.restore(system_.monitor_state(world_, position));
      loaded_[position] = true;
    }
    return monitor;
  }
  Judge judge(std::uint32_t position) {
    return {*this, reported_, system_.monitors_[position]->property(), 0};
  }
  const Observation* renew_observation(NodeId node) {
    ASSERT(node == node_);
    shown_ = &system_.cache_.observation(node, world_.node(node));
    return *shown_ == *before_ ? nullptr : before_;
  }
  const WorldView& view() { return *this; }

  // ----- WorldView -----
  const std::vector<NodeId>& members() const override {
    return system_.cache_.membership().roles.front().second;
  }
  const Observation& observation(NodeId node) const override {
    return node == node_ ? *shown_ : system_.cache_.observation(node, world_.node(node));
  }
  bool up(NodeId node) const override { return system_.local(world_, node).up; }
  const ProcessValue& process(NodeId node) const override {
    return system_.local(world_, node).process;
  }
  std::string name(NodeId node) const override { return system_.cache_.nodes()[node.value].name; }
  std::size_t node_count() const override { return system_.node_count(); }

 private:
  TransitionSystem& system_;
  PackedWorld& world_;
  /// The node that stepped shows what it did before until its observation is renewed.
  NodeId node_;
  const Observation* before_;
  const Observation* shown_;
  std::vector<Violation>& reported_;
  std::vector<bool> loaded_;
};

TransitionSystem::TransitionSystem(Assembly assembly,
                                   std::vector<std::unique_ptr<Monitor>> monitors,
                                   std::uint64_t disk_sector)
    : cache_(std::move(assembly), disk_sector),
      monitors_(std::move(monitors)),
      audience_(monitors_) {
  for (const auto& monitor : monitors_)
    initial_monitors_.push_back(monitor_states_.intern(monitor->state()));
}

PackedWorld TransitionSystem::unbooted() {
  std::vector<Interned> nodes;
  for (const NodeSpec& node : cache_.nodes()) {
    LocalState local;
    local.process = node.boot;
    nodes.push_back(cache_.intern(std::move(local)));
  }
  return PackedWorld(nodes, initial_monitors_);
}

bool TransitionSystem::runs(const PackedWorld& world, NodeId node) const {
  const LocalState& at = local(world, node);
  return at.up && !at.paused;
}

Applied TransitionSystem::step(PackedWorld& world, const Stimulus& stimulus) {
  const NodeId node = stimulus.node;
  const std::uint32_t before = world.node(node);
  const Transition& transition = cache_.step(before, stimulus);
  const Effects& effects = transition.effects;
  Applied applied{true, &transition, {}};
  if (effects.exception) {
    applied.violations.push_back(
        {"no-exception", 0, cache_.nodes()[node.value].name + ": " + *effects.exception, {node}});
    return applied;
  }
  if (effects.ignored) {
    applied.enabled = false;
    return applied;
  }
  world.set_node(node, cache_.locals().with_hash(before), transition.after);
  ToldStep told{node, stimulus.kind, nullptr, nullptr, effects};
  MessageSeen delivered;
  if (stimulus.kind == Input::Kind::message) {
    const PackedMessage& seen = message(stimulus.subject);
    delivered = {seen.from, seen.to, seen.type, &seen.payload};
    told.delivered = &delivered;
    world.remove_message(cache_.messages().with_hash(stimulus.subject));
  }
  const LocalState& local_before = cache_.locals()[before];
  if (audience_.wants_before() && local_before.up) told.before = &local_before.process;
  Telling telling(*this, world, node, before, applied.violations);
  audience_.tell(told, telling);
  telling.keep_monitors();
  for (const Interned sent : transition.sends) world.add_message(sent);
  return applied;
}

Applied TransitionSystem::deliver(PackedWorld& world, std::uint32_t message,
                                  std::vector<std::uint32_t> choices) {
  if (!world.in_flight(message)) return {};
  const NodeId to = cache_.messages()[message].to;
  if (!runs(world, to)) return {};
  return step(world, {Input::Kind::message, to, message, {}, std::move(choices)});
}

Applied TransitionSystem::drop(PackedWorld& world, std::uint32_t message) {
  if (!world.in_flight(message)) return {};
  world.remove_message(cache_.messages().with_hash(message));
  return {true};
}

Applied TransitionSystem::duplicate(PackedWorld& world, std::uint32_t message) {
  if (!world.in_flight(message)) return {};
  world.add_message(cache_.messages().with_hash(message));
  return {true};
}

Applied TransitionSystem::fire(PackedWorld& world, NodeId node, std::uint32_t timer,
                               std::vector<std::uint32_t> choices) {
  if (!runs(world, node) || timer >= local(world, node).timers.size()) return {};
  return step(world, {Input::Kind::timer, node, timer, {}, std::move(choices)});
}

Applied TransitionSystem::begin(PackedWorld& world, NodeId client, const BeginOperation& operation,
                                std::vector<std::uint32_t> choices) {
  if (!runs(world, client) || cache_.nodes()[client.value].boot.type().begin == nullptr) return {};
  return step(world,
              {Input::Kind::begin, client, cache_.intern(operation).id, {}, std::move(choices)});
}

Applied TransitionSystem::crash(PackedWorld& world, NodeId node, const DiskOutcome& outcome) {
  if (!local(world, node).up) return {};
  return step(world, {Input::Kind::crash, node, 0, outcome, {}});
}

Applied TransitionSystem::restart(PackedWorld& world, NodeId node,
                                  std::vector<std::uint32_t> choices) {
  const LocalState& at = local(world, node);
  if (at.up) return {};
  const Input::Kind kind = at.incarnation == 0 ? Input::Kind::start : Input::Kind::recover;
  return step(world, {kind, node, 0, {}, std::move(choices)});
}

Applied TransitionSystem::set_paused(PackedWorld& world, NodeId node, bool paused) {
  const LocalState& at = local(world, node);
  if (!at.up || at.paused == paused) return {};
  LocalState next = at;
  next.paused = paused;
  world.set_node(node, cache_.locals().with_hash(world.node(node)), cache_.intern(std::move(next)));
  return {true};
}

std::uint64_t TransitionSystem::hash_anew(const PackedWorld& world) const {
  std::vector<Interned> nodes;
  std::vector<Interned> monitors;
  for (std::uint32_t i = 0; i < node_count(); ++i)
    nodes.push_back(cache_.locals().with_hash(world.node(NodeId{i})));
  for (std::size_t i = 0; i < monitor_count(); ++i)
    monitors.push_back(monitor_states_.with_hash(world.monitor(i)));
  PackedWorld again(nodes, monitors);
  for (const std::uint32_t id : world.messages())
    again.add_message(cache_.messages().with_hash(id));
  return again.hash();
}

}  // namespace stampede::engine
