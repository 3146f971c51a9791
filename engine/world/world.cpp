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
  std::uint32_t choose(std::string_view label, std::uint32_t arity, std::uint32_t ordinal) override {
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
  return clock.monotonic + passed + (clock.drift_ppm == 0 ? Duration{} : drift_over(passed, clock.drift_ppm));
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
  step_hash_.add(static_cast<std::uint64_t>(kind) ^ (static_cast<std::uint64_t>(now_.nanoseconds) << 5));
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
    // The local state means nothing now: whatever else it would show or send is no finding of its own.
    broken_ = true;
    report({"no-exception", step_, at.name + ": " + *effects_.exception, {node}});
    return;
  }
  // Without monitors only what nodes show is of interest: to faults that look for the leader.
  if (!monitors_.empty() || at.boot.type().observe != nullptr) {
    Telling telling{*this};
    audience_.tell({node, kind, delivered, process_before_ ? &*process_before_ : nullptr, effects_}, telling);
  }
  for (const auto& [id, operation] : effects_.invocations) history_.invoke(id, operation, step_, now_);
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

// ----- decisions -----

bool World::deliver(MessageSlot slot) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return false;
  InFlight& message = messages_[slot];
  const NodeId to = message.to;
  const LocalState& receiver = nodes_[to.value].local;
  if (!receiver.up || receiver.paused) return false;
  Input input;
  input.kind = Input::Kind::message;
  input.type = message.type;
  input.payload = &message.payload;
  input.from = message.from;
  input.instance = message.instance;
  run_step(to, input, message.name_key);
  if (effects_.ignored && settings_.ignored_stay && !effects_.exception) return false;
  // What the step sends may take this slot or move the whole table: what is still needed is kept aside.
  const Payload payload = std::move(message.payload);
  const std::uint32_t nth = message.nth;
  const std::uint32_t copy = message.copy;
  begin_decision(DecisionKind::deliver, message.name_key, payload.hash());
  free_slot(slot);
  const MessageSeen seen{input.from, to, input.type, &payload};
  finish_step(to, input.kind, &seen);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(effects_.ignored ? EventKind::ignore : EventKind::deliver, to, input.from, input.type->name, nth, copy,
                  payload.to_json());
    emit_effects(to);
  }
  return true;
}

bool World::drop(MessageSlot slot, std::string_view cause) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return false;
  const InFlight message = take(slot);
  begin_decision(DecisionKind::drop, message.name_key, 0);
  end_decision();
  if (observer_ != nullptr) {
    JsonWriter detail;
    detail.begin_object();
    detail.key("cause").text(cause);
    detail.end_object();
    emit_decision(EventKind::drop, message.to, message.from, message.type->name, message.nth, message.copy, detail.str());
  }
  return true;
}

bool World::corrupt(MessageSlot slot) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return false;
  const InFlight message = take(slot);
  begin_decision(DecisionKind::corrupt, message.name_key, 0);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::corrupt, message.to, message.from, message.type->name, message.nth, message.copy, {});
  }
  return true;
}

std::optional<MessageSlot> World::duplicate(MessageSlot slot) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return std::nullopt;
  InFlight copy = messages_[slot];
  copy.copy = ++copy.copies;
  copy.name_key = copy.hash_of_name();
  for (InFlight& other : messages_) {
    if (other.sequence != 0 && other.type == copy.type && other.from == copy.from && other.to == copy.to &&
        other.nth == copy.nth) {
      other.copies = copy.copies;
    }
  }
  begin_decision(DecisionKind::duplicate, copy.name_key, 0);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::duplicate, copy.to, copy.from, copy.type->name, copy.nth, copy.copy, {});
  }
  const MessageSlot place = new_slot();
  copy.sequence = messages_[place].sequence;
  messages_[place] = std::move(copy);
  return place;
}

namespace {
constexpr std::uint64_t node_name(NodeId node) { return mix(hash_seed, node.value); }

/// Name of an input that has none of its own: starts, completions, crashes.
std::uint64_t occurrence_name(NodeId node, const LocalState& local, Input::Kind kind) {
  return mix(mix(node_name(node), static_cast<std::uint64_t>(kind)), local.incarnation);
}
}  // namespace

