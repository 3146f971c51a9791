#include "engine/world/world.hpp"

#include <algorithm>

#include "engine/core/random.hpp"

namespace stampede::engine {
namespace {

constexpr std::uint64_t block_decisions = 1024;

/// Answers choices from the decision first, then from the seed by the name of the input.
class KeyedChoices final : public ChoiceSource {
 public:
  KeyedChoices(std::uint64_t seed, std::uint64_t input, const std::vector<std::uint32_t>& scripted)
      : seed_(seed), input_(input), scripted_(scripted) {}
  std::uint32_t choose(std::string_view label, std::uint32_t arity,
                       std::uint32_t ordinal) override {
    if (ordinal <= scripted_.size()) return scripted_[ordinal - 1];
    const std::uint64_t name = mix(mix(input_, hash_bytes(label)), ordinal);
    return static_cast<std::uint32_t>(below(draw(seed_, Domain::choice, name), arity));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t input_;
  const std::vector<std::uint32_t>& scripted_;
};

}  // namespace

std::uint64_t InFlight::hash_of_name() const {
  const std::uint64_t link = (static_cast<std::uint64_t>(from.value) << 32) | to.value;
  const std::uint64_t ordinal = (static_cast<std::uint64_t>(nth) << 32) | copy;
  return mix(type->name_hash + instance, link) ^ (ordinal * hash_key);
}

World::World(Assembly assembly, const WorldSettings& settings)
    : settings_(settings), membership_(std::move(assembly.membership)) {
  ASSERT(!membership_.roles.empty());
  for (NodeSpec& spec : assembly.nodes) {
    Node& node = nodes_.emplace_back();
    node.name = std::move(spec.name);
    node.role = std::move(spec.role);
    node.boot = std::move(spec.boot);
    node.options = std::move(spec.options);
    node.local.process = node.boot;
  }
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
      nodes_(other.nodes_),
      messages_(other.messages_),
      free_slots_(other.free_slots_),
      in_flight_count_(other.in_flight_count_),
      sequence_(other.sequence_),
      nth_(other.nth_),
      history_(other.history_),
      now_(other.now_),
      step_(other.step_),
      digest_(other.digest_),
      block_digests_(other.block_digests_),
      audience_(other.audience_),
      violations_(other.violations_),
      probe_index_(other.probe_index_),
      probe_counts_(other.probe_counts_),
      broken_(other.broken_) {
  for (const auto& monitor : other.monitors_) monitors_.push_back(monitor->clone());
}

void World::add_monitor(std::unique_ptr<Monitor> monitor) {
  monitors_.push_back(std::move(monitor));
  audience_ = Audience(monitors_);
}

void World::set_observer(WorldObserver* observer, bool states) {
  observer_ = observer;
  observe_states_ = states;
}

void World::set_clock(NodeId node, const ClockRate& clock) { nodes_[node.value].clock = clock; }

void World::start() {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    // Booting is the decision `restart` of a node that never ran.
    restart(NodeId{i});
  }
}

// ----- time -----

namespace {
Duration drift_over(Duration passed, std::int32_t ppm) {
  __extension__ using Wide = __int128;
  return {static_cast<std::int64_t>(static_cast<Wide>(passed.nanoseconds) * ppm / 1'000'000)};
}
}  // namespace

Time World::monotonic(NodeId node) const {
  const ClockRate& clock = nodes_[node.value].clock;
  const Duration passed = now_ - clock.since;
  return clock.monotonic + passed +
         (clock.drift_ppm == 0 ? Duration{} : drift_over(passed, clock.drift_ppm));
}

Duration World::true_duration(NodeId node, Duration duration) const {
  const ClockRate& clock = nodes_[node.value].clock;
  if (clock.drift_ppm == 0) return duration;
  __extension__ using Wide = __int128;
  return {static_cast<std::int64_t>(static_cast<Wide>(duration.nanoseconds) * 1'000'000 /
                                    (1'000'000 + clock.drift_ppm))};
}

// ----- one decision -----

void World::begin_decision(DecisionKind kind, std::uint64_t name_hash, std::uint64_t input_hash) {
  ++step_;
  in_decision_ = true;
  roles_changed_ = false;
  step_hash_ = Hasher(digest_);
  step_hash_.add(static_cast<std::uint64_t>(kind) ^
                 (static_cast<std::uint64_t>(now_.nanoseconds) << 5));
  step_hash_.add(name_hash ^ input_hash * hash_key);
}

void World::end_decision() {
  in_decision_ = false;
  digest_ = step_hash_.finish();
  if (step_ % block_decisions == 0) block_digests_.push_back(digest_);
}

struct World::Telling {
  World& world;
  Monitor& monitor(std::uint32_t position) { return *world.monitors_[position]; }
  Judge judge(std::uint32_t position) {
    return {world, world.reported_, world.monitors_[position]->property(), world.step_};
  }
  const Observation* renew_observation(NodeId node) { return world.renew_observation(node); }
  const WorldView& view() { return world; }
};

void World::run_step(NodeId node, const Input& input, std::uint64_t name) {
  Node& at = nodes_[node.value];
  effects_.clear();
  process_before_.reset();
  if (audience_.wants_before() && at.local.up) process_before_ = at.local.process;
  KeyedChoices keyed(settings_.seed, name, scripted_choices_);
  Environment environment;
  environment.self = node;
  environment.membership = &membership_;
  environment.options = &at.options;
  environment.monotonic = monotonic(node);
  environment.wall = environment.monotonic + at.clock.wall_offset + at.local.clock_offset;
  environment.choices = choices_ != nullptr ? choices_ : &keyed;
  environment.record_notes = observer_ != nullptr;
  environment.saves_in_step = settings_.saves_in_step;
  local_step(at.local, at.boot, input, environment, effects_);
}

void World::report(Violation violation) {
  for (const Violation& known : violations_) {
    if (known.property == violation.property) return;
  }
  violations_.push_back(std::move(violation));
  if (observer_ != nullptr) {
    const Violation& added = violations_.back();
    defer(EventKind::violation, added.nodes.empty() ? no_node : added.nodes.front(), added.property,
          json_quote(added.message));
  }
}

std::uint32_t World::next_nth(const NamedType& type, NodeId from, NodeId to) {
  const std::size_t count = nodes_.size();
  const std::size_t position = (type.index * count + from.value) * count + to.value;
  if (position >= nth_.size()) nth_.resize((type.index + 1) * count * count);
  return ++nth_[position];
}

MessageSlot World::new_slot() {
  MessageSlot slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<MessageSlot>(messages_.size());
    messages_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  messages_[slot].sequence = ++sequence_;
  ++in_flight_count_;
  return slot;
}

InFlight World::take(MessageSlot slot) {
  InFlight message = std::move(messages_[slot]);
  free_slot(slot);
  return message;
}

void World::free_slot(MessageSlot slot) {
  messages_[slot].sequence = 0;
  free_slots_.push_back(slot);
  --in_flight_count_;
}

void World::send(NodeId from, Send& send) {
  const MessageSlot slot = new_slot();
  InFlight& message = messages_[slot];
  message.type = send.type;
  message.from = from;
  message.to = send.to;
  message.instance = send.instance;
  message.nth = next_nth(*send.type, from, send.to);
  message.copy = 0;
  message.copies = 0;
  message.name_key = message.hash_of_name();
  // The trace still wants to show it.
  message.payload = observer_ == nullptr ? std::move(send.payload) : send.payload;
  new_messages.push_back(slot);
}

void World::finish_step(NodeId node, Input::Kind kind, const MessageSeen* delivered) {
  Node& at = nodes_[node.value];
  effects_.append_hash(step_hash_, at.local.timers);
  if (!effects_.probes.empty()) count_probes();
  if (effects_.exception) {
    // The local state means nothing now: whatever else it would show or send is no finding of its
    // own.
    broken_ = true;
    report({"no-exception", step_, at.name + ": " + *effects_.exception, {node}});
    return;
  }
  // Without monitors only what nodes show is of interest: to faults that look for the leader.
  if (!monitors_.empty() || at.boot.type().observe != nullptr) {
    Telling telling{*this};
    audience_.tell({node, kind, delivered, process_before_ ? &*process_before_ : nullptr, effects_},
                   telling);
  }
  for (const auto& [id, operation] : effects_.invocations)
    history_.invoke(id, operation, step_, now_);
  for (Send& one : effects_.sends) send(node, one);
  for (const Response& response : effects_.responses) {
    history_.respond(response.id, response.result, step_, now_);
    new_responses.emplace_back(node, response.id);
  }
  for (const TimerChange& change : effects_.timers) {
    if (!change.armed) continue;
    TimerSlot& slot = at.local.timers[change.slot];
    slot.deadline = now_ + true_duration(node, change.after);
    if (at.timers_armed.size() <= slot.type->index) at.timers_armed.resize(slot.type->index + 1);
    slot.nth = ++at.timers_armed[slot.type->index];
    new_timers.push_back({node, change.slot});
  }
  if (effects_.save_started) new_saves.push_back(node);
  for (const std::string& file : effects_.disk_requests) new_disk_requests.emplace_back(node, file);
  if (!reported_.empty()) report_judged();
}

void World::tell_observation(NodeId node) {
  Telling telling{*this};
  audience_.tell_observation(node, telling);
  report_judged();
}

void World::report_judged() {
  for (Violation& violation : reported_) report(std::move(violation));
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

const Observation* World::renew_observation(NodeId node) {
  Node& at = nodes_[node.value];
  if (at.boot.type().observe == nullptr) return nullptr;
  observe_local(at.local, at.boot, node, membership_, at.observation_before);
  if (at.observation_before == at.observation) return nullptr;
  std::swap(at.observation_before, at.observation);
  const Observation& before = at.observation_before;
  if (before.leading != at.observation.leading || before.epoch != at.observation.epoch ||
      before.operational != at.observation.operational) {
    roles_changed_ = true;
  }
  if (observer_ != nullptr) emit_observation(node);
  return &before;
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

std::optional<MessageSlot> World::find_message(const MessageName& name) const {
  std::optional<MessageSlot> oldest;
  for (MessageSlot slot = 0; slot < messages_.size(); ++slot) {
    const InFlight& message = messages_[slot];
    if (message.sequence == 0 || message.from != name.from || message.to != name.to ||
        message.type->name != name.type) {
      continue;
    }
    if (name.nth != 0) {
      if (message.nth == name.nth && message.copy == name.copy) return slot;
      continue;
    }
    if (!oldest || message.sequence < messages_[*oldest].sequence) oldest = slot;
  }
  return oldest;
}

std::optional<std::uint32_t> World::find_timer(NodeId node, std::string_view type,
                                               std::uint32_t nth) const {
  const std::vector<TimerSlot>& timers = local(node).timers;
  std::optional<std::uint32_t> earliest;
  for (std::uint32_t i = 0; i < timers.size(); ++i) {
    if (!timers[i].armed || timers[i].type->name != type) continue;
    if (nth != 0 && timers[i].nth != nth) continue;
    if (!earliest || timers[i].deadline < timers[*earliest].deadline) earliest = i;
  }
  return earliest;
}

std::optional<NodeId> World::find_node(std::string_view name) const {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].name == name) return NodeId{i};
  }
  return std::nullopt;
}

void World::finish(bool at_rest) {
  const Finished finished{history_, at_rest};
  for (const auto& monitor : monitors_) {
    if ((monitor->hooks() & Monitor::hook_finish) == 0) continue;
    Judge judge{*this, reported_, monitor->property(), 0};
    monitor->finished(finished, judge);
  }
  report_judged();
}

}  // namespace stampede::engine
