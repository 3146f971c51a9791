#include "scenarios/running/check_reductions.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace stampede::scenarios {
namespace {

using engine::PackedWorld;
using engine::PairMap;
using engine::StateSpace;
using engine::TransitionCache;
using engine::WorldRef;

/// Only the first few of a kind are worth reading.
constexpr std::size_t wrong_max = 5;
constexpr std::uint64_t worlds_sampled = 2'000;
constexpr std::uint64_t walk_steps = 40;
constexpr std::uint64_t renamings_tested = 24;

struct Reduced {
  bool dead_messages = false;
  bool normal_form = false;
  bool symmetry = false;
};

Scenario with(const Scenario& scenario, const Reduced& reduced) {
  Scenario other = scenario;
  other.explore.drop_dead_messages = reduced.dead_messages;
  other.explore.normal_form = reduced.normal_form;
  other.explore.symmetry = reduced.symmetry;
  return other;
}

/// Tuples of one search as hashes of their contents in the terms of `judge`, whose local states are
/// in normal form and whose symmetry applies.
class Tuples {
 public:
  Tuples(StateSpace& searched, StateSpace& judge) : searched_(searched), judge_(judge) {}

  void add(const WorldRef& world) {
    PackedWorld bare;
    for (std::size_t node = 0; node < searched_.node_count(); ++node)
      bare.locals.push_back(in_terms_of_judge(world.locals[node]));
    const std::uint64_t monitors = searched_.monitors().contribution_of(world.knowledge);
    bare.knowledge = judge_.monitors().initial();
    hashes_.insert(engine::mix(judge_.canonical(std::move(bare)).hash, monitors));
  }
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  /// How many of these are not in `other`.
  [[nodiscard]] std::size_t beyond(const Tuples& other) const {
    return static_cast<std::size_t>(
        std::count_if(hashes_.begin(), hashes_.end(),
                      [&](std::uint64_t hash) { return !other.hashes_.contains(hash); }));
  }

 private:
  std::uint32_t in_terms_of_judge(std::uint32_t local) {
    const auto [place, fresh] = known_.try_emplace(local, 0);
    if (fresh) {
      const NodeId node{searched_.transitions().facts(local).node};
      place->second = judge_.transitions().intern(node, searched_.transitions().local(local));
    }
    return place->second;
  }

  StateSpace& searched_;
  StateSpace& judge_;
  std::map<std::uint32_t, std::uint32_t> known_;
  std::unordered_set<std::uint64_t> hashes_;  // counted, never iterated for its order
};

struct Searched {
  std::unique_ptr<StateSpace> space;
  std::unique_ptr<Tuples> tuples;
  engine::SearchResult result;
  std::vector<PackedWorld> sample;
};

PackedWorld copy_of(const WorldRef& world, std::size_t nodes) {
  PackedWorld copy;
  copy.locals.assign(world.locals, world.locals + nodes);
  copy.messages.assign(world.messages, world.messages + world.message_count);
  copy.knowledge = world.knowledge;
  copy.ledger = world.ledger;
  copy.hash = world.hash;
  return copy;
}

Searched searched(const Scenario& scenario, StateSpace& judge, engine::SearchSettings settings) {
  Searched done;
  done.space = build_space(scenario);
  done.tuples = std::make_unique<Tuples>(*done.space, judge);
  settings.threads = 1;
  settings.strategy = engine::Strategy::breadth_first;
  settings.stop_at_violation = false;
  std::uint64_t seen = 0;
  std::uint64_t every = 1;
  settings.found = [&](const WorldRef& world) {
    done.tuples->add(world);
    // Evenly over the whole search, without knowing how long it is.
    if (seen++ % every != 0) return;
    done.sample.push_back(copy_of(world, done.space->node_count()));
    if (done.sample.size() < 2 * worlds_sampled) return;
    for (std::size_t i = 0; i < worlds_sampled; ++i) done.sample[i] = done.sample[2 * i];
    done.sample.resize(worlds_sampled);
    every *= 2;
  };
  done.result = engine::search(*done.space, settings);
  return done;
}

std::map<std::string, std::size_t> depths(const engine::SearchResult& result) {
  std::map<std::string, std::size_t> found;
  for (const engine::FoundInSearch& one : result.found)
    found[one.violation.property] = one.path.size();
  return found;
}

/// Whether to go on with what follows the searches, whose limits hold for it, too.
class Going {
 public:
  explicit Going(const engine::SearchSettings& limits) : limits_(limits) {}
  /// What is shown of it meanwhile.
  engine::SearchFigures figures{};
  /// False once a limit was reached, and for ever after. Asked in each round of what takes long.
  bool on() {
    if (over_ || ++asked_ % 64 != 0) return !over_;
    figures.memory_bytes = engine::memory_in_use();
    over_ = figures.memory_bytes > limits_.memory_max || (limits_.go_on && !limits_.go_on(figures));
    return !over_;
  }
  [[nodiscard]] bool over() const { return over_; }

