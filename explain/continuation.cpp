#include "explain/continuation.hpp"

#include <algorithm>

#include "engine/core/hash.hpp"
#include "scenarios/running/judging.hpp"

namespace stampede::explain {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::World;

Decision at_any_time(Decision decision) {
  decision.at.reset();
  decision.choices.clear();
  // Whichever arming of that timer is there then.
  decision.timer.nth = 0;
  return decision;
}

/// Of the network, not of a node.
bool is_network(DecisionKind kind) {
  return kind == DecisionKind::drop || kind == DecisionKind::duplicate ||
         kind == DecisionKind::corrupt;
}

/// Deliveries and completions are whatever is there; marks of faults change nothing.
bool has_lane(DecisionKind kind) {
  return kind != DecisionKind::deliver && kind != DecisionKind::complete &&
         kind != DecisionKind::begin_fault && kind != DecisionKind::end_fault;
}

void add_writes(const World& world, std::vector<Move>& moves) {
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    const NodeId node{i};
    const engine::LocalState& local = world.local(node);
    if (!local.up || local.paused) continue;
    Decision decision{DecisionKind::complete};
    decision.node = node;
    if (!local.held.empty()) {
      decision.name = "durable";
      moves.push_back({decision});
    }
    for (const auto& [file, content] : local.disk.files) {
      if (!local.disk.busy(file)) continue;
      decision.name = file;
      moves.push_back({decision});
    }
  }
}

}  // namespace

Continuation::Continuation(Tape& tape, const engine::Violation& violation, std::uint64_t until)
    : tape_(tape), property_(violation.property) {
  std::map<std::pair<NodeId, NodeId>, Lane> lanes;
  for (std::uint64_t number = tape.boots() + 1; number <= until; ++number) {
    const Decision& decision = tape.step(number).decision;
    if (!has_lane(decision.kind)) continue;
    const NodeId from = is_network(decision.kind) ? decision.message.from : no_node;
    lanes[{engine::place_of(decision), from}].steps.push_back(number);
  }
  for (auto& [whose, lane] : lanes) lanes_.push_back(std::move(lane));
  crashes_end_.resize(lanes_.size());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    for (std::uint32_t place = 0; place < lanes_[i].steps.size(); ++place) {
      const Decision& decision = tape.step(lanes_[i].steps[place]).decision;
      if (decision.kind == DecisionKind::crash) crashes_end_[i] = place + 1;
      if (decision.kind != DecisionKind::fire) continue;
      Ends& ends = timers_end_[decision.timer.type];
      ends.resize(lanes_.size());
      ends[i] = place + 1;
    }
  }
  for (const auto& monitor : tape.world_at(tape.boots()).monitors())
    by_monitor_ = by_monitor_ || monitor->property() == property_;
}

Continued Continuation::from(std::uint64_t step) const {
  Continued at{tape_.copy_at(step), {}};
  for (const Lane& lane : lanes_) {
    const auto next = std::upper_bound(lane.steps.begin(), lane.steps.end(), step);
    at.done.push_back(static_cast<std::uint32_t>(next - lane.steps.begin()));
  }
  return at;
}

Continued Continuation::copy(const Continued& of) const {
  return {std::make_unique<World>(*of.world), of.done};
}

bool Continuation::enabled(const World& world, const Decision& decision, std::uint64_t step) const {
  if (is_network(decision.kind)) return world.find_message(decision.message).has_value();
  const engine::LocalState& local = world.local(engine::place_of(decision));
  switch (decision.kind) {
    case DecisionKind::restart:
    case DecisionKind::wipe:
      return !local.up;
    case DecisionKind::resume:
      return local.up && local.paused;
    case DecisionKind::crash:
      return local.up;
    case DecisionKind::fire:
      return local.up && !local.paused && !world.find_timers(decision.timer).empty();
    case DecisionKind::begin: {
      // Who waited for an answer before it went on does so again.
      const OperationId id = decision.operation.id;
      const OperationId last{id.client, id.number - 1};
      const engine::HistoryOperation* then = tape_.result().history.find(last);
      const engine::HistoryOperation* now = world.find_operation(last);
      const bool waited = then != nullptr && then->responded_step <= step && !then->is_open();
      return local.up && !local.paused && world.find_operation(id) == nullptr &&
             (!waited || (now != nullptr && !now->is_open()));
    }
    default:
      return local.up && !local.paused;
  }
}

