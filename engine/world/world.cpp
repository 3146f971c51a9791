#include "engine/world/world.hpp"

#include <algorithm>

#include "engine/core/random.hpp"
#include "engine/process/step_check.hpp"
#include "engine/world/causes.hpp"

namespace stampede::engine {
std::uint32_t KeyedChoices::choose(std::string_view label, std::uint32_t arity,
                                   std::uint32_t ordinal) {
  if (ordinal <= scripted.size()) return scripted[ordinal - 1];
  const std::uint64_t name = mix(mix(input, hash_bytes(label)), ordinal);
  return static_cast<std::uint32_t>(below(draw(seed, Domain::choice, name), arity));
}

World::World(Assembly assembly, const WorldSettings& settings)
    : settings_(settings),
      membership_(std::make_shared<const Membership>(std::move(assembly.membership))),
      adversaries_(adversaries_of(assembly.nodes)),
      listed_probes_(assembly.probes) {
  ASSERT(!membership_->groups().empty());
  keyed_choices_.seed = settings.seed;
  // Other seeds, other steps.
  if (settings.watched_steps == 0) watched_next_ = settings.seed % WorldSettings::watched_every;
  std::vector<std::string> names;
  for (NodeSpec& spec : assembly.nodes) {
    LayerGroups groups(spec.boot.type().root, spec.role, spec.bindings, *membership_);
    LocalState local = unbooted(spec);
    names.push_back(std::move(spec.name));
    nodes_.push_back(Node{std::move(spec.role), std::move(spec.boot), std::move(spec.options),
                          std::move(groups), std::move(local)});
    nodes_.back().shown.resize(nodes_.back().groups.facets().size());
  }
  names_ = NodeNames(std::move(names));
  set_environments();
}

World::World(const World& other)
    : WorldView(other),
      new_messages(other.new_messages),
      new_timers(other.new_timers),
      new_saves(other.new_saves),
      new_disk_requests(other.new_disk_requests),
      new_responses(other.new_responses),
      settings_(other.settings_),
      membership_(other.membership_),
      adversaries_(other.adversaries_),
      names_(other.names_),
      nodes_(other.nodes_),
      messages_(other.messages_),
      free_slot_(other.free_slot_),
      in_flight_count_(other.in_flight_count_),
      sequence_(other.sequence_),
      keyed_choices_(other.keyed_choices_),
      history_(other.history_),
      administration_(other.administration_),
      now_(other.now_),
      step_(other.step_),
      unhandled_(other.unhandled_),
      digest_(other.digest_),
      watched_next_(other.watched_next_),
      block_digests_(other.block_digests_),
      audience_(other.audience_),
      violations_(other.violations_),
      probe_index_(other.probe_index_),
      probe_counts_(other.probe_counts_),
      listed_probes_(other.listed_probes_),
      broken_(other.broken_),
      ever_led_(other.ever_led_) {
  set_environments();
  for (const auto& monitor : other.monitors_) seat(monitor->clone());
}

void World::set_environments() {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    Node& at = nodes_[i];
    Environment& environment = at.environment;
    environment.self = identity(NodeId{i});
    environment.instance = NodeId{i};
    environment.node_count = static_cast<std::uint32_t>(nodes_.size());
    environment.groups = &at.groups;
    environment.options = &at.options;
    environment.clock = &at.clock;
    environment.choices = &keyed_choices_;
    environment.disk_sector = settings_.disk_sector;
    environment.saves_in_step = settings_.saves_in_step;
    environment.record_notes = observer_ != nullptr;
    environment.names = &names_;
    environment.adversaries = adversaries_.get();
  }
}

void World::seat(std::unique_ptr<Monitor> monitor) {
  judges_.push_back({*this, reported_, monitor->property(), &monitor->group_in(*membership_)});
  monitors_.push_back(std::move(monitor));
}

void World::add_monitor(std::unique_ptr<Monitor> monitor) {
  seat(std::move(monitor));
  audience_ = Audience(monitors_);
}

void World::redraw(std::uint64_t seed) {
  settings_.seed = seed;
  keyed_choices_.seed = seed;
}

void World::set_observer(WorldObserver* observer) {
  observer_ = observer;
  causes_ = observer == nullptr ? nullptr : std::make_shared<Causes>(nodes_.size());
  set_environments();
}

