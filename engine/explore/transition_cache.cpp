#include "engine/explore/transition_cache.hpp"

#include <algorithm>
#include <bit>

#include "engine/core/watch.hpp"
#include "engine/process/step_check.hpp"

namespace stampede::engine {
namespace {

class GivenChoices final : public ChoiceSource {
 public:
  explicit GivenChoices(const std::vector<std::uint32_t>& given) : given_(given) {}
  std::uint32_t choose(std::string_view, std::uint32_t, std::uint32_t ordinal) override {
    return ordinal <= given_.size() ? given_[ordinal - 1] : 0;
  }

 private:
  const std::vector<std::uint32_t>& given_;
};

/// The answers that come after those of `choices`, in the order of an odometer; empty after the
/// last.
std::vector<std::uint32_t> next_answers(const std::vector<Choice>& choices) {
  std::vector<std::uint32_t> answers;
  answers.reserve(choices.size());
  for (const Choice& choice : choices) answers.push_back(choice.taken);
  while (!answers.empty()) {
    if (++answers.back() < choices[answers.size() - 1].arity) return answers;
    answers.pop_back();
  }
  return answers;
}

}  // namespace

void PackedMessage::append_hash(Hasher& hasher) const {
  hasher.add(type->name_hash);
  hasher.add(payload.hash());
  hasher.add((static_cast<std::uint64_t>(from.value) << 32) | to.value);
  hasher.add(instance.hash());
}

void Shown::append_hash(Hasher& hasher) const {
  hasher.add(up ? 1U : 0U);
  for (const Observation& one : observations) {
    hasher.add((one.operational ? 2U : 0U) | (one.leading ? 4U : 0U) | (one.recovering ? 8U : 0U));
    hasher.add(one.epoch);
    one.log.append_hash(hasher);
    hasher.add(one.committed);
    hasher.add(one.executed);
    one.configuration.append_hash(hasher);
  }
}

TransitionCache::TransitionCache(Assembly assembly, TransitionSettings settings)
    : assembly_(std::move(assembly)),
      adversaries_(adversaries_of(assembly_.nodes)),
      settings_(std::move(settings)) {
  ASSERT(!assembly_.membership.groups().empty());
  ASSERT(assembly_.nodes.size() <= nodes_max);
  for (const NodeSpec& node : assembly_.nodes)
    groups_.emplace_back(node.boot.type().root, node.role, node.bindings, assembly_.membership);
}

void TransitionCache::set_monitors(const std::vector<std::unique_ptr<Monitor>>& monitors,
                                   Speaks speaks) {
  ASSERT(monitors.size() <= 64);
  speaks_ = std::move(speaks);
  hooked_.assign(8, 0);
  for (std::size_t position = 0; position < monitors.size(); ++position) {
    const unsigned hooks = monitors[position]->hooks();
    for (std::size_t bit = 0; bit < hooked_.size(); ++bit) {
      if ((hooks >> bit & 1) != 0) hooked_[bit] |= std::uint64_t{1} << position;
    }
    if (monitors[position]->judges_steps_alone()) judges_alone_ |= std::uint64_t{1} << position;
  }
}

std::uint64_t TransitionCache::listeners(const Transition& transition) const {
  if (hooked_.empty() || transition.effects.exception || !correct(transition.node)) return 0;
  std::uint64_t mask = 0;
  const auto add = [&](Monitor::Hook hook) {
    mask |= hooked_[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(hook)))];
  };
  const Effects& effects = transition.effects;
  if (!effects.sends.empty()) add(Monitor::hook_sent);
  if (transition.kind == Input::Kind::message) add(Monitor::hook_delivered);
  // Going down and coming up is told whatever the node shows.
  const bool up_changed = transition.kind == Input::Kind::crash ||
                          transition.kind == Input::Kind::recover ||
                          transition.kind == Input::Kind::start;
  if (up_changed || !shows_the_same(transition.before, transition.after))
    add(Monitor::hook_observed);
  if (transition.kind != Input::Kind::crash) add(Monitor::hook_stepped);
  if (!effects.invocations.empty() || !effects.responses.empty()) add(Monitor::hook_client);
  if (transition.kind == Input::Kind::crash || transition.kind == Input::Kind::recover)
    add(Monitor::hook_crash);
  // Asked here, once: a transition that they let pass is no business of theirs in any world.
  for (std::uint64_t alone = mask & judges_alone_; alone != 0; alone &= alone - 1) {
    const int position = std::countr_zero(alone);
    if (!speaks_(static_cast<std::size_t>(position), transition))
      mask &= ~(std::uint64_t{1} << position);
  }
  return mask;
}

