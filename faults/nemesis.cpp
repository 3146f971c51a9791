#include "faults/nemesis.hpp"

#include <algorithm>

#include "engine/core/random.hpp"

namespace stampede::faults {
namespace {

/// How long to wait before looking again for a primary or for room in the budget.
constexpr engine::Duration retry_interval = engine::milliseconds(5);

bool listed(const std::vector<NodeId>& nodes, NodeId node) {
  return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace

Nemesis::Nemesis(std::vector<Fault> faults, const NemesisSettings& settings)
    : faults_(std::move(faults)), settings_(settings) {
  for (const Fault& fault : faults_) add(fault, -1, 0);
}

void Nemesis::add(const Fault& fault, std::int32_t sequence, std::uint32_t position) {
  const auto index = static_cast<std::int32_t>(states_.size());
  State state;
  state.fault = &fault;
  state.sequence = sequence;
  state.position = position;
  states_.push_back(std::move(state));
  watching_ = watching_ || fault.when || fault.until;
  if (const auto* items = std::get_if<Sequence>(&fault.action)) {
    for (std::uint32_t i = 0; i < items->items.size(); ++i) add(items->items[i], index, i);
  }
}

std::uint64_t Nemesis::draw(const engine::Simulation& simulation, engine::Domain domain,
                            const State& state, std::uint32_t occurrence) const {
  return engine::draw(simulation.seed(), domain,
                      engine::mix(engine::hash_bytes(state.fault->name), occurrence));
}

void Nemesis::schedule(engine::Simulation& simulation, engine::Time at, Wakeup wakeup) {
  wakeups_.push_back(wakeup);
  simulation.wake_injector(at, static_cast<std::uint32_t>(wakeups_.size() - 1));
}

void Nemesis::start(engine::Simulation& simulation) {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    const State& state = states_[i];
    if (state.sequence >= 0 || state.fault->when) continue;
    if (state.fault->every) {
      schedule_next(simulation, i);
    } else {
      schedule(simulation, state.fault->at.value_or(engine::Time{}),
               {i, Phase::begin, ++states_[i].occurrence});
    }
  }
}

void Nemesis::schedule_next(engine::Simulation& simulation, std::uint32_t index) {
  State& state = states_[index];
  if (state.fault->times != 0 && state.occurrence >= state.fault->times) return;
  ++state.occurrence;
  const engine::Duration wait = engine::exponential(
      draw(simulation, engine::Domain::fault_time, state, state.occurrence), *state.fault->every);
  schedule(simulation, simulation.now() + wait, {index, Phase::begin, state.occurrence});
}

void Nemesis::wake(engine::Simulation& simulation, std::uint32_t token) {
  const Wakeup wakeup = wakeups_[token];
  if (wakeup.phase == Phase::end) {
    end(simulation, wakeup.state, wakeup.occurrence);
    return;
  }
  if (wakeup.phase == Phase::begin && states_[wakeup.state].fault->every)
    schedule_next(simulation, wakeup.state);
  begin(simulation, wakeup.state, wakeup.occurrence);
}

void Nemesis::begin(engine::Simulation& simulation, std::uint32_t index, std::uint32_t occurrence) {
  const Fault& fault = *states_[index].fault;
  if (fault.chance &&
      !engine::happens(draw(simulation, engine::Domain::fault_chance, states_[index], occurrence),
                       *fault.chance)) {
    if (states_[index].sequence >= 0) advance_sequence(simulation, index, occurrence);
    return;
  }
  begin_surely(simulation, index, occurrence);
}

void Nemesis::begin_surely(engine::Simulation& simulation, std::uint32_t index,
                           std::uint32_t occurrence) {
  const Fault& fault = *states_[index].fault;
  Undo undone;
  const std::uint64_t bits =
      draw(simulation, engine::Domain::fault_target, states_[index], occurrence);
  if (!std::holds_alternative<Wait>(fault.action))
    simulation.world().begin_fault(fault.name, fault.kind);
  const Begun begun = std::visit(
      [&](const auto& action) { return act(simulation, action, bits, undone); }, fault.action);
  if (begun != Begun::done && !std::holds_alternative<Wait>(fault.action))
    simulation.world().end_fault(fault.name);
  if (begun == Begun::not_now) {
    // Once asked for, it waits for its chance; a periodic one has the next.
    if (!fault.every)
      schedule(simulation, simulation.now() + retry_interval, {index, Phase::retry, occurrence});
    return;
  }
  if (begun == Begun::done) ++states_[index].hits;
  if (std::holds_alternative<Sequence>(fault.action)) {
    schedule(simulation, simulation.now(), {index + 1, Phase::retry, occurrence});
    return;
  }
  if (!undone.empty()) states_[index].active.push_back({occurrence, std::move(undone)});
  if (fault.lasts) {
    schedule(simulation, simulation.now() + *fault.lasts, {index, Phase::end, occurrence});
  } else if (states_[index].sequence >= 0 && !fault.until) {
    advance_sequence(simulation, index, occurrence);
  }
}

void Nemesis::end(engine::Simulation& simulation, std::uint32_t index, std::uint32_t occurrence) {
  State& state = states_[index];
  const auto place =
      std::find_if(state.active.begin(), state.active.end(),
                   [&](const State::Active& active) { return active.occurrence == occurrence; });
  if (place != state.active.end()) {
    Undo undone = std::move(place->undo);
    state.active.erase(place);
    undo(simulation, undone);
    simulation.world().end_fault(state.fault->name);
  }
  if (state.sequence >= 0) advance_sequence(simulation, index, occurrence);
}

void Nemesis::advance_sequence(engine::Simulation& simulation, std::uint32_t index,
                               std::uint32_t occurrence) {
  for (std::uint32_t next = index + 1; next < states_.size(); ++next) {
    if (states_[next].sequence != states_[index].sequence) continue;
    schedule(simulation, simulation.now(), {next, Phase::retry, occurrence});
    return;
  }
}

Nemesis::Begun Nemesis::act(engine::Simulation&, const Wait&, std::uint64_t, Undo&) {
  return Begun::done;
}
Nemesis::Begun Nemesis::act(engine::Simulation&, const Sequence& sequence, std::uint64_t, Undo&) {
  return sequence.items.empty() ? Begun::nothing : Begun::done;
}

void Nemesis::undo(engine::Simulation& simulation, Undo& undone) {
  engine::World& world = simulation.world();
  for (const auto& [from, to] : undone.cuts) simulation.network().heal(from, to);
  for (const NodeId node : undone.crashed) simulation.restart(node);
  for (const NodeId node : undone.paused) simulation.resume(node);
  for (const auto rule : undone.rules) simulation.network().remove_rule(rule);
  if (!undone.rules.empty()) simulation.release_held();
  for (const auto& [node, drift] : undone.drifts)
    world.set_clock(node, world.clock(node).drifting(world.now(), drift));
  for (const auto& [node, offset] : undone.offsets)
    world.move_clock(node, engine::Duration{} - offset);
}

void Nemesis::stop(engine::Simulation& simulation) {
  for (State& state : states_) {
    for (State::Active& active : state.active) {
      undo(simulation, active.undo);
      simulation.world().end_fault(state.fault->name);
    }
    state.active.clear();
  }
  watching_ = false;
  stopped_ = true;
}

std::optional<std::uint32_t> Nemesis::find(std::string_view name) const {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (states_[i].sequence < 0 && states_[i].fault->name == name) return i;
  }
  return std::nullopt;
}

bool Nemesis::begin_by_hand(engine::Simulation& simulation, std::string_view name) {
  const std::optional<std::uint32_t> found = find(name);
  if (!found || stopped_) return false;
  begin_surely(simulation, *found, ++states_[*found].occurrence);
  return true;
}

bool Nemesis::end_by_hand(engine::Simulation& simulation, std::string_view name) {
  const std::optional<std::uint32_t> found = find(name);
  if (!found || states_[*found].active.empty()) return false;
  while (!states_[*found].active.empty())
    end(simulation, *found, states_[*found].active.front().occurrence);
  return true;
}

void Nemesis::decided(engine::Simulation& simulation, const engine::MessageSeen* delivered) {
  const engine::World& world = simulation.world();
  // Messages sent in the decision; begin() may add to the world's list.
  const std::vector<engine::MessageSlot> sent = world.new_messages;
  const auto count = [&](const Trigger& trigger) -> std::uint32_t {
    switch (trigger.kind) {
      case Trigger::Kind::sent: {
        std::uint32_t matching = 0;
        for (const engine::MessageSlot slot : sent) {
          const engine::InFlight& message = world.message(slot);
          if (message.sequence != 0 && message.copy == 0 && message.type->name == trigger.name &&
              listed(trigger.by, message.from) && listed(trigger.from, message.from) &&
              listed(trigger.to, message.to)) {
            ++matching;
          }
        }
        return matching;
      }
      case Trigger::Kind::delivered:
        return delivered != nullptr && delivered->type->name == trigger.name &&
                       listed(trigger.by, delivered->to) && listed(trigger.to, delivered->to) &&
                       listed(trigger.from, delivered->from)
                   ? 1
                   : 0;
      case Trigger::Kind::role_change:
        return world.roles_changed() ? 1 : 0;
      case Trigger::Kind::probe: {
        const auto& probes = world.last_effects().probes;
        return static_cast<std::uint32_t>(
            std::count_if(probes.begin(), probes.end(),
                          [&](const char* probe) { return trigger.name == probe; }));
      }
    }
    return 0;
  };
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    const Fault& fault = *states_[i].fault;
    if (fault.until) {
      std::vector<std::uint32_t> over;
      for (State::Active& active : states_[i].active) {
        active.until_seen += count(*fault.until);
        if (active.until_seen >= fault.until->nth) over.push_back(active.occurrence);
      }
      for (const std::uint32_t occurrence : over) end(simulation, i, occurrence);
    }
    if (fault.when && states_[i].sequence < 0) {
      const std::uint32_t before = states_[i].trigger_seen;
      const std::uint32_t seen = before + count(*fault.when);
      states_[i].trigger_seen = seen;
      // The nth one starts it; with `times` also the later ones.
      const std::uint32_t nth = fault.when->nth;
      const std::uint32_t limit = fault.times == 0 ? 1 : fault.times;
      if (seen > before && seen >= nth && states_[i].occurrence < limit)
        begin(simulation, i, ++states_[i].occurrence);
    }
  }
}

std::vector<Nemesis::Hits> Nemesis::hits() const {
  std::vector<Hits> list;
  for (const State& state : states_) {
    if (std::holds_alternative<Wait>(state.fault->action)) continue;
    list.push_back({state.fault->name, state.fault->kind, state.hits});
  }
  return list;
}

}  // namespace stampede::faults