void World::set_clock(NodeId node, const ClockRate& clock) { nodes_[node.value].clock = clock; }

void World::start() {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    // Booting is the decision `restart` of a node that never ran.
    if (!membership_->is_spare(NodeId{i})) restart(NodeId{i});
  }
}

// ----- one decision -----

struct World::Telling {
  World& world;
  Monitor& monitor(std::uint32_t position) { return *world.monitors_.data()[position].get(); }
  Judge& judge(std::uint32_t position) { return world.judges_.data()[position]; }
  bool renew_observations(NodeId node) { return world.renew_observations(node); }
  unsigned changed(NodeId node, std::size_t facet) {
    return world.node_at(node).shown.data()[facet].changed;
  }
  const Observation& observation_before(NodeId node, std::size_t facet) {
    return world.node_at(node).shown.data()[facet].older();
  }
  const std::vector<Facet>& facets(NodeId node) { return world.node_at(node).groups.facets(); }
  const Observation& shown(NodeId node, std::size_t facet) {
    return world.node_at(node).shown.data()[facet].newest();
  }
  const LocalState& local(NodeId node) { return world.node_at(node).local; }
  bool correct(NodeId node) { return world.correct(node); }
  const WorldView& view() { return world; }
};

void World::report(Violation violation) {
  note_violation(std::move(violation));
  emit_noticed();
}

void World::note_violation(Violation violation) {
  for (const Violation& known : violations_) {
    if (known.property == violation.property) return;
  }
  violations_.push_back(std::move(violation));
  if (observer_ != nullptr) {
    const Violation& added = violations_.back();
    noticed_.push_back({EventKind::violation, added.nodes.empty() ? no_node : added.nodes.front(),
                        added.property, json_quote(added.message)});
  }
}

// Kept apart by force: all other steps would pay for its values.
[[gnu::noinline]] void World::watch_step(Node& at, const Input& input) {
  if (step_ >= settings_.watched_steps) watched_next_ = step_ + WorldSettings::watched_every;
  const LocalState before = at.local;
  local_step(at.local, at.boot, input, at.environment, effects_);
  LocalState after_again = before;
  Effects again;
  local_step(after_again, at.boot, input, at.environment, again);
  auto broken = hidden_state({before, at.local, effects_, after_again, again}, input);
  if (!broken && effects_.ignored && !effects_.exception)
    broken = changed_by_ignored(before, at.local, input);
  if (broken) effects_.rare().exception = std::move(broken);
}

