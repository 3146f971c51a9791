#include "explain/tape.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/version.hpp"

namespace stampede::explain {
namespace {

/// Keeps the decisions of a run.
class Taker final : public engine::WorldObserver {
 public:
  Taker(std::vector<Step>& steps, engine::WorldObserver* also) : steps_(steps), also_(also) {}
  void event(const engine::Event& event) override {
    if (event.decision != nullptr) take(event);
    if (also_ != nullptr) also_->event(event);
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return also_ != nullptr && also_->wants_state(step, node);
  }

 private:
  void take(const engine::Event& event) {
    const std::uint32_t copied = event.kind == engine::EventKind::duplicate ? event.copy : 0;
    Step& step = steps_.emplace_back(
        Step{event.kind, *event.decision, event.digest, event.node, copied, event.incarnation});
    step.cause = event.cause;
    const bool on_its_way = is_about_message(step.kind) &&
                            step.kind != engine::EventKind::deliver &&
                            step.kind != engine::EventKind::ignore;
    if (step.node != no_node && !on_its_way)
      step.before = std::exchange(latest_[step.node], event.step);
  }

  std::vector<Step>& steps_;
  engine::WorldObserver* also_;
  /// The newest step at each node.
  std::map<NodeId, std::uint64_t> latest_;
};

/// Who observes a run from its middle on does not know where from what was on its way came.
class WithCauses final : public engine::WorldObserver {
 public:
  WithCauses(const std::vector<Step>& steps, engine::WorldObserver& told)
      : steps_(steps), told_(told) {}
  void event(const engine::Event& event) override {
    engine::Event whole = event;
    if (event.decision != nullptr) whole.cause = steps_.at(event.step - 1).cause;
    told_.event(whole);
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return told_.wants_state(step, node);
  }

 private:
  const std::vector<Step>& steps_;
  engine::WorldObserver& told_;
};

}  // namespace

Tape::Tape(scenarios::Scenario scenario, const scenarios::RunSettings& settings)
    : scenario_(std::move(scenario)) {
  scenarios::RunSettings taken = settings;
  Taker taker(steps_, settings.observer);
  taken.observer = &taker;
  result_ = scenarios::run(scenario_, taken);
  names_ = result_.node_names();
  play_again();
}

void Tape::play_again() {
  world_ = scenarios::build_world(scenario_, 0);
  for (std::uint32_t i = 0; i < world_->node_count(); ++i)
    boots_ += world_->membership().is_spare(NodeId{i}) ? 0 : 1;
  while (world_->step() < boots_) advance(*world_);
  keep_snapshot();
  while (world_->step() < size()) {
    advance(*world_);
    if ((world_->step() - boots_) % steps_between_ == 0) keep_snapshot();
  }
}

void Tape::advance(engine::World& world) const {
  const Step& step = steps_[world.step()];
  const bool made = world.apply(step.decision);
  ASSERT(made && world.digest() == step.digest);
  // Nobody schedules what is new.
  world.new_messages.clear();
  world.new_timers.clear();
  world.new_saves.clear();
  world.new_disk_requests.clear();
  world.new_responses.clear();
}

void Tape::keep_snapshot() {
  if (snapshots_.size() == snapshots_max) {
    for (std::size_t i = 1; 2 * i < snapshots_.size(); ++i)
      snapshots_[i] = std::move(snapshots_[2 * i]);
    snapshots_.resize(snapshots_max / 2);
    steps_between_ *= 2;
    if ((world_->step() - boots_) % steps_between_ != 0) return;
  }
  snapshots_.push_back(std::make_unique<const engine::World>(*world_));
}

void Tape::wind_to(std::uint64_t number) {
  const std::uint64_t place =
      std::min<std::uint64_t>((number - boots_) / steps_between_, snapshots_.size() - 1);
  const engine::World& snapshot = *snapshots_.at(place);
  if (world_ == nullptr || world_->step() > number || world_->step() < snapshot.step())
    world_ = std::make_unique<engine::World>(snapshot);
  while (world_->step() < number) advance(*world_);
}

const engine::World& Tape::world_at(std::uint64_t number) {
  wind_to(number);
  return *world_;
}

std::unique_ptr<engine::World> Tape::copy_at(std::uint64_t number) {
  return std::make_unique<engine::World>(world_at(number));
}

void Tape::tell(std::uint64_t first, std::uint64_t last, engine::WorldObserver& observer) {
  // Whatever it throws, the world does not tell it more.
  std::unique_ptr<engine::World> told;
  if (first == 1) {
    told = scenarios::build_world(scenario_, 0);
  } else {
    wind_to(first - 1);
    told = std::move(world_);
  }
  WithCauses observed(steps_, observer);
  told->set_observer(&observed);
  while (told->step() < last) advance(*told);
}

Tape stored_tape(const traces::RunRecord& record, const scenarios::RerunSettings& settings) {
  Tape tape(scenarios::stored_scenario(record, settings),
            scenarios::stored_settings(record, settings));
  if (settings.overrides.empty() && tape.result().digest != record.digest) {
    throw engine::InputError(
        "run " + std::to_string(record.id) + " does not come out as it was stored by " +
            engine::build_text(record.build),
        "this is " + engine::build_text(engine::build()) + "; 'replay' shows where they part");
  }
  return tape;
}

}  // namespace stampede::explain
