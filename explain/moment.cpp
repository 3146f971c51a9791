#include "explain/moment.hpp"

#include <algorithm>

#include "engine/core/edited.hpp"
#include "engine/world/decision_text.hpp"
#include "engine/world/state_edit.hpp"

namespace stampede::explain {
namespace {

/// Whether a handler ran: a handler that ignores is one that ran.
bool runs_handler(engine::EventKind kind) {
  using engine::EventKind;
  switch (kind) {
    case EventKind::deliver:
    case EventKind::ignore:
    case EventKind::fire:
    case EventKind::complete:
    case EventKind::begin:
    case EventKind::crash:
    case EventKind::restart:
    case EventKind::clock:
      return true;
    default:
      return false;
  }
}

/// A node's state with what is the node's own beside it.
engine::Document whole_state(const engine::World& world, NodeId node) {
  const engine::LocalState& local = world.local(node);
  if (!world.up(node)) return engine::text_document("down");
  engine::Document state = state_document(local.process, world.names());
  engine::Document timers;
  timers.kind = engine::Document::Kind::sequence;
  for (const engine::TimerSlot& timer : local.timers) {
    if (!timer.armed) continue;
    engine::TimerName name = engine::name_of(timer, node);
    name.nth = 0;
    timers.items.push_back(engine::text_document(engine::timer_text(name, world.names())));
  }
  std::sort(timers.items.begin(), timers.items.end(),
            [](const auto& left, const auto& right) { return left.text < right.text; });
  state.entries.push_back({"armed timers", 0, 0, std::move(timers)});
  state.entries.push_back(
      {"durable cell", 0, 0, engine::parse_json(local.cell.to_json(&world.names()), "cell")});
  return state;
}

/// What is in flight there, but not in the other world.
std::vector<engine::MessageName> only_in(const engine::World& there, const engine::World& other) {
  std::vector<engine::MessageName> names;
  for (const engine::MessageSlot slot : there.in_flight()) {
    engine::MessageName name = engine::name_of(there.message(slot));
    if (!other.find_message(name)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

engine::Document state_document(const engine::ProcessValue& process,
                                const engine::NodeNames& names) {
  engine::JsonWriter state(&names);
  process.type().write(state, process.get());
  return engine::parse_json(state.str(), "state");
}

std::optional<NodeChange> node_change(const engine::World& before, const engine::World& after,
                                      NodeId node) {
  NodeChange change{node, engine::difference(whole_state(before, node), whole_state(after, node))};
  if (change.changes.empty()) return std::nullopt;
  return change;
}

WorldChange world_change(const engine::World& before, const engine::World& after) {
  WorldChange change;
  for (std::uint32_t i = 0; i < after.node_count(); ++i) {
    if (auto at_node = node_change(before, after, NodeId{i}))
      change.nodes.push_back(std::move(*at_node));
  }
  change.sent = only_in(after, before);
  change.gone = only_in(before, after);
  return change;
}

void Moment::come(const engine::World& world, Step step, std::vector<std::string> broken) {
  const bool is_next = world_ != nullptr && world.step() == number_ + 1;
  if (!is_next) {
    come(world);
  } else if (step.node != no_node && known_[step.node.value]) {
    known_[step.node.value]->is_new = false;
  }
  world_ = &world;
  number_ = world.step();
  step_ = std::move(step);
  broken_ = std::move(broken);
}

void Moment::come(const engine::World& world) {
  world_ = &world;
  number_ = world.step();
  step_.reset();
  broken_.clear();
  known_.assign(world.node_count(), std::nullopt);
}

const engine::Effects* Moment::effects() const {
  if (!step_ || !runs_handler(step_->kind) || world_->last_effects().exception) return nullptr;
  return &world_->last_effects();
}

const engine::Document* Moment::state(NodeId node) {
  if (!world_->up(node)) return nullptr;
  const engine::ProcessValue& process = world_->process(node);
  std::optional<Known>& known = known_[node.value];
  if (!known) {
    known = Known{process, state_document(process, names()), true};
  } else if (!known->is_new) {
    engine::JsonWriter edit(&names());
    engine::write_state_edit(edit, &known->process, process);
    engine::apply_edit(known->state, engine::parse_json(edit.str(), "edit"));
    known->process = process;
    known->is_new = true;
  }
  return &known->state;
}

void follow(Tape& tape, std::uint64_t first, std::uint64_t last,
            const std::function<bool(Moment&)>& seen) {
  Moment moment;
  moment.come(tape.world_at(first - 1));
  if (!seen(moment)) return;
  tape.follow(first, last, [&](std::uint64_t number, const engine::World& world) {
    std::vector<std::string> broken;
    for (const scenarios::FoundViolation& found : tape.result().violations) {
      if (found.violation.step == number) broken.push_back(found.violation.property);
    }
    moment.come(world, tape.step(number), std::move(broken));
    return seen(moment);
  });
}

}  // namespace stampede::explain
