#include "tests/explore/duet.hpp"

#include <algorithm>

#include "engine/core/random.hpp"

namespace stampede::tests {

using engine::Applied;
using engine::Decision;
using engine::DecisionKind;
using engine::InFlight;
using engine::LocalState;
using engine::PackedMessage;
using engine::StateSpace;

std::unique_ptr<StateSpace> make_system(const Configuration& configuration) {
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  for (const engine::Property& property : configuration.properties)
    monitors.push_back(property.make());
  engine::SpaceSettings settings;
  settings.transitions.saves_in_step = configuration.saves_in_step;
  // Clocks may be read: of both worlds they stand still.
  settings.transitions.clock_step = engine::milliseconds(1);
  return std::make_unique<StateSpace>(configuration.assemble(), std::move(monitors),
                                      std::move(settings));
}

Duet::Duet(const Configuration& configuration, StateSpace& system, std::uint64_t seed,
           Sabotage sabotage)
    : configuration_(configuration),
      system_(system),
      world_(configuration.assemble(), {seed, configuration.saves_in_step, true, 512}),
      packed_(system.unbooted()),
      sabotage_(sabotage),
      seed_(seed) {
  for (const engine::Property& property : configuration.properties)
    world_.add_monitor(property.make());
}

std::uint64_t Duet::dice() { return engine::draw(seed_, engine::Domain::test, ++draws_); }
std::uint32_t Duet::below(std::size_t bound) {
  return static_cast<std::uint32_t>(engine::below(dice(), bound));
}

std::optional<std::string> Duet::play(std::uint32_t decisions) {
  for (std::uint32_t i = 0; i < world_.node_count() + decisions && !world_.broken(); ++i) {
    Decision decision;
    if (i < world_.node_count()) {
      decision.kind = DecisionKind::restart;
      decision.node = NodeId{i};
    } else {
      decision = random_decision();
    }
    for (std::uint32_t k = 0; k < configuration_.choices; ++k) {
      decision.choices.push_back(below(configuration_.choice_arity));
    }
    decision.at = world_.now();
    if (auto found = both(decision)) {
      return "decision " + std::to_string(i + 1) + ", " + engine::to_json(decision) + ": " + *found;
    }
  }
  return std::nullopt;
}

Decision Duet::random_completion() {
  Decision decision{DecisionKind::complete};
  decision.node = NodeId{below(world_.node_count())};
  decision.name = "durable";
  for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
    if (!world_.local(NodeId{i}).held.empty()) decision.node = NodeId{i};
  }
  return decision;
}

// Also what is not enabled is drawn: both must refuse it.
Decision Duet::random_decision() {
  if (!configuration_.saves_in_step && below(100) < 20) return random_completion();
  Decision decision;
  const std::uint32_t wish = below(100);
  const auto messages = world_.in_flight();
  if (wish < 65 && !messages.empty()) {
    decision.kind = wish < 53   ? DecisionKind::deliver
                    : wish < 59 ? DecisionKind::drop
                                : DecisionKind::duplicate;
    const InFlight& message = world_.message(messages[below(messages.size())]);
    decision.message = engine::name_of(message);
    return decision;
  }
  decision.node = NodeId{below(world_.node_count())};
  const LocalState& local = world_.local(decision.node);
  if (wish < 80 && !local.timers.empty()) {
    const engine::TimerSlot& slot = local.timers[below(local.timers.size())];
    decision.kind = DecisionKind::fire;
    decision.timer = engine::name_of(slot, decision.node);
  } else if (wish < 88 && !configuration_.clients.empty()) {
    decision.kind = DecisionKind::begin;
    decision.node = configuration_.clients[below(configuration_.clients.size())];
    decision.operation.id = {ClientId{0}, ++operations_};
    decision.operation.operation = configuration_.operation(operations_, dice());
    const auto position =
        std::find(configuration_.clients.begin(), configuration_.clients.end(), decision.node);
    decision.operation.id.client =
        ClientId{static_cast<std::uint32_t>(position - configuration_.clients.begin())};
  } else if (wish < 92 && may_crash(decision.node)) {
    constexpr engine::DiskOutcome outcomes[] = {engine::disk_keeps, engine::disk_loses,
                                                engine::disk_tears};
    decision.kind = DecisionKind::crash;
    decision.outcome = outcomes[below(3)];
  } else if (wish < 96) {
    decision.kind = local.paused ? DecisionKind::resume : DecisionKind::pause;
  } else {
    decision.kind = DecisionKind::restart;
    for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
      if (!world_.up(NodeId{i})) decision.node = NodeId{i};
    }
  }
  return decision;
}

/// One node at a time, and only while no replica is down or recovering.
bool Duet::may_crash(NodeId node) const {
  if (!world_.up(node)) return true;  // to be refused
  for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
    if (!world_.up(NodeId{i}) || world_.observation(NodeId{i}).recovering) return false;
  }
  return true;
}

std::optional<std::uint32_t> Duet::packed_message(const engine::MessageName& name) const {
  const auto slot = world_.find_message(name);
  if (!slot) return std::nullopt;
  const InFlight& message = world_.message(*slot);
  const PackedMessage wanted{message.type, message.payload, message.from, message.to,
                             message.instance};
  for (const std::uint32_t id : packed_.messages) {
    if (system_.message(id) == wanted) return id;
  }
  return std::nullopt;
}