bool World::take_step(DecisionKind decision, NodeId node, const Input& input, std::uint64_t name,
                      std::uint64_t content) {
  Node& at = node_at(node);
  effects_.clear();
  if (audience_.wants_before()) {
    process_before_.reset();
    if (at.local.up) process_before_ = at.local.process;
  }
  keyed_choices_.input = name;
  at.environment.now = now_;
  if (step_ >= watched_next_) [[unlikely]]
    watch_step(at, input);
  else
    local_step(at.local, at.boot, input, at.environment, effects_);
  const bool rare = effects_.has_rare;
  if (rare && effects_.ignored && settings_.ignored_stay && !effects_.exception) return false;
  if (rare && !effects_.exception) effects_.exception = client_fault();
  const bool more = rare && effects_.has_more();
  // How much of what follows is part of the digest before all that follows.
  begin_decision(
      decision, name,
      content + (effects_.sends.size() << 32 | effects_.timers.size() << 1 | (more ? 1U : 0U)));
  std::uint64_t digest = digest_;  // a local one can live in a register
  if (rare) {
    if (more) {
      Hasher hasher(digest);
      effects_.append_more(hasher);
      digest = hasher.finish();
    }
    if (!effects_.probes.empty()) count_probes();
    if (effects_.exception) {
      // The local state means nothing now: whatever else it would show or send is no finding of its
      // own.
      digest_ = digest;
      broken_ = true;
      note_violation(
          {"no-exception", step_, names_.of(node) + ": " + effects_.exception->text, {node}});
      end_decision();
      return true;
    }
  }
  // Without monitors only what nodes show is of interest: to faults that look for the leader.
  if (!monitors_.empty() || !at.shown.empty()) {
    Telling telling{*this};
    const MessageSeen seen{input.from, node, input.type, input.payload};
    audience_.tell(
        {node, input.kind, &seen, process_before_ ? &*process_before_ : nullptr, effects_},
        telling);
  }
  for (Send& send : effects_.sends) {
    const std::size_t ordinal = send.type->index * at.environment.node_count + send.to.value;
    if (ordinal >= at.messages_sent.size())
      at.messages_sent.resize((send.type->index + 1) * at.environment.node_count);
    const MessageSlot slot = new_slot();
    InFlight& message = messages_.data()[slot];
    message.type = send.type;
    message.payload = std::move(send.payload);
    message.from = node;
    message.to = send.to;
    message.instance = send.instance;
    message.nth = ++at.messages_sent.data()[ordinal];
    message.copy = 0;
    message.copies = 0;
    message.name_key = message.hash_of_name();
    new_messages.push_back(slot);
    digest = mix(digest, message.name_key ^ message.payload.hash() * hash_key);
  }
  for (const TimerChange& change : effects_.timers) {
    TimerSlot& slot = at.local.timers[change.slot];
    digest = mix(digest ^ (slot.type->name_hash + slot.instance.hash() + (change.armed ? 1 : 0)),
                 slot.value.hash() ^ static_cast<std::uint64_t>(change.after.nanoseconds));
    if (!change.armed) continue;
    slot.deadline = now_ + at.clock.true_duration(change.after);
    if (at.timers_armed.size() <= slot.type->index) at.timers_armed.resize(slot.type->index + 1);
    slot.nth = ++at.timers_armed[slot.type->index];
    new_timers.push_back({node, change.slot});
  }
  digest_ = digest;
  if (rare) let_out_rare(node);
  if (!reported_.empty()) note_reported(step_);
  end_decision();
  return true;
}

std::optional<Thrown> World::client_fault() const {
  for (const auto& [id, operation] : effects_.invocations) {
    if (find_operation(id) != nullptr)
      return Thrown{"invoked operation " + to_string(id) + " twice"};
  }
  for (const Response& response : effects_.responses) {
    const HistoryOperation* operation = find_operation(response.id);
    const bool invoked_now =
        std::any_of(effects_.invocations.begin(), effects_.invocations.end(),
                    [&](const auto& invocation) { return invocation.first == response.id; });
    if (operation == nullptr && !invoked_now)
      return Thrown{"responded to operation " + to_string(response.id) + ", which nobody invoked"};
    const auto same = std::count_if(effects_.responses.begin(), effects_.responses.end(),
                                    [&](const Response& other) { return other.id == response.id; });
    if ((operation != nullptr && !operation->is_open()) || same > 1)
      return Thrown{"responded to operation " + to_string(response.id) + " twice"};
  }
  return std::nullopt;
}

void World::let_out_rare(NodeId node) {
  const bool answered_first = effects_.answers_first();
  const auto invoke = [&] {
    for (const auto& [id, operation] : effects_.invocations) {
      const bool service = operation.get<Reconfigure>() == nullptr;
      (service ? history_ : administration_).invoke(id, operation, step_, now_);
    }
  };
  if (!answered_first) invoke();
  for (const Response& response : effects_.responses) {
    const bool service = administration_.find(response.id) == nullptr;
    (service ? history_ : administration_).respond(response.id, response.result, step_, now_);
    new_responses.emplace_back(node, response.id);
  }
  if (answered_first) invoke();
  draw_durations(node);
  if (effects_.save_started) new_saves.push_back(node);
  for (const std::string& file : effects_.disk_requests) new_disk_requests.emplace_back(node, file);
}

void World::tell_observation(NodeId node) {
  if (!correct(node)) {
    renew_observations(node);
    return;
  }
  Telling telling{*this};
  audience_.tell_observation(node, telling);
  note_reported(step_);
}

void World::note_reported(std::uint64_t step) {
  for (Violation& violation : reported_) {
    violation.step = step;
    note_violation(std::move(violation));
  }
  reported_.clear();
}