 private:
  const engine::SearchSettings& limits_;
  std::uint64_t asked_ = 0;
  bool over_ = false;
};

void note(ReductionCheck& check, std::string what) {
  if (check.wrong.size() < wrong_max) check.wrong.push_back(std::move(what));
}

void compare(const Searched& raw, const Searched& reduced, ReductionCheck& check) {
  check.states_raw = raw.result.figures.unique_states;
  check.states_reduced = reduced.result.figures.unique_states;
  check.tuples = reduced.tuples->size();
  check.complete = raw.result.complete && reduced.result.complete;
  if (!check.complete) return;
  if (const std::size_t lost = raw.tuples->beyond(*reduced.tuples); lost != 0)
    note(check, std::to_string(lost) + " tuples are reached without the reduction only");
  if (const std::size_t more = reduced.tuples->beyond(*raw.tuples); more != 0)
    note(check, std::to_string(more) + " tuples are reached with the reduction only");
  const auto before = depths(raw.result);
  const auto after = depths(reduced.result);
  if (before == after) return;
  for (const auto& [property, depth] : before) {
    const auto found = after.find(property);
    if (found == after.end()) {
      note(check, property + " is violated without the reduction only");
    } else if (found->second != depth) {
      note(check, property + " is first violated after " + std::to_string(depth) +
                      " decisions, with the reduction after " + std::to_string(found->second));
    }
  }
  for (const auto& [property, depth] : after) {
    if (before.count(property) == 0) note(check, property + " is violated with the reduction only");
  }
}

/// A step has no effect: nothing is sent, nothing else leaves, and the state is what it was, in
/// normal form.
bool is_without_effect(TransitionCache& normal, std::uint32_t first) {
  for (std::uint32_t id = first; id != PairMap::none; id = normal.step(id).next) {
    const engine::TransitionStep& step = normal.step(id);
    const engine::Effects& effects = normal.transition(id).effects;
    if (step.send_count != 0 || (step.flags & engine::TransitionStep::moved) != 0 ||
        (step.flags & engine::TransitionStep::threw) != 0 || !effects.responses.empty() ||
        !effects.invocations.empty())
      return false;
  }
  return true;
}

/// step(p(s), i) = p(step(s, i)), for all deliveries the raw search made.
void test_normal_form(StateSpace& raw, StateSpace& normal, Going& going, ReductionCheck& check) {
  TransitionCache& from = raw.transitions();
  TransitionCache& to = normal.transitions();
  const std::size_t count = from.transition_count();
  for (std::uint32_t id = 0; id < count && going.on(); ++id) {
    const engine::Transition& transition = from.transition(id);
    if (transition.kind != engine::Input::Kind::message || !transition.effects.choices.empty())
      continue;
    ++check.steps_tested;
    const engine::TransitionStep& step = from.step(id);
    const NodeId node = transition.node;
    const std::uint32_t before = to.intern(node, from.local(transition.before));
    const std::uint32_t message = to.intern(from.message(transition.message));
    const std::uint32_t after = to.intern(node, from.local(transition.after));
    const std::uint32_t first = to.deliver(before, message);
    const auto where = [&] {
      return from.message(transition.message).type->name + " at " + to.nodes()[node.value].name;
    };
    if (first == TransitionCache::nothing) {
      // Ignored in normal form: then it must have had no effect.
      if (before != after || step.send_count != 0)
        note(check, where() + " is handled, and ignored in normal form");
      continue;
    }
    const engine::TransitionStep& normal_step = to.step(first);
    if (normal_step.after != after)
      note(check, where() + " leads elsewhere when it begins in normal form");
    if (normal_step.sent_change != step.sent_change)
      note(check, where() + " sends something else when it begins in normal form");
  }
}

/// Walks from worlds in which some message is dead, and looks at it again and again.
void test_dead(const Scenario& scenario, Searched& raw, StateSpace& normal,
               const decltype(engine::SpaceSettings::dead)& dead, Going& going,
               ReductionCheck& check) {
  StateSpace& space = *raw.space;
  TransitionCache& transitions = space.transitions();
  const auto crashes_left = [&](const PackedWorld& world) {
    return space.ledgers().ever(engine::Ledgers::crash) &&
           space.ledgers().left(world.ledger, engine::Ledgers::crash) != 0;
  };
  std::uint64_t draws = 0;
  for (const PackedWorld& start : raw.sample) {
    if (!going.on()) return;
    std::vector<std::uint32_t> doomed;
    for (const std::uint32_t message : start.messages) {
      const NodeId to = transitions.receiver(message);
      if (dead(to, transitions.group(to), transitions.local(start.local(to)),
               transitions.message(message), crashes_left(start)))
        doomed.push_back(message);
    }
    if (doomed.empty()) continue;
    PackedWorld world = start;
    for (std::uint64_t step = 0; step < walk_steps && going.on(); ++step) {
      for (const std::uint32_t message : doomed) {
        ++check.steps_tested;
        const NodeId to = transitions.receiver(message);
        const std::uint32_t local =
            normal.transitions().intern(to, transitions.local(world.local(to)));
        const std::uint32_t first = normal.transitions().deliver(
            local, normal.transitions().intern(transitions.message(message)));
        if (first != TransitionCache::nothing && !is_without_effect(normal.transitions(), first))
          note(check, transitions.message(message).type->name + " to " +
                          transitions.nodes()[to.value].name + " was dead and has an effect " +
                          std::to_string(step) + " decisions later");
      }
      std::vector<engine::Candidate> candidates;
      space.expand(world, [&](const engine::Candidate& candidate) {
        if (!space.threw(candidate)) candidates.push_back(candidate);
      });
      if (candidates.empty()) break;
      const std::uint64_t bits = engine::draw(scenario.seed, engine::Domain::walk, ++draws);
      const engine::Candidate& chosen = candidates[engine::below(bits, candidates.size())];
      PackedWorld next;
      space.apply(world, chosen, space.judge(world, chosen).knowledge, next);
      world = std::move(next);
    }
  }
}

/// step(r(s), r(i)) = r(step(s, i)).
void test_symmetry(StateSpace& raw, const Scenario& scenario,
                   const std::vector<std::vector<NodeId>>& classes, Going& going,
                   ReductionCheck& check) {
  TransitionCache& transitions = raw.transitions();
  const engine::Exploration& model = scenario.model->exploration;
  const engine::SymmetrySettings settings{classes, model.rename_process, model.rename_payload};
  engine::Renaming renaming;
  for (std::uint32_t i = 0; i < raw.node_count(); ++i) renaming.nodes.push_back(NodeId{i});
  const auto renamed_local = [&](std::uint32_t id) {
    return transitions.intern(renaming.of(NodeId{transitions.facts(id).node}),
                              engine::renamed(transitions.local(id), settings, renaming));
  };
  const auto renamed_message = [&](std::uint32_t id) {
    return transitions.intern(engine::renamed(transitions.message(id), settings, renaming));
  };
  const std::size_t count = transitions.transition_count();
  std::uint64_t tested = 0;
  std::vector<NodeId> order = classes.front();
  while (std::next_permutation(order.begin(), order.end()) && tested++ < renamings_tested) {
    for (std::size_t i = 0; i < order.size(); ++i)
      renaming.nodes[classes.front()[i].value] = order[i];
    for (std::uint32_t id = 0; id < count && going.on(); ++id) {
      const engine::Transition& transition = transitions.transition(id);
      if (transition.kind != engine::Input::Kind::message || !transition.effects.choices.empty())
        continue;
      ++check.steps_tested;
      const std::uint32_t first = transitions.deliver(renamed_local(transition.before),
                                                      renamed_message(transition.message));
      if (first == TransitionCache::nothing ||
          transitions.step(first).after != renamed_local(transition.after))
        note(check, transitions.message(transition.message).type->name +
                        " does something else under other names");
    }
  }
}

}  // namespace