/// The canonical slot of the armed timer that the decision names; one that is not there if none is.
std::uint32_t Duet::packed_timer(const Decision& decision) const {
  const auto slots = world_.find_timers(decision.timer);
  const auto& timers = system_.local(packed_, decision.node).timers;
  if (slots.empty()) return static_cast<std::uint32_t>(timers.size());
  const engine::TimerSlot& wanted = world_.local(decision.node).timers[slots.front()];
  const auto place =
      std::find_if(timers.begin(), timers.end(), [&](const engine::TimerSlot& timer) {
        return timer.type == wanted.type && timer.instance == wanted.instance &&
               timer.value == wanted.value;
      });
  return static_cast<std::uint32_t>(place - timers.begin());
}

Applied Duet::apply_to_packed(const Decision& decision) {
  const auto with_message = [&](auto&& act) {
    const auto message = packed_message(decision.message);
    return message ? act(*message) : Applied{};
  };
  switch (decision.kind) {
    case DecisionKind::deliver:
      return with_message(
          [&](std::uint32_t id) { return system_.deliver(packed_, id, decision.choices); });
    case DecisionKind::drop:
      return with_message([&](std::uint32_t id) { return system_.drop(packed_, id); });
    case DecisionKind::duplicate:
      return with_message([&](std::uint32_t id) { return system_.duplicate(packed_, id); });
    case DecisionKind::fire:
      return system_.fire(packed_, decision.node, packed_timer(decision), decision.choices);
    case DecisionKind::begin:
      return system_.begin(packed_, decision.node, decision.operation, decision.choices);
    case DecisionKind::complete:
      return system_.complete_save(packed_, decision.node);
    case DecisionKind::crash:
      return system_.crash(packed_, decision.node, decision.outcome);
    case DecisionKind::restart:
      return system_.restart(packed_, decision.node, decision.choices);
    case DecisionKind::pause:
      return system_.pause(packed_, decision.node);
    case DecisionKind::resume:
      return system_.resume(packed_, decision.node);
    default:
      return {};
  }
}

bool Duet::apply_to_world(const Decision& decision) {
  if (sabotage_ == Sabotage::drops_are_forgotten && decision.kind == DecisionKind::drop)
    return true;
  if (sabotage_ == Sabotage::saves_survive_crashes && decision.kind == DecisionKind::crash) {
    Decision keeps = decision;
    keeps.outcome.save_kept = true;
    return world_.apply(keeps);
  }
  const bool done = world_.apply(decision);
  if (sabotage_ == Sabotage::timers_survive_crashes && decision.kind == DecisionKind::crash) {
    for (engine::TimerSlot& slot : world_.local(decision.node).timers) slot.armed = true;
  }
  if (sabotage_ == Sabotage::first_monitor_forgets) {
    world_.monitors().front()->restore(configuration_.properties.front().make()->state());
  }
  if (sabotage_ == Sabotage::interposers_forget) {
    const auto nodes = configuration_.assemble().nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i)
      world_.local(NodeId{i}).interposer = nodes[i].interposer.initial;
  }
  return done;
}

std::optional<std::string> Duet::both(const Decision& decision) {
  const std::size_t violations_before = world_.violations().size();
  // Packed first: its message and timer are looked up in World by name.
  const Applied applied = apply_to_packed(decision);
  const bool done = apply_to_world(decision);
  if (done != applied.enabled) return done ? "only World did it" : "only the packed world did it";
  if (done) schedule_.push_back(decision);
  if (done && after_each) after_each(packed_);
  return difference(violations_before, applied);
}

std::optional<std::string> Duet::difference(std::size_t violations_before, const Applied& applied) {
  // World keeps the first violation of each property; in what order several of one step are told
  // is its own affair.
  std::size_t matched = violations_before;
  for (const engine::Violation& violation : applied.violations) {
    if (std::find(violated_.begin(), violated_.end(), violation.property) != violated_.end())
      continue;
    violated_.push_back(violation.property);
    const auto& all = world_.violations();
    const auto known = std::find_if(
        all.begin() + static_cast<std::ptrdiff_t>(violations_before), all.end(),
        [&](const engine::Violation& one) { return one.property == violation.property; });
    if (known == all.end()) return "only the packed world reports " + violation.property;
    if (known->message != violation.message || known->nodes != violation.nodes)
      return "World reports " + known->message + ", the packed world " + violation.message;
    ++matched;
  }
  if (matched != world_.violations().size()) return "only World reports some violation";
  if (world_.broken()) return std::nullopt;  // the packed world has not changed

  for (std::uint32_t i = 0; i < world_.node_count(); ++i) {
    const LocalState& local = world_.local(NodeId{i});
    const LocalState& packed = system_.local(packed_, NodeId{i});
    if (!(local == packed)) return "local states of " + world_.name(NodeId{i});
    if (engine::hash_of(local) != engine::hash_of(packed))
      return "hash of the local state of " + world_.name(NodeId{i});
  }
  for (std::size_t i = 0; i < world_.monitors().size(); ++i) {
    const auto& monitor = world_.monitors()[i];
    if (!(monitor->state() == system_.monitor_state(packed_, i)))
      return "monitor " + monitor->property();
  }
  std::vector<PackedMessage> here;
  std::vector<PackedMessage> there;
  for (const engine::MessageSlot slot : world_.in_flight()) {
    const InFlight& message = world_.message(slot);
    here.push_back({message.type, message.payload, message.from, message.to, message.instance});
  }
  for (const std::uint32_t id : packed_.messages) there.push_back(system_.message(id));
  if (!std::is_permutation(here.begin(), here.end(), there.begin(), there.end()))
    return "messages in flight";
  if (packed_.hash != system_.hash_anew(packed_)) return "hash of the packed world";
  return std::nullopt;
}

}  // namespace stampede::tests
