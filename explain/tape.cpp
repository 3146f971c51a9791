#include "explain/tape.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <optional>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/version.hpp"

namespace stampede::explain {

/// Keeps the decisions of a run.
class Tape::Taker final : public engine::WorldObserver {
 public:
  Taker(Tape& tape, engine::WorldObserver* also) : tape_(tape), also_(also) {}
  void event(const engine::Event& event) override {
    if (event.decision != nullptr) take(event, *event.decision);
    if (also_ != nullptr) also_->event(event);
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return also_ != nullptr && also_->wants_state(step, node);
  }

 private:
  void take(const engine::Event& event, engine::Decision decision) {
    Kept kept;
    kept.facts.kind = event.kind;
    kept.facts.node = event.node;
    kept.facts.digest = event.digest;
    kept.facts.copied = event.kind == engine::EventKind::duplicate ? event.copy : 0;
    kept.facts.incarnation = event.incarnation;
    kept.facts.cause = event.cause;
    const bool on_its_way = is_about_message(event.kind) &&
                            event.kind != engine::EventKind::deliver &&
                            event.kind != engine::EventKind::ignore;
    if (event.node != no_node && !on_its_way)
      kept.facts.before = std::exchange(latest_[event.node], event.step);
    kept.at = decision.at.value();
    decision.at.reset();
    kept.nth = std::exchange(decision.message.nth, 0) + std::exchange(decision.timer.nth, 0);
    kept.copy = std::exchange(decision.message.copy, 0);
    engine::Hasher hasher;
    engine::append_hash(hasher, decision);
    auto [known, is_new] = known_.try_emplace(hasher.finish(), tape_.decisions_.size());
    if (is_new) tape_.decisions_.push_back(std::move(decision));
    kept.decision = known->second;
    tape_.steps_.push_back(kept);
  }

  Tape& tape_;
  engine::WorldObserver* also_;
  /// Positions of decisions by their hashes.
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> known_;
  /// The newest step at each node.
  std::map<NodeId, std::uint64_t> latest_;
};

/// Who observes a run from its middle on does not know where from what was on its way came.
class Tape::WithCauses final : public engine::WorldObserver {
 public:
  WithCauses(const Tape& tape, engine::WorldObserver& told) : tape_(tape), told_(told) {}
  void event(const engine::Event& event) override {
    engine::Event whole = event;
    if (event.decision != nullptr) whole.cause = tape_.facts(event.step).cause;
    told_.event(whole);
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return told_.wants_state(step, node);
  }

