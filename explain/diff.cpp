#include "explain/diff.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "engine/core/error.hpp"
#include "engine/world/decision_text.hpp"
#include "explain/moment.hpp"

namespace stampede::explain {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::Hasher;

/// What a step is given besides its name, but for its time and the answers to what it chooses.
std::uint64_t given(Decision decision) {
  decision.at.reset();
  decision.choices.clear();
  Hasher hasher;
  append_hash(hasher, decision);
  return hasher.finish();
}

/// What names a step but for its occurrence.
std::uint64_t name_of(const Decision& decision) {
  Decision name{decision.kind};
  name.message = decision.message;
  name.timer = decision.timer;
  name.timer.value = {};
  name.node = decision.node;
  name.name = decision.name;
  name.operation.id = decision.operation.id;
  return given(std::move(name));
}

/// Their names have ordinals; of others there may be many of one name.
bool is_counted(DecisionKind kind) {
  return is_about_message(kind) || kind == DecisionKind::fire || kind == DecisionKind::begin;
}

std::uint64_t hash_of(const engine::LocalState& local) {
  Hasher hasher;
  local.append_hash(hasher);
  return hasher.finish();
}

/// What the step that the world made last has left and done.
std::uint64_t behaviour(const engine::World& world, NodeId node) {
  Hasher hasher(hash_of(world.local(node)));
  for (const engine::MessageSlot slot : world.new_messages) {
    hasher.add(world.message(slot).name_key);
    hasher.add(world.message(slot).payload.hash());
  }
  const engine::Effects& effects = world.last_effects();
  for (const engine::TimerChange& change : effects.timers) {
    const engine::TimerSlot& slot = world.local(node).timers[change.slot];
    hasher.add(slot.type->name_hash + slot.instance.hash() + (change.armed ? 1 : 0));
    hasher.add(slot.value.hash() ^ static_cast<std::uint64_t>(change.after.nanoseconds));
  }
  hasher.add(effects.ignored ? 1 : 0);
  if (effects.has_more()) effects.append_more(hasher);
  return hasher.finish();
}

/// Boots are made by every world by itself: what they have left is all that shows.
std::uint64_t behaviour_of_boot(const engine::World& world, NodeId node) {
  Hasher hasher(hash_of(world.local(node)));
  for (const engine::MessageSlot slot : world.in_flight()) {
    if (world.message(slot).from != node) continue;
    hasher.add(world.message(slot).name_key);
    hasher.add(world.message(slot).payload.hash());
  }
  return hasher.finish();
}

/// A run as it is compared.
class Course {
 public:
  explicit Course(Tape& tape) : tape_(tape), steps_(tape.size() + 1), first_(tape.names().size()) {
    boost::unordered_flat_map<std::uint64_t, std::uint64_t> occurrences;
    for (std::uint64_t number = 1; number <= tape.size(); ++number) {
      const Step step = tape.step(number);
      std::uint64_t name = name_of(step.decision);
      if (!is_counted(step.decision.kind)) name = engine::mix(name, ++occurrences[name]);
      steps_[number].name = name;
      steps_[number].given = given(step.decision);
      by_name_.emplace(name, number);
      if (!is_at_node(step)) continue;
      (step.before == 0 ? first_[step.node.value] : steps_[step.before].next) = number;
    }
    watch();
  }

  /// It is in the list of its node: what becomes of messages on their way, and marks, are not.
  static bool is_at_node(const StepFacts& step) {
    using engine::EventKind;
    return step.node != no_node && step.kind != EventKind::drop &&
           step.kind != EventKind::duplicate && step.kind != EventKind::corrupt;
  }

  [[nodiscard]] Tape& tape() const { return tape_; }
  [[nodiscard]] std::uint64_t size() const { return tape_.size(); }
  [[nodiscard]] std::uint64_t first_at(NodeId node) const { return first_[node.value]; }
  [[nodiscard]] std::uint64_t next(std::uint64_t number) const { return steps_[number].next; }
  [[nodiscard]] bool has(std::uint64_t name) const { return by_name_.contains(name); }
  [[nodiscard]] std::uint64_t name(std::uint64_t number) const { return steps_[number].name; }
  [[nodiscard]] std::uint64_t given_to(std::uint64_t number) const { return steps_[number].given; }
  [[nodiscard]] std::uint64_t behaviour_in(std::uint64_t number) const {
    return steps_[number].behaviour;
  }
  [[nodiscard]] bool same(std::uint64_t mine, const Course& other, std::uint64_t theirs) const {
    return name(mine) == other.name(theirs) && given_to(mine) == other.given_to(theirs) &&
           behaviour_in(mine) == other.behaviour_in(theirs);
  }