bool World::fire(NodeId node, std::uint32_t timer) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || timer >= at.local.timers.size() || !at.local.timers[timer].armed) {
    return false;
  }
  const TimerSlot fired = at.local.timers[timer];
  const std::uint64_t name = mix(node_name(node), fired.type->name_hash) + fired.nth;
  begin_decision(DecisionKind::fire, name, fired.value.hash());
  Input input;
  input.kind = Input::Kind::timer;
  input.slot = timer;
  run_step(node, input, name);
  finish_step(node, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::fire, node, no_node, fired.type->name, fired.nth, 0, fired.value.to_json());
    emit_effects(node);
  }
  return true;
}

bool World::complete_save(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || at.local.held.empty()) return false;
  begin_decision(DecisionKind::complete, node_name(node), at.local.held.front().cell.hash());
  Input input;
  input.kind = Input::Kind::save_completed;
  run_step(node, input, occurrence_name(node, at.local, input.kind));
  finish_step(node, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::complete, node, no_node, "durable", 0, 0, at.local.cell.to_json());
    emit_effects(node);
  }
  return true;
}

bool World::complete_disk(NodeId node, const std::string& file) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || !at.local.disk.busy(file)) return false;
  begin_decision(DecisionKind::complete, mix(node_name(node), hash_bytes(file)), 0);
  Input input;
  input.kind = Input::Kind::disk_completed;
  input.file = &file;
  const std::uint64_t request = at.local.disk.oldest(file).request;
  run_step(node, input, mix(occurrence_name(node, at.local, input.kind), request));
  finish_step(node, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::complete, node, no_node, file, 0, 0, {});
    emit_effects(node);
  }
  return true;
}

bool World::begin(NodeId client, const BeginOperation& operation) {
  Node& at = nodes_[client.value];
  if (broken_ || !at.local.up || at.local.paused || at.boot.type().begin == nullptr) return false;
  if (history_.find(operation.id) != nullptr) return false;
  begin_decision(DecisionKind::begin, mix(node_name(client), operation.id.number), operation.operation.hash());
  Input input;
  input.kind = Input::Kind::begin;
  input.begin = &operation;
  run_step(client, input, mix(node_name(client), operation.id.number));
  finish_step(client, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::begin, client, no_node, {}, operation.id.number, 0, operation.operation.to_json());
    emit_effects(client);
  }
  return true;
}

bool World::crash(NodeId node, const DiskOutcome& outcome) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up) return false;
  begin_decision(DecisionKind::crash, node_name(node), hash_of(outcome));
  Input input;
  input.kind = Input::Kind::crash;
  input.outcome = outcome;
  input.sector = settings_.disk_sector;
  run_step(node, input, occurrence_name(node, at.local, input.kind));
  finish_step(node, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::crash, node, no_node, {}, 0, 0, to_json(outcome));
    emit_effects(node);
  }
  return true;
}

bool World::restart(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || at.local.up) return false;
  begin_decision(DecisionKind::restart, node_name(node), at.local.cell.hash());
  Input input;
  input.kind = at.local.incarnation == 0 ? Input::Kind::start : Input::Kind::recover;
  run_step(node, input, occurrence_name(node, at.local, input.kind));
  finish_step(node, input.kind);
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::restart, node, no_node, {}, 0, 0, {});
    emit_effects(node);
  }
  return true;
}

bool World::pause(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused) return false;
  begin_decision(DecisionKind::pause, node_name(node), 0);
  at.local.paused = true;
  end_decision();
  if (observer_ != nullptr) emit_decision(EventKind::pause, node, no_node, {}, 0, 0, {});
  return true;
}

bool World::resume(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || !at.local.paused) return false;
  begin_decision(DecisionKind::resume, node_name(node), 0);
  at.local.paused = false;
  end_decision();
  if (observer_ != nullptr) emit_decision(EventKind::resume, node, no_node, {}, 0, 0, {});
  return true;
}