std::uint32_t TransitionCache::intern(const Stimulus& stimulus) {
  const std::lock_guard guard(lock_);
  return stimuli_.intern(stimulus).id;
}

std::uint32_t TransitionCache::intern(const BeginOperation& operation) {
  const std::lock_guard guard(lock_);
  return operations_.intern(Payload::of(operation)).id;
}

std::uint32_t TransitionCache::intern(NodeId node, LocalState local) {
  const std::lock_guard guard(lock_);
  normalise(node, local);
  return intern_as_left(node, std::move(local));
}

std::uint32_t TransitionCache::intern_as_left(NodeId node, LocalState local) {
  bring_in_order(local);
  const Interned interned = locals_.intern({node, std::move(local)});
  if (interned.id < facts_.size()) return interned.id;

  const LocalState& kept = locals_[interned.id].local;
  LocalFacts facts;
  facts.contribution = contribution(node.value, interned.hash);
  facts.node = static_cast<std::uint8_t>(node.value);
  facts.elapsed = kept.elapsed;
  std::vector<Observation> shown;
  for (const Facet& facet : facets(node))
    shown.push_back(observe_local(kept, assembly_.nodes[node.value].boot, node, facet));
  if (kept.up) facts.flags |= LocalFacts::up;
  if (kept.up && !kept.paused) facts.flags |= LocalFacts::running;
  if (!kept.up || !correct(node) || (!shown.empty() && shown.front().recovering))
    facts.flags |= LocalFacts::failed;
  if (kept.incarnation > 0) facts.flags |= LocalFacts::booted;
  if (settings_.within_caps && !std::all_of(shown.begin(), shown.end(), settings_.within_caps))
    facts.flags |= LocalFacts::out_of_caps;
  facts.shown = shown_.intern({std::move(shown), kept.up}).id;
  facts_.push_back(facts);
  return interned.id;
}

void TransitionCache::normalise(NodeId node, LocalState& local) const {
  if (local.up && settings_.normalise) settings_.normalise(node, group(node), local.process);
}

void TransitionCache::bring_in_order(LocalState& local) const {
  if (settings_.keeps_timer) {
    std::erase_if(local.timers, [&](const TimerSlot& slot) { return !keeps_timer(*slot.type); });
  }
  local.canonicalise();
}

std::uint32_t TransitionCache::intern(PackedMessage message) {
  const std::lock_guard guard(lock_);
  const MessageEnds ends{message.from, message.to, 0};
  const Interned interned = messages_.intern(std::move(message));
  if (interned.id == ends_.size()) {
    ends_.push_back(ends);
    ends_[interned.id].contribution = contribution(network_place, interned.hash);
  }
  ASSERT(interned.id < own);
  return interned.id;
}

