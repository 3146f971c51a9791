#include "explain/moment.hpp"

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

}  // namespace

engine::Document state_document(const engine::ProcessValue& process,
                                const engine::NodeNames& names) {
  engine::JsonWriter state(&names);
  process.type().write(state, process.get());
  return engine::parse_json(state.str(), "state");
}

void Moment::come(const engine::World& world, Step step, std::vector<std::string> broken) {
  const bool is_next = world_ != nullptr && world.step() == number_ + 1;
  if (!is_next) {
    come(world);
  } else if (step.node != no_node) {
    states_[step.node.value].reset();
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
  states_.assign(world.node_count(), std::nullopt);
}

const engine::Effects* Moment::effects() const {
  if (!step_ || !runs_handler(step_->kind) || world_->last_effects().exception) return nullptr;
  return &world_->last_effects();
}

const engine::Document* Moment::state(NodeId node) {
  if (!world_->up(node)) return nullptr;
  std::optional<engine::Document>& state = states_[node.value];
  if (!state) state = state_document(world_->process(node), names());
  return &*state;
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