 private:
  const Tape& tape_;
  engine::WorldObserver& told_;
};

Tape::Tape(scenarios::Scenario scenario, const scenarios::RunSettings& settings, const Seen& seen)
    : scenario_(std::move(scenario)) {
  scenarios::RunSettings taken = settings;
  {
    Taker taker(*this, settings.observer);
    taken.observer = &taker;
    result_ = scenarios::run(scenario_, taken);
  }
  steps_.shrink_to_fit();
  names_ = result_.node_names();
  play_again(seen);
}

Step Tape::step(std::uint64_t number) const {
  return {facts(number), decision_of(steps_[number - 1])};
}

engine::Decision Tape::decision_of(const Kept& kept) const {
  engine::Decision decision = decisions_[kept.decision];
  decision.at = kept.at;
  (decision.kind == engine::DecisionKind::fire ? decision.timer.nth : decision.message.nth) =
      kept.nth;
  decision.message.copy = kept.copy;
  return decision;
}

void Tape::play_again(const Seen& seen) {
  world_ = scenarios::build_world(scenario_, 0);
  for (std::uint32_t i = 0; i < world_->node_count(); ++i)
    boots_ += world_->membership().is_spare(NodeId{i}) ? 0 : 1;
  while (world_->step() < boots_) advance(*world_);
  keep_snapshot();
  bool is_shown = seen && seen(boots_, *world_);
  while (world_->step() < size()) {
    find_slot(steps_[world_->step()]);
    advance(*world_);
    is_shown = is_shown && seen(world_->step(), *world_);
    if ((world_->step() - boots_) % steps_between_ == 0) keep_snapshot();
  }
  made_again_ = 0;
}

void Tape::find_slot(Kept& kept) const {
  const engine::Decision decision = decision_of(kept);
  if (decision.kind == engine::DecisionKind::deliver) {
    kept.slot = world_->find_message(decision.message).value();
  } else if (decision.kind == engine::DecisionKind::fire) {
    kept.slot = world_->find_timers(decision.timer).at(0);
  }
}

void Tape::advance(engine::World& world) {
  world.new_messages.clear();
  world.new_timers.clear();
  world.new_saves.clear();
  world.new_disk_requests.clear();
  world.new_responses.clear();
  const Kept& kept = steps_[world.step()];
  const engine::Decision& decision = decisions_[kept.decision];
  // Whatever is where it was the first time need not be found by its name; and what was not written
  // into the decision, the world chooses again.
  bool made = false;
  if (decision.kind == engine::DecisionKind::deliver && decision.choices.empty()) {
    world.set_now(kept.at);
    made = world.deliver(kept.slot);
  } else if (decision.kind == engine::DecisionKind::fire && decision.choices.empty()) {
    world.set_now(kept.at);
    made = world.fire(kept.facts.node, kept.slot);
  } else {
    made = world.apply(decision_of(kept));
  }
  ++made_again_;
  ASSERT(made && world.digest() == kept.facts.digest);
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

void Tape::follow(std::uint64_t first, std::uint64_t last, const Seen& seen) {
  wind_to(first - 1);
  for (std::uint64_t number = first; number <= last; ++number) {
    advance(*world_);
    if (!seen(number, *world_)) return;
  }
}

void Tape::tell(std::uint64_t first, std::uint64_t last, engine::WorldObserver& observer,
                const Seen& seen) {
  // Whatever it throws, the world does not tell it more.
  std::unique_ptr<engine::World> told;
  if (first == 1) {
    told = scenarios::build_world(scenario_, 0);
  } else {
    wind_to(first - 1);
    told = std::move(world_);
  }
  WithCauses observed(*this, observer);
  told->set_observer(&observed);
  bool is_shown = static_cast<bool>(seen);
  while (told->step() < last) {
    advance(*told);
    is_shown = is_shown && seen(told->step(), *told);
  }
  told->set_observer(nullptr);
  world_ = std::move(told);
}

Tape stored_tape(const traces::RunRecord& record, const scenarios::RerunSettings& settings,
                 const Tape::Seen& seen) {
  Tape tape(scenarios::stored_scenario(record, settings),
            scenarios::stored_settings(record, settings), seen);
  const bool is_whole = tape.result().end != engine::EndReason::told;
  if (is_whole && settings.overrides.empty() && tape.result().digest != record.digest) {
    throw engine::InputError(
        "run " + std::to_string(record.id) + " does not come out as it was stored by " +
            engine::build_text(record.build),
        "this is " + engine::build_text(engine::build()) + "; 'replay' shows where they part");
  }
  return tape;
}

ComparedTape compared_tape(const traces::Store& store, const traces::RunRecord& record,
                           const scenarios::RerunSettings& settings) {
  std::optional<Tape> tape;
  const traces::RunFactory factory = [&](engine::WorldObserver* observer) {
    scenarios::RunSettings as_stored = scenarios::stored_settings(record, settings);
    as_stored.observer = observer;
    const scenarios::RunResult& run =
        tape.emplace(scenarios::stored_scenario(record, settings), as_stored).result();
    return traces::RerunResult{run.digest, run.decisions, run.block_digests,
                               run.end == engine::EndReason::told};
  };
  traces::ReplayResult replay = traces::replay(store, record, factory, settings.observer);
  return {std::move(*tape), std::move(replay)};
}

}  // namespace stampede::explain