bool TransitionCache::enabled(std::uint32_t local, std::uint32_t subject) const {
  const std::uint8_t flags = facts_[local].flags;
  if ((subject & own) == 0) return (flags & LocalFacts::running) != 0;
  const Stimulus& stimulus = stimuli_[subject ^ own];
  switch (stimulus.kind) {
    case Input::Kind::start:
      return (flags & (LocalFacts::up | LocalFacts::booted)) == 0;
    case Input::Kind::recover:
      return (flags & LocalFacts::up) == 0 && (flags & LocalFacts::booted) != 0;
    case Input::Kind::timer:
      return (flags & LocalFacts::running) != 0 &&
             stimulus.subject < locals_[local].local.timers.size();
    case Input::Kind::begin:
      return (flags & LocalFacts::running) != 0 &&
             locals_[local].local.process.type().begin != nullptr;
    case Input::Kind::crash:
      return (flags & LocalFacts::up) != 0;
    case Input::Kind::save_completed:
      return (flags & LocalFacts::running) != 0 && !locals_[local].local.held.empty();
    case Input::Kind::disk_completed:
      return (flags & LocalFacts::running) != 0 && locals_[local].local.disk.busy(stimulus.file);
    case Input::Kind::clock:
      return true;
    default:
      return false;
  }
}

std::uint32_t TransitionCache::compute(std::uint32_t local, std::uint32_t subject) {
  const std::lock_guard guard(lock_);
  if (!forgets_) {
    const std::uint32_t known = outcomes_.find(local, subject);
    if (known != PairMap::none) return known;
  }
  std::uint32_t first = nothing;
  if (enabled(local, subject)) {
    first = run(local, subject, {});
    std::uint32_t last = first;
    while (last != nothing) {
      const std::vector<std::uint32_t> answers = next_answers(transitions_[last].effects.choices);
      if (answers.empty()) break;
      const std::uint32_t other = run(local, subject, answers);
      ASSERT(other != nothing);  // a message is ignored whatever is chosen
      steps_[last].next = other;
      last = other;
    }
  }
  if (!forgets_) {
    outcomes_.insert(local, subject, first);
    met_.push_back({local, subject, first});
  }
  return first;
}

Input TransitionCache::input_of(std::uint32_t subject) const {
  Input input;
  if (is_message(subject)) {
    const PackedMessage& message = messages_[subject];
    input.kind = Input::Kind::message;
    input.type = message.type;
    input.payload = &message.payload;
    input.from = identity(message.from);
    input.instance = message.instance;
    return input;
  }
  const Stimulus& stimulus = stimuli_[subject ^ own];
  input.kind = stimulus.kind;
  input.slot = stimulus.subject;
  input.outcome = &stimulus.outcome;
  input.file = &stimulus.file;
  if (stimulus.kind == Input::Kind::begin) input.begin = &operation(input.slot);
  input.clock_advance = settings_.clock_step;
  input.monotonic = true;
  return input;
}

std::uint32_t TransitionCache::subject_of(std::uint32_t transition) {
  const Transition& taken = transitions_[transition];
  return taken.kind == Input::Kind::message ? taken.message : subject_of(taken.stimulus);
}

void TransitionCache::perform(LocalState& local, std::uint32_t subject,
                              const std::vector<std::uint32_t>& choices, Transition& transition) {
  const NodeSpec& node = assembly_.nodes[transition.node.value];
  GivenChoices given(choices);
  Environment environment;
  environment.self = identity(transition.node);
  environment.instance = transition.node;
  environment.adversaries = adversaries_.get();
  environment.node_count = static_cast<std::uint32_t>(assembly_.nodes.size());
  environment.disk_sector = settings_.disk_sector;
  environment.groups = &groups_[transition.node.value];
  environment.options = &node.options;
  environment.choices = &given;
  environment.saves_in_step = settings_.saves_in_step;
  local_step(local, node.boot, input_of(subject), environment, transition.effects);
  if (settings_.begins_next && !transition.effects.responses.empty())
    begin_next(local, environment, transition);
}