void Continuation::add_own(const Continued& at, std::vector<Move>& moves) const {
  for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
    if (at.done[i] == lanes_[i].steps.size()) continue;
    const std::uint64_t step = lanes_[i].steps[at.done[i]];
    const Decision decision = at_any_time(tape_.step(step).decision);
    if (!enabled(*at.world, decision, step)) continue;
    moves.push_back({decision, i});
    if (decision.kind == DecisionKind::drop) moves.push_back({decision, i, true});
  }
}

bool Continuation::comes(const Continued& at, const Ends& ends) {
  return !std::equal(ends.begin(), ends.end(), at.done.begin(),
                     [](std::uint32_t end, std::uint32_t done) { return end <= done; });
}

/// The receiver will ignore it for ever: whether it arrives makes no difference.
bool Continuation::dead(const Continued& at, const engine::InFlight& message) const {
  const World& world = *at.world;
  const auto is_dead = tape_.scenario().model->exploration.dead;
  if (is_dead == nullptr || !world.correct(message.to)) return false;
  const bool crashes = comes(at, crashes_end_);
  const std::function<bool(const engine::NamedType&)> fires = [&](const engine::NamedType& type) {
    const auto ends = timers_end_.find(type.name);
    return ends != timers_end_.end() && comes(at, ends->second);
  };
  return is_dead({message.to, world.local(message.to), message.from, message.payload,
                  world.group(message.to), world.options(message.to), crashes, fires});
}

void Continuation::add_deliveries(const Continued& at, std::vector<Move>& moves) const {
  const World& world = *at.world;
  std::vector<const engine::InFlight*> known;
  for (const engine::MessageSlot slot : world.in_flight()) {
    const engine::InFlight& message = world.message(slot);
    const engine::LocalState& receiver = world.local(message.to);
    if (!receiver.up || receiver.paused || dead(at, message)) continue;
    const bool again = std::any_of(known.begin(), known.end(), [&](const engine::InFlight* one) {
      return one->type == message.type && one->from == message.from && one->to == message.to &&
             one->instance == message.instance && one->payload == message.payload;
    });
    if (again) continue;
    known.push_back(&message);
    Decision decision;
    decision.message = engine::name_of(message);
    moves.push_back({std::move(decision)});
  }
}

std::vector<Move> Continuation::moves(Continued& at) const {
  std::vector<Move> moves;
  while (true) {
    add_deliveries(at, moves);
    add_writes(*at.world, moves);
    add_own(at, moves);
    if (!moves.empty() || at.world->broken()) return moves;
    // Nothing is under way: what is not possible now never will be, unless what is behind it is.
    bool left_out = false;
    for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
      if (at.done[i] == lanes_[i].steps.size()) continue;
      ++at.done[i];
      left_out = true;
    }
    if (!left_out) return moves;
  }
}

void Continuation::make(Continued& at, const Move& move) const {
  if (move.lane != Move::no_lane) ++at.done[move.lane];
  if (!move.left_out) at.world->apply(move.decision);
}

bool Continuation::broken(const Continued& at, bool ended) const {
  const auto is_it = [&](const engine::Violation& one) { return one.property == property_; };
  const std::vector<engine::Violation>& seen = at.world->violations();
  if (std::any_of(seen.begin(), seen.end(), is_it)) return true;
  if (by_monitor_ || !ended) return false;
  const std::vector<engine::Violation> judged =
      scenarios::judge_history(tape_.scenario(), at.world->history(), "").violations;
  return std::any_of(judged.begin(), judged.end(), is_it);
}

std::uint64_t Continuation::hash(const Continued& at) const {
  engine::Hasher hasher(engine::hash_seed);
  for (std::uint32_t i = 0; i < at.world->node_count(); ++i)
    static_cast<const World&>(*at.world).local(NodeId{i}).append_hash(hasher);
  std::uint64_t messages = 0;
  for (const engine::MessageSlot slot : at.world->in_flight()) {
    const engine::InFlight& message = at.world->message(slot);
    if (dead(at, message)) continue;
    const std::uint64_t link = (std::uint64_t{message.from.value} << 32) | message.to.value;
    messages += engine::mix(engine::mix(message.type->name_hash, message.payload.hash()),
                            link ^ message.instance.hash());
  }
  hasher.add(messages);
  for (const std::uint32_t done : at.done) hasher.add(done);
  for (const auto& monitor : at.world->monitors()) hasher.add(monitor->state().hash());
  if (!by_monitor_) {
    for (const engine::HistoryOperation& one : at.world->history().operations()) {
      hasher.add(one.invoked_at);
      hasher.add(one.responded_at);
      hasher.add(one.result.hash());
    }
  }
  return hasher.finish();
}

}  // namespace stampede::explain
