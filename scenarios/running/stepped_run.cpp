#include "scenarios/running/stepped_run.hpp"

#include <algorithm>

namespace stampede::scenarios {
namespace {

using engine::Decision;
using engine::DecisionKind;

/// Shows a world to an observer for a while.
class Shown {
 public:
  Shown(engine::World& world, engine::WorldObserver* observer) : world_(world) {
    world.set_observer(observer);
  }
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  ~Shown() { world_.set_observer(nullptr); }

 private:
  engine::World& world_;
};

/// The number of the client's next operation.
std::uint32_t next_number(const engine::World& world, engine::ClientId client) {
  std::uint32_t next = 1;
  for (const engine::History* history : {&world.history(), &world.administration()}) {
    for (const engine::HistoryOperation& operation : history->operations()) {
      if (operation.id.client == client) next = std::max(next, operation.id.number + 1);
    }
  }
  return next;
}

}  // namespace

SteppedRun::SteppedRun(const Scenario& scenario, engine::WorldObserver* observer)
    : scenario_(scenario), world_(build_world(scenario)) {
  const Shown shown(*world_, observer);
  if (scenario.script.empty()) {
    enter_time();
  } else {
    world_->start();
  }
}

Chosen SteppedRun::make(const Choice& choice, engine::WorldObserver* observer) {
  const Shown shown(*world_, observer);
  return choose(choice);
}

Chosen SteppedRun::choose(const Choice& choice) {
  const Decision& decision = choice.decision;
  const engine::MessageName& message = decision.message;
  switch (choice.kind) {
    case Choice::Kind::next:
      return next();
    case Choice::Kind::decide:
      return {decide(decision)};
    case Choice::Kind::hold:
      return {hold(message)};
    case Choice::Kind::release:
      return {release(message)};
    case Choice::Kind::cut:
      return {cut(message.from, message.to)};
    case Choice::Kind::heal:
      return {heal(message.from, message.to)};
    case Choice::Kind::begin_fault:
      return {simulation_ && nemesis_->begin_by_hand(*simulation_, decision.name)};
    case Choice::Kind::end_fault:
      return {simulation_ && nemesis_->end_by_hand(*simulation_, decision.name)};
    case Choice::Kind::leave_script:
      return {enter_time()};
  }
  return {};
}

Chosen SteppedRun::next() {
  if (!simulation_) return play_next();
  const std::uint64_t step = world_->step();
  const engine::Time before = world_->now();
  Chosen chosen;
  chosen.end = simulation_->next();
  chosen.made = world_->step() != step || world_->now() != before;
  return chosen;
}

Chosen SteppedRun::play_next() {
  Chosen chosen;
  const std::uint64_t before = world_->step();
  while (played_ < scenario_.script.size() && world_->step() == before && !world_->broken()) {
    const ScriptItem& item = scenario_.script[played_];
    const auto message = is_about_message(item.decision.kind)
                             ? world_->find_message(item.decision.message)
                             : std::nullopt;
    ScriptResult played;
    if (item.kind == ScriptItem::Kind::decision && message && is_held(world_->message(*message))) {
      played.skipped.push_back({0, item.text});
    } else {
      played = play({item}, *world_, false);
    }
    ++played_;
    chosen.made = true;
    const auto keep = [&](const std::vector<ScriptRemark>& from, std::vector<ScriptRemark>& to) {
      for (const ScriptRemark& remark : from) to.push_back({played_, remark.text});
    };
    keep(played.skipped, chosen.skipped);
    keep(played.failed_expectations, chosen.failed_expectations);
  }
  if (world_->step() == before)
    chosen.end = world_->broken() ? engine::EndReason::broken : engine::EndReason::finished;
  return chosen;
}

bool SteppedRun::decide(Decision decision) {
  if (decision.kind == DecisionKind::begin) {
    const auto client = world_->membership().clients().place(decision.node);
    if (!client) return false;
    const engine::ClientId identity = world_->membership().clients().identity(*client);
    decision.operation.id = {identity, next_number(*world_, identity)};
  }
  return simulation_ ? simulation_->decide(decision) : world_->apply(decision);
}

bool SteppedRun::is_held(const engine::InFlight& message) const {
  return std::find(held_.begin(), held_.end(), message.sequence) != held_.end();
}

bool SteppedRun::is_cut(NodeId from, NodeId to) const {
  return std::find(cuts_.begin(), cuts_.end(), std::pair(from, to)) != cuts_.end();
}

std::optional<engine::Time> SteppedRun::arrival(engine::MessageSlot slot) {
  return simulation_ ? simulation_->arrival(slot) : std::nullopt;
}

bool SteppedRun::hold(const engine::MessageName& name) {
  const auto slot = world_->find_message(name);
  if (!slot || is_held(world_->message(*slot))) return false;
  held_.push_back(world_->message(*slot).sequence);
  if (simulation_) simulation_->hold(*slot);
  return true;
}

bool SteppedRun::release(const engine::MessageName& name) {
  const auto slot = world_->find_message(name);
  if (!slot || std::erase(held_, world_->message(*slot).sequence) == 0) return false;
  if (simulation_) simulation_->release(*slot);
  return true;
}

bool SteppedRun::cut(NodeId from, NodeId to) {
  if (from == to || is_cut(from, to)) return false;
  cuts_.emplace_back(from, to);
  if (simulation_) simulation_->network().cut(from, to);
  return true;
}

bool SteppedRun::heal(NodeId from, NodeId to) {
  if (std::erase(cuts_, std::pair(from, to)) == 0) return false;
  if (simulation_) simulation_->network().heal(from, to);
  return true;
}

bool SteppedRun::enter_time() {
  if (simulation_) return false;
  nemesis_.emplace(nemesis_of(scenario_));
  simulation_.emplace(*world_, simulation_settings(scenario_, false), &*nemesis_);
  simulation_->start();
  for (const auto& [from, to] : cuts_) simulation_->network().cut(from, to);
  for (const engine::MessageSlot slot : world_->in_flight()) {
    if (is_held(world_->message(slot))) simulation_->hold(slot);
  }
  played_ = scenario_.script.size();
  return true;
}

}  // namespace stampede::scenarios