void TransitionCache::examine(const LocalState& after, std::uint32_t subject,
                              const std::vector<std::uint32_t>& choices, Transition& transition) {
  const LocalState& before = locals_[transition.before].local;
  Effects& effects = transition.effects;
  const Input input = input_of(subject);
  std::optional<Thrown> broken;
  if (settings_.runs_twice) {
    Transition again;
    again.node = transition.node;
    LocalState after_again = before;
    perform(after_again, subject, choices, again);
    broken = engine::hidden_state({before, after, effects, after_again, again.effects}, input);
    if (broken && !hidden_state_)
      hidden_state_ = Violation{"no-exception",
                                0,
                                assembly_.nodes[transition.node.value].name + ": " + broken->text,
                                {transition.node}};
  }
  if (!broken && effects.ignored && !effects.exception)
    broken = changed_by_ignored(before, after, input);
  if (!broken && !effects.exception) broken = unlisted_probe(assembly_.probes, effects.probes);
  if (broken) effects.rare().exception = std::move(broken);
}

Transition TransitionCache::transition_at(std::uint32_t local, std::uint32_t subject) const {
  Transition transition;
  transition.node = NodeId{facts_[local].node};
  transition.before = local;
  transition.kind = Input::Kind::message;
  if (is_message(subject)) {
    transition.message = subject;
  } else {
    transition.stimulus = stimuli_[subject ^ own];
    transition.kind = transition.stimulus.kind;
  }
  return transition;
}

std::uint32_t TransitionCache::run(std::uint32_t local, std::uint32_t subject,
                                   const std::vector<std::uint32_t>& choices) {
  Watch::tick();
  ++handler_runs_;
  Transition transition = transition_at(local, subject);
  LocalState next = locals_[local].local;
  perform(next, subject, choices, transition);
  examine(next, subject, choices, transition);
  const Effects& effects = transition.effects;
  if (effects.reads_clock && settings_.clock_step == Duration{}) {
    throw InputError(assembly_.nodes[transition.node.value].name +
                         " reads a clock, and clocks stand still in this search",
                     "let them move (explore.clocks), or explore it with options under which it "
                     "reads none");
  }
  if (effects.ignored && !effects.exception) return nothing;
  transition.after = local;
  if (effects.exception) return keep(std::move(transition), true);
  if (!settings_.normalise) {
    transition.after = intern(transition.node, std::move(next));
    return keep(std::move(transition), true);
  }
  const ProcessValue left = next.process;
  transition.after = intern(transition.node, std::move(next));
  const bool was_normal = left == locals_[transition.after].local.process;
  return keep(std::move(transition), was_normal);
}

std::uint64_t TransitionCache::outcome_share(std::uint64_t after, std::uint64_t sent,
                                             const Effects& effects) {
  Hasher more;
  more.add(effects.exception ? 1U : 0U);
  for (const Response& response : effects.responses) {
    engine::append_hash(more, response.id);
    more.add(response.result.hash());
  }
  for (const auto& [id, operation] : effects.invocations) {
    engine::append_hash(more, id);
    more.add(operation.hash());
  }
  return mix(mix(after, sent), more.finish());
}

std::uint64_t TransitionCache::sent_by(const Transition& step) const {
  std::uint64_t sent = 0;
  if (step.effects.exception) return sent;
  for (const Send& send : step.effects.sends) {
    sent += contribution(network_place, hash_of(PackedMessage{send.type, send.payload, step.node,
                                                              send.to, send.instance}));
  }
  return sent;
}

std::uint64_t TransitionCache::outcomes_of(std::uint32_t local, std::uint32_t subject,
                                           std::vector<Transition>* taken) {
  std::uint64_t shares = 0;
  std::vector<std::uint32_t> choices;
  do {
    Transition step = transition_at(local, subject);
    const NodeId node = step.node;
    LocalState next = locals_[local].local;
    perform(next, subject, choices, step);
    if (step.effects.exception) next = locals_[local].local;
    bring_in_order(next);
    if (taken != nullptr) step.after = intern_as_left(node, next);
    normalise(node, next);
    shares += outcome_share(contribution(node.value, hash_of(NodeLocal{node, std::move(next)})),
                            sent_by(step), step.effects);
    choices = next_answers(step.effects.choices);
    if (taken != nullptr) taken->push_back(std::move(step));
  } while (!choices.empty());
  return shares;
}

