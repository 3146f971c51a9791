#include "engine/explore/transition_cache.hpp"

#include <bit>

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
  if (up_changed || shown(transition.before) != shown(transition.after))
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
  if (local.up && settings_.normalise) settings_.normalise(node, group(node), local.process);
  if (settings_.keeps_timer) {
    std::erase_if(local.timers, [&](const TimerSlot& slot) { return !keeps_timer(*slot.type); });
  }
  local.canonicalise();
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
  if (!forgets_) outcomes_.insert(local, subject, first);
  return first;
}

std::uint32_t TransitionCache::run(std::uint32_t local, std::uint32_t subject,
                                   const std::vector<std::uint32_t>& choices) {
  ++handler_runs_;
  Transition transition;
  transition.node = NodeId{facts_[local].node};
  transition.before = local;
  Input input;
  if ((subject & own) == 0) {
    const PackedMessage& message = messages_[subject];
    transition.kind = Input::Kind::message;
    transition.message = subject;
    input.type = message.type;
    input.payload = &message.payload;
    input.from = identity(message.from);
    input.instance = message.instance;
  } else {
    transition.stimulus = stimuli_[subject ^ own];
    transition.kind = transition.stimulus.kind;
    input.slot = transition.stimulus.subject;
    input.outcome = &transition.stimulus.outcome;
    input.file = &transition.stimulus.file;
    if (transition.kind == Input::Kind::begin) input.begin = &operation(input.slot);
    input.clock_advance = settings_.clock_step;
    input.monotonic = true;
  }
  input.kind = transition.kind;
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
  environment.saves_in_step = true;

  LocalState next = locals_[local].local;
  local_step(next, node.boot, input, environment, transition.effects);
  Effects& effects = transition.effects;
  if (settings_.begins_next && !effects.responses.empty())
    begin_next(next, environment, transition);
  if (!effects.exception) effects.exception = unlisted_probe(assembly_.probes, effects.probes);
  if (effects.reads_clock && settings_.clock_step == Duration{}) {
    throw InputError(node.name + " reads a clock, and clocks stand still in this search",
                     "let them move (explore.clocks), or explore it with options under which it "
                     "reads none");
  }
  if (effects.ignored) return nothing;
  transition.after = effects.exception ? local : intern(transition.node, std::move(next));
  return keep(std::move(transition));
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

std::uint32_t TransitionCache::keep(Transition transition) {
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
  if ((facts_[transition.after].flags & LocalFacts::out_of_caps) != 0)
    step.flags |= TransitionStep::outside;
  heard_by_.push_back(mask);
  transitions_.push_back(std::move(transition));
  return steps_.push_back(step);
}

}  // namespace stampede::engine