 private:
  struct Known {
    std::uint64_t name = 0;
    std::uint64_t given = 0;
    std::uint64_t behaviour = 0;
    /// The next step at its node; 0: none.
    std::uint64_t next = 0;
  };

  void watch() {
    const engine::World& booted = tape_.world_at(tape_.boots());
    for (std::uint64_t number = 1; number <= tape_.boots(); ++number)
      steps_[number].behaviour = behaviour_of_boot(booted, tape_.facts(number).node);
    tape_.follow(tape_.boots() + 1, size(), [&](std::uint64_t number, const engine::World& world) {
      const StepFacts& step = tape_.facts(number);
      if (is_at_node(step)) steps_[number].behaviour = behaviour(world, step.node);
      return true;
    });
  }

  Tape& tape_;
  /// By number; the first is nothing.
  std::vector<Known> steps_;
  /// By node: its first step.
  std::vector<std::uint64_t> first_;
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> by_name_;
};

/// The first step of a run that the other has not made the same way, and the next one of the node
/// there; 0 for none.
struct Unlike {
  std::uint64_t step = 0;
  std::uint64_t instead = 0;
};

Unlike first_unlike(const Course& one, const Course& other) {
  std::vector<std::uint64_t> next;
  for (std::uint32_t i = 0; i < one.tape().names().size(); ++i)
    next.push_back(other.first_at(NodeId{i}));
  for (std::uint64_t number = 1; number <= one.size(); ++number) {
    const StepFacts& step = one.tape().facts(number);
    if (!Course::is_at_node(step)) {
      if (!other.has(one.name(number))) return {number, 0};
      continue;
    }
    std::uint64_t& there = next[step.node.value];
    if (there == 0 || !one.same(number, other, there)) return {number, there};
    there = other.next(there);
  }
  return {};
}

/// Writes down what a step does to others.
struct EffectsListener final : engine::WorldObserver {
  void event(const engine::Event& event) override {
    using engine::EventKind;
    if (event.kind != EventKind::send && event.kind != EventKind::invoke &&
        event.kind != EventKind::respond && event.kind != EventKind::violation)
      return;
    seen.push_back({event.kind, event.node, event.peer, std::string(event.type), event.nth,
                    std::string(event.detail)});
  }
  std::vector<OwnEffect> seen;
};

std::vector<OwnEffect> effects_in(Tape& tape, std::uint64_t step) {
  EffectsListener listener;
  if (step > tape.boots()) tape.tell(step, step, listener);
  return std::move(listener.seen);
}

std::vector<OwnEffect> without(std::vector<OwnEffect> effects,
                               const std::vector<OwnEffect>& others) {
  std::erase_if(effects, [&](const OwnEffect& effect) {
    return std::find(others.begin(), others.end(), effect) != others.end();
  });
  return effects;
}

/// What stands behind a step; of one that there is not, behind the run.
const engine::World& world_behind(Tape& tape, std::uint64_t step) {
  return tape.world_at(step == 0 ? tape.size() : std::max(step, tape.boots()));
}

/// The same step is answered otherwise where it chooses, or looks at a clock at another time.
bool environment_differs(Tape& one, std::uint64_t step, Tape& other, std::uint64_t its_step) {
  const Decision here = one.step(step).decision;
  const Decision there = other.step(its_step).decision;
  const std::size_t answered = std::min(here.choices.size(), there.choices.size());
  if (!std::equal(here.choices.begin(),
                  here.choices.begin() + static_cast<std::ptrdiff_t>(answered),
                  there.choices.begin()))
    return true;
  if (here.at == there.at || step <= one.boots()) return false;
  bool reads_clock = false;
  one.follow(step, step, [&](std::uint64_t, const engine::World& world) {
    reads_clock = world.last_effects().reads_clock;
    return true;
  });
  return reads_clock;
}

void compare_places(Tape& one, Tape& other, Parting& found) {
  std::vector<NodeId> nodes;
  for (const auto& [tape, step] : {std::pair(&one, found.one), std::pair(&other, found.other)}) {
    const NodeId node = step == 0 ? no_node : tape->facts(step).node;
    if (node != no_node && std::find(nodes.begin(), nodes.end(), node) == nodes.end())
      nodes.push_back(node);
  }
  const engine::World& here = world_behind(one, found.one);
  const engine::World& there = world_behind(other, found.other);
  for (const NodeId node : nodes) {
    if (auto change = node_change(here, there, node)) found.states.push_back(std::move(*change));
  }
  const std::vector<OwnEffect> done = effects_in(one, found.one);
  const std::vector<OwnEffect> done_there = effects_in(other, found.other);
  found.one_effects = without(done, done_there);
  found.other_effects = without(done_there, done);
}

void require_same_nodes(const engine::NodeNames& one, const engine::NodeNames& other) {
  if (one.all() == other.all()) return;
  throw engine::InputError(
      "runs of different nodes cannot be aligned: " + engine::comma_list(one.all()) + "; " +
          engine::comma_list(other.all()),
      "compare runs whose clusters have the same nodes");
}

LostChoice::Why why_lost(const engine::World& world, const Decision& decision) {
  using Why = LostChoice::Why;
  if (world.broken()) return Why::world_broken;
  const NodeId node = place_of(decision);
  switch (decision.kind) {
    case DecisionKind::deliver:
      return world.find_message(decision.message) ? Why::receiver_down : Why::not_in_flight;
    case DecisionKind::drop:
    case DecisionKind::duplicate:
    case DecisionKind::corrupt:
      return Why::not_in_flight;
    case DecisionKind::restart:
    case DecisionKind::wipe:
      return Why::node_up;
    default:
      break;
  }
  if (!world.up(node)) return Why::node_down;
  if (decision.kind == DecisionKind::resume) return Why::node_not_paused;
  if (world.local(node).paused) return Why::node_paused;
  if (decision.kind == DecisionKind::fire) return Why::not_armed;
  return decision.kind == DecisionKind::begin ? Why::already_begun : Why::nothing_under_way;
}

}  // namespace