void World::count_probes() {
  for (const char* probe : effects_.probes) {
    auto known = std::find_if(probe_index_.begin(), probe_index_.end(),
                              [&](const auto& entry) { return entry.first == probe; });
    if (known != probe_index_.end()) {
      ++probe_counts_[known->second].count;
      continue;
    }
    if (!effects_.exception) effects_.exception = unlisted_probe(listed_probes_, {probe});
    count_probe(probe);
    for (std::uint32_t i = 0; i < probe_counts_.size(); ++i) {
      if (probe_counts_[i].name == probe) probe_index_.emplace_back(probe, i);
    }
  }
}

void World::count_probe(std::string_view name) {
  for (ProbeCount& probe : probe_counts_) {
    if (probe.name == name) {
      ++probe.count;
      return;
    }
  }
  probe_counts_.push_back({std::string(name), 1});
}

bool World::renew_observations(NodeId node) {
  Node& at = node_at(node);
  const Facet* facet = at.groups.facets().data();
  bool any_changed = false;
  for (Shown& shown : at.shown) {
    Observation& now = shown.looks.data()[1 - shown.turn];
    const Observation& before = shown.newest();
    observe_local(at.local, at.boot, node, *facet, now);
    shown.changed = ObservationChanged::changed_fields(before, now);
    if (shown.changed != 0) {
      shown.turn = 1 - shown.turn;
      any_changed = true;
      if (before.leading != now.leading || before.epoch != now.epoch ||
          before.operational != now.operational) {
        roles_changed_ = true;
        ever_led_ = ever_led_ || now.leading;
      }
      if (observer_ != nullptr) emit_observation(node, *facet, now);
    }
    ++facet;
  }
  return any_changed;
}

// ----- looking -----

std::vector<MessageSlot> World::in_flight() const {
  std::vector<MessageSlot> slots;
  for (MessageSlot slot = 0; slot < messages_.size(); ++slot) {
    if (messages_[slot].sequence != 0) slots.push_back(slot);
  }
  std::sort(slots.begin(), slots.end(), [&](MessageSlot left, MessageSlot right) {
    return messages_[left].sequence < messages_[right].sequence;
  });
  return slots;
}

MessageName name_of(const InFlight& message) {
  return {message.type->name, instance_name(*message.type, message.instance),
          message.from,       message.to,
          message.nth,        message.copy};
}

TimerName name_of(const TimerSlot& timer, NodeId node) {
  return {timer.type->name,
          instance_name(*timer.type, timer.instance),
          node,
          timer.nth,
          timer.value,
          {}};
}

std::optional<MessageSlot> World::find_message(const MessageName& name) const {
  std::optional<MessageSlot> oldest;
  for (MessageSlot slot = 0; slot < messages_.size(); ++slot) {
    const InFlight& message = messages_[slot];
    if (message.sequence == 0 || message.from != name.from || message.to != name.to ||
        message.type->name != name.type || (name.instance && *name.instance != message.instance)) {
      continue;
    }
    if (name.nth != 0 && (message.nth != name.nth || message.copy != name.copy)) continue;
    if (!oldest || message.sequence < messages_[*oldest].sequence) oldest = slot;
  }
  return oldest;
}

std::vector<std::uint32_t> World::find_timers(const TimerName& name) const {
  const std::vector<TimerSlot>& timers = local(name.node).timers;
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < timers.size(); ++i) {
    const TimerSlot& timer = timers[i];
    if (!timer.armed || timer.type->name != name.type) continue;
    if (name.instance && *name.instance != timer.instance) continue;
    if (name.nth != 0 && timer.nth != name.nth) continue;
    if (name.value) {
      const bool same = name.members.empty() ? timer.value == name.value
                                             : equal_in(timer.value, name.value, name.members);
      if (!same) continue;
    }
    found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(), [&](std::uint32_t left, std::uint32_t right) {
    return timers[left].deadline < timers[right].deadline;
  });
  return found;
}

void World::finish(bool at_rest) {
  const Finished finished{history_, at_rest};
  for (std::size_t i = 0; i < monitors_.size(); ++i) {
    if ((monitors_[i]->hooks() & Monitor::hook_finish) != 0)
      monitors_[i]->finished(finished, judges_[i]);
  }
  // Of no step: of the whole run.
  note_reported(0);
  emit_noticed();
}

}  // namespace stampede::engine