std::vector<ReductionCheck> check_reductions(const Scenario& scenario,
                                             engine::SearchSettings settings) {
  const engine::Exploration& model = scenario.model->exploration;
  const Reduced all{model.dead != nullptr, model.normalise != nullptr, has_symmetry(scenario)};
  // Speaks the language of all comparisons: normal form and symmetry on.
  Reduced language = all;
  language.dead_messages = false;
  const auto judge = build_space(with(scenario, language));
  Reduced only_normal;
  only_normal.normal_form = all.normal_form;
  const auto normal = build_space(with(scenario, only_normal));
  Searched raw = searched(with(scenario, {}), *judge, settings);
  Going going(settings);
  going.figures = raw.result.figures;

  std::vector<ReductionCheck> checks;
  const auto check = [&](const char* name, const Reduced& reduced) -> ReductionCheck& {
    const Searched other = searched(with(scenario, reduced), *judge, settings);
    ReductionCheck& one = checks.emplace_back();
    one.name = name;
    compare(raw, other, one);
    return one;
  };
  if (all.dead_messages) {
    // What is dead may lean on the normal form: a step without effect in it is none.
    ReductionCheck& one = check("dead-messages", {true, false, false});
    const auto declared = build_space(with(scenario, {true, false, false}))->settings().dead;
    if (declared) test_dead(scenario, raw, *normal, declared, going, one);
    one.complete = one.complete && !going.over();
  }
  if (all.normal_form) {
    ReductionCheck& one = check("normal-form", {false, true, false});
    test_normal_form(*raw.space, *normal, going, one);
    one.complete = one.complete && !going.over();
  }
  if (all.symmetry) {
    ReductionCheck& one = check("symmetry", {false, false, true});
    test_symmetry(*raw.space, scenario, judge->settings().symmetry.classes, going, one);
    one.complete = one.complete && !going.over();
  }
  if (!checks.empty()) check("all", all);
  return checks;
}

Verdict verdict_of(const std::vector<ReductionCheck>& checks) {
  const auto any = [&](auto is_so) { return std::any_of(checks.begin(), checks.end(), is_so); };
  if (any([](const ReductionCheck& one) { return !one.wrong.empty(); })) return Verdict::violated;
  return any([](const ReductionCheck& one) { return !one.complete; }) ? Verdict::undecided
                                                                      : Verdict::ok;
}

}  // namespace stampede::scenarios