engine::Event OwnEffect::event() const {
  engine::Event event;
  event.kind = kind;
  event.node = node;
  event.peer = peer;
  event.type = type;
  event.nth = nth;
  event.detail = detail;
  return event;
}

std::optional<Parting> parting(Tape& one, Tape& other) {
  require_same_nodes(one.names(), other.names());
  const Course here(one);
  const Course there(other);
  const Unlike unlike = first_unlike(here, there);
  Parting found;
  found.one = unlike.step;
  if (unlike.step != 0 && unlike.instead != 0 &&
      here.name(unlike.step) == there.name(unlike.instead)) {
    const bool same_input = here.given_to(unlike.step) == there.given_to(unlike.instead) &&
                            !environment_differs(one, unlike.step, other, unlike.instead);
    found.kind = same_input ? Parting::Kind::behaviour : Parting::Kind::input;
    found.other = unlike.instead;
  } else {
    found.kind = Parting::Kind::decision;
    found.other = first_unlike(there, here).step;
  }
  if (found.one == 0 && found.other == 0) return std::nullopt;
  compare_places(one, other, found);
  return found;
}

ReplayedElsewhere replayed_under(const Tape& original, scenarios::Scenario changed,
                                 const scenarios::RunSettings& settings) {
  require_same_nodes(original.names(), scenarios::build_world(changed, 0)->names());
  changed.script.clear();
  for (std::uint64_t number = original.boots() + 1; number <= original.size(); ++number) {
    auto& item = changed.script.emplace_back();
    item.decision = original.step(number).decision;
  }
  changed.recorded_schedule = true;
  ReplayedElsewhere replayed{Tape(std::move(changed), settings), {}};
  std::uint64_t skipped = 0;
  for (const scenarios::ScriptRemark& remark : replayed.tape.result().skipped) {
    const std::uint64_t step = original.boots() + remark.script_step;
    const engine::World& world = replayed.tape.world_at(step - 1 - skipped++);
    replayed.lost.push_back({step, why_lost(world, original.step(step).decision)});
  }
  return replayed;
}

}  // namespace stampede::explain