bool World::wipe(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || at.local.up) return false;
  begin_decision(DecisionKind::wipe, node_name(node), 0);
  at.local.cell = Payload();
  at.local.cell_state = CellState::wiped;
  at.local.disk = Disk{};
  effects_.clear();
  Telling telling{*this};
  audience_.tell_observation(node, telling);
  report_judged();
  end_decision();
  if (observer_ != nullptr) emit_decision(EventKind::crash, node, no_node, "wipe", 0, 0, {});
  return true;
}

bool World::begin_fault(const std::string& name, const std::string& description) {
  if (broken_) return false;
  begin_decision(DecisionKind::begin_fault, hash_bytes(name), hash_bytes(description));
  end_decision();
  if (observer_ != nullptr) {
    emit_decision(EventKind::begin_fault, no_node, no_node, name, 0, 0, json_quote(description));
  }
  return true;
}

bool World::end_fault(const std::string& name) {
  if (broken_) return false;
  begin_decision(DecisionKind::end_fault, hash_bytes(name), 0);
  end_decision();
  if (observer_ != nullptr) emit_decision(EventKind::end_fault, no_node, no_node, name, 0, 0, {});
  return true;
}

bool World::move_clock(NodeId node, Duration advance) {
  Node& at = nodes_[node.value];
  if (broken_) return false;
  begin_decision(DecisionKind::clock, node_name(node), static_cast<std::uint64_t>(advance.nanoseconds));
  Input input;
  input.kind = Input::Kind::clock;
  input.clock_advance = advance;
  run_step(node, input, occurrence_name(node, at.local, input.kind));
  end_decision();
  if (observer_ != nullptr) emit_decision(EventKind::clock, node, no_node, {}, 0, 0, json_quote(to_string(advance)));
  (void)at;
  return true;
}

bool World::apply(const Decision& decision) {
  const Time before = now_;
  now_ = std::max(now_, decision.at ? *decision.at : now_ + milliseconds(1));
  scripted_choices_ = decision.choices;
  const auto with_message = [&](auto&& act) {
    const auto slot = find_message(decision.message);
    return slot && act(*slot);
  };
  bool done = false;
  switch (decision.kind) {
    case DecisionKind::deliver: done = with_message([&](MessageSlot slot) { return deliver(slot); }); break;
    case DecisionKind::drop:
      done = with_message([&](MessageSlot slot) { return drop(slot, decision.text.empty() ? "script" : decision.text); });
      break;
    case DecisionKind::duplicate:
      done = with_message([&](MessageSlot slot) { return duplicate(slot).has_value(); });
      break;
    case DecisionKind::corrupt: done = with_message([&](MessageSlot slot) { return corrupt(slot); }); break;
    case DecisionKind::fire: {
      const auto timer = find_timer(decision.node, decision.name, decision.nth);
      done = timer && fire(decision.node, *timer);
      break;
    }
    case DecisionKind::complete:
      done = decision.name == "durable" ? complete_save(decision.node) : complete_disk(decision.node, decision.name);
      break;
    case DecisionKind::begin: done = begin(decision.node, decision.operation); break;
    case DecisionKind::crash: done = crash(decision.node, decision.outcome); break;
    case DecisionKind::restart: done = restart(decision.node); break;
    case DecisionKind::pause: done = pause(decision.node); break;
    case DecisionKind::resume: done = resume(decision.node); break;
    case DecisionKind::begin_fault: done = begin_fault(decision.name, decision.text); break;
    case DecisionKind::end_fault: done = end_fault(decision.name); break;
    case DecisionKind::clock: done = move_clock(decision.node, decision.advance); break;
    case DecisionKind::wipe: done = wipe(decision.node); break;
  }
  scripted_choices_.clear();
  if (!done) now_ = before;
  return done;
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
    if (message.sequence == 0 || message.from != name.from || message.to != name.to || message.type->name != name.type) {
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

std::optional<std::uint32_t> World::find_timer(NodeId node, std::string_view type, std::uint32_t nth) const {
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