Transition TransitionCache::repeated(std::uint32_t transition, std::uint32_t before,
                                     const std::vector<std::uint32_t>& known) {
  const Transition& kept = transitions_[transition];
  const std::uint32_t subject = subject_of(transition);
  std::vector<std::uint32_t> choices;
  for (const Choice& choice : kept.effects.choices) choices.push_back(choice.taken);
  Transition again = transition_at(before, subject);
  LocalState next = locals_[before].local;
  perform(next, subject, choices, again);
  if (again.effects.exception) next = locals_[before].local;
  bring_in_order(next);
  const auto is_next = [&](std::uint32_t local) { return next == locals_[local].local; };
  if (is_next(kept.after)) {
    again.after = kept.after;
    return again;
  }
  const auto found = std::find_if(known.begin(), known.end(), is_next);
  again.after = found != known.end() ? *found : intern_as_left(again.node, std::move(next));
  return again;
}

bool TransitionCache::does_the_same(const Transition& step, std::uint32_t transition) const {
  const Effects& kept = transitions_[transition].effects;
  const auto same_choice = [](const Choice& one, const Choice& other) {
    return one.arity == other.arity;
  };
  return std::equal(step.effects.choices.begin(), step.effects.choices.end(), kept.choices.begin(),
                    kept.choices.end(), same_choice) &&
         outcome_share(0, sent_by(step), step.effects) ==
             outcome_share(0, steps_[transition].sent_change, kept);
}

bool TransitionCache::has_normal_form(std::uint32_t local, std::uint32_t normal) const {
  LocalState state = locals_[local].local;
  normalise(NodeId{facts_[local].node}, state);
  return state == locals_[normal].local;
}

void TransitionCache::begin_next(LocalState& local, const Environment& environment,
                                 Transition& transition) {
  Effects& effects = transition.effects;
  const BeginOperation* begun = settings_.begins_next(effects.responses.back().id);
  if (begun == nullptr || effects.exception) return;
  transition.begun = intern(*begun);
  transition.choices_before_begun = static_cast<std::uint32_t>(effects.choices.size());
  Input input;
  input.kind = Input::Kind::begin;
  input.begin = begun;
  local_step(local, assembly_.nodes[transition.node.value].boot, input, environment, effects);
}

std::uint32_t TransitionCache::keep(Transition transition, bool was_normal) {
  TransitionStep step;
  step.after = transition.after;
  step.node = static_cast<std::uint8_t>(transition.node.value);
  step.node_change = facts_[transition.after].contribution - facts_[transition.before].contribution;
  step.sends = static_cast<std::uint32_t>(sends_.size());
  ASSERT(transition.effects.sends.size() <= UINT16_MAX);
  if (!transition.effects.exception) {
    for (const Send& send : transition.effects.sends) {
      const std::uint32_t message =
          intern(PackedMessage{send.type, send.payload, transition.node, send.to, send.instance});
      sends_.push_back(message);
      step.sent_change += ends_[message].contribution;
    }
    step.send_count = static_cast<std::uint16_t>(transition.effects.sends.size());
  }
  const std::uint64_t mask = listeners(transition);
  if (mask != 0) step.flags |= TransitionStep::heard;
  if (transition.effects.exception) step.flags |= TransitionStep::threw;
  if (transition.after != transition.before) step.flags |= TransitionStep::moved;
  if (!transition.effects.responses.empty()) step.flags |= TransitionStep::responded;
  if (transition.begun != PairMap::none) step.flags |= TransitionStep::began;
  if ((facts_[transition.after].flags & LocalFacts::out_of_caps) != 0) {
    step.flags |= TransitionStep::outside;
    cut_by_caps_ = true;
  }
  if (!was_normal) step.flags |= TransitionStep::reset;
  heard_by_.push_back(mask);
  transitions_.push_back(std::move(transition));
  return steps_.push_back(step);
}

}  // namespace stampede::engine
