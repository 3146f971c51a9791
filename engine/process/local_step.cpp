#include "engine/process/local_step.hpp"

#include <algorithm>
#include <exception>
#include <new>

#include "engine/process/adversary.hpp"
#include "engine/process/durable.hpp"
#include "engine/process/step_check.hpp"
#include "engine/process/step_in_progress.hpp"

namespace stampede::engine {
namespace {

/// Removes what only the look-up for an ignored message has made: the outermost instance on the way
/// that was not there, with all that is in it.
class FreshInstance {
 public:
  FreshInstance(const Layer& layer, void* root, const InstancePath& instance)
      : root_(root), instance_(instance) {
    find(layer);
  }
  void undo() const {
    if (map_ != nullptr) map_->erase_instance(map_->parent->locate_in(root_, instance_), key());
  }

 private:
  [[nodiscard]] std::uint32_t key() const { return instance_.keys[map_->keys.size() - 1]; }
  /// Outermost first, so that looking makes nothing.
  void find(const Layer& layer) {
    if (layer.keys.empty()) return;
    find(*layer.parent);
    if (map_ != nullptr || !layer.is_map()) return;
    map_ = &layer;
    if (map_->has_instance(map_->parent->locate_in(root_, instance_), key())) map_ = nullptr;
  }

  const Layer* map_ = nullptr;
  void* root_;
  const InstancePath& instance_;
};

// Kept apart by force: steps without indications would pay for its registers.
[[gnu::noinline]] void drain_indications(StepFrame& frame) {
  // Handlers may add more: an index, not an iterator.
  for (std::size_t i = 0; i < frame.effects.indications.size(); ++i) {
    const Indication indication = std::move(frame.effects.indications[i]);
    const Layer& part = *indication.part;
    const Layer& owner = *part.parent;
    const InstancePath instance =
        owner.keys.empty() ? InstancePath{} : indication.instance.first(owner.keys.size());
    void* value = owner.locate_in(frame.root, instance);
    Context context(frame, owner, value, instance);
    part.indications[indication.key](value, indication.parcel.content(),
                                     Source(part, indication.instance), context);
  }
  // Who ignores a message indicates nothing: local_step finds what is left.
  if (!frame.effects.ignored) frame.effects.indications.clear();
}

/// The save at the head of the queue has reached the disk: what waited for it leaves, up to the
/// next save.
void complete_save(LocalState& local, Effects& effects) {
  ASSERT(!local.held.empty() && local.held.front().kind == HeldOutput::Kind::save);
  local.cell = local.held.front().cell;
  local.cell_state = CellState::saved;
  ++effects.rare().saves_completed;
  auto next = local.held.begin() + 1;
  for (; next != local.held.end() && next->kind != HeldOutput::Kind::save; ++next) {
    if (next->kind == HeldOutput::Kind::send) {
      effects.sends.push_back(std::move(next->send));
    } else {
      effects.responses.push_back(std::move(next->response));
    }
  }
  effects.save_started = next != local.held.end();
  local.held.erase(local.held.begin(), next);
}

void crash(LocalState& local, const ProcessValue& boot, const Input& input,
           const Environment& environment) {
  if (input.outcome->save_kept && !local.held.empty()) {
    local.cell = local.held.front().cell;
    local.cell_state = CellState::saved;
  }
  local.held.clear();
  local.disk.crash(*input.outcome, environment.disk_sector);
  // Memory is gone: states that differ in nothing else are the same from here on.
  local.process = boot;
  local.unique_counter = 0;
  for (TimerSlot& slot : local.timers) slot.armed = false;
  local.up = false;
  local.paused = false;
}

void boot_up(LocalState& local, const ProcessValue& boot, bool restart, StepFrame& frame) {
  local.process = boot;
  frame.root = local.process.get();
  local.up = true;
  local.paused = false;
  ++local.incarnation;
  local.unique_counter = 0;
  const ProcessType& type = local.process.type();
  Context context(frame, type.root, frame.root, {});
  if (!restart) {
    if (type.start != nullptr) type.start(frame.root, context);
    return;
  }
  if (!type.durable.empty() && local.cell_state == CellState::saved)
    restore_durable(type, frame.root, local.cell);
  if (type.recover != nullptr) {
    type.recover(frame.root, context);
  } else if (type.start != nullptr) {
    type.start(frame.root, context);
  }
}

void run(LocalState& local, const ProcessValue& boot, const Input& input, StepFrame& frame) {
  const auto context_of = [&](const Layer& layer, void* value, const InstancePath& instance) {
    return Context(frame, layer, value, instance);
  };
  switch (input.kind) {
    case Input::Kind::start:
      boot_up(local, boot, false, frame);
      break;
    case Input::Kind::recover:
      boot_up(local, boot, true, frame);
      break;
    case Input::Kind::message: {
      const ProcessType& type = local.process.type();
      const std::uint32_t index = input.type->index;
      if (index >= type.messages.size() || type.messages.data()[index].handle == nullptr) {
        frame.effects.rare().ignored = true;
        return;
      }
      const ProcessType::MessageEntry& entry = type.messages.data()[index];
      if (entry.layer->keys.empty()) {  // in no map of parts: looking makes nothing to take back
        void* value = entry.layer->locate_in(frame.root, input.instance);
        Context context = context_of(*entry.layer, value, input.instance);
        entry.handle(value, input.payload->content(), input.from, context);
        break;
      }
      const FreshInstance fresh(*entry.layer, frame.root, input.instance);
      void* value = entry.layer->locate_in(frame.root, input.instance);
      Context context = context_of(*entry.layer, value, input.instance);
      entry.handle(value, input.payload->content(), input.from, context);
      if (frame.effects.ignored) fresh.undo();
      break;
    }
    case Input::Kind::timer: {
      TimerSlot& slot = local.timers[input.slot];
      slot.armed = false;
      const ProcessType::TimerEntry& entry = local.process.type().timers.at(slot.type->index);
      const Payload timer = slot.value;  // the handler may grow the slots
      const InstancePath instance = slot.instance;
      void* value = entry.layer->locate_in(frame.root, instance);
      Context context = context_of(*entry.layer, value, instance);
      entry.handle(value, timer.content(), context);
      break;
    }
    case Input::Kind::save_completed:
      complete_save(local, frame.effects);
      break;
    case Input::Kind::disk_completed: {
      const DiskCompleted done = local.disk.complete(*input.file);
      const ProcessType& type = local.process.type();
      if (type.disk_completed != nullptr) {
        Context context = context_of(type.root, frame.root, {});
        type.disk_completed(frame.root, done, context);
      }
      break;
    }
    case Input::Kind::begin: {
      const ProcessType& type = local.process.type();
      ASSERT(type.begin != nullptr);
      Context context = context_of(type.root, frame.root, {});
      type.begin(frame.root, *input.begin, context);
      break;
    }
    case Input::Kind::crash:
      crash(local, boot, input, frame.environment);
      break;
    case Input::Kind::clock: {
      Duration& moved = input.monotonic ? local.elapsed : local.clock_offset;
      moved = moved + input.clock_advance;
      break;
    }
  }
}

}  // namespace

void Context::persist() {
  LocalState& local = frame_.local;
  const ProcessType& type = local.process.type();
  Payload cell = save_durable(type, frame_.root);
  if (frame_.environment.saves_in_step) {
    local.cell = std::move(cell);
    local.cell_state = CellState::saved;
    ++frame_.effects.rare().saves_completed;
    return;
  }
  frame_.effects.rare().held = true;
  if (local.held.empty()) frame_.effects.save_started = true;
  local.held.push_back({HeldOutput::Kind::save, std::move(cell), {}, {}});
}

namespace {

/// What a signal handler finds of this thread's step; no input between steps.
thread_local const Input* volatile input_in_progress = nullptr;
thread_local const Environment* volatile environment_in_progress = nullptr;
thread_local volatile bool step_was_seen = false;

/// A text that ends where there is no room for more.
class BoundedText {
 public:
  BoundedText(char* text, std::size_t size) : text_(text), size_(size) {}
  BoundedText& operator<<(std::string_view more) {
    for (const char letter : more) {
      if (used_ < size_) text_[used_++] = letter;
    }
    return *this;
  }
  void number(std::uint32_t value) {
    char digits[10];
    std::size_t at = sizeof digits;
    do digits[--at] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    *this << std::string_view(digits + at, sizeof digits - at);
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  char* text_;
  std::size_t size_;
  std::size_t used_ = 0;
};

std::string_view what_it_does(Input::Kind kind) {
  switch (kind) {
    case Input::Kind::start:
      return "start";
    case Input::Kind::recover:
      return "recover";
    case Input::Kind::message:
      return "on a message";
    case Input::Kind::timer:
      return "on a timer";
    case Input::Kind::save_completed:
      return "a save completes";
    case Input::Kind::disk_completed:
      return "a disk request completes";
    case Input::Kind::begin:
      return "begin an operation";
    case Input::Kind::crash:
      return "crash";
    case Input::Kind::clock:
      return "clock";
  }
  return "";
}

}  // namespace

std::size_t describe_step_in_progress(char* text, std::size_t size) {
  const Input* const input = input_in_progress;
  const Environment* const environment = environment_in_progress;
  if (input == nullptr) return 0;
  BoundedText told(text, size);
  const auto name = [&](NodeId node) {
    if (environment->names != nullptr && environment->names->has(node)) {
      told << environment->names->all()[node.value];
    } else {
      told << "node ";
      told.number(node.value);
    }
  };
  name(environment->instance);
  told << ": ";
  if (input->kind != Input::Kind::message) {
    told << what_it_does(input->kind);
    return told.used();
  }
  told << "on " << input->type->name << " from ";
  name(input->from);
  return told.used();
}

bool is_in_step_seen_before() {
  if (input_in_progress == nullptr) return false;
  const bool seen = step_was_seen;
  step_was_seen = true;
  return seen;
}

namespace {

/// Runs a part of a step. Whatever it throws is an effect, but for want of memory.
// Inlined by force: it is a part of each step.
template <class Part>
[[gnu::always_inline]] inline void guarded(Effects& effects, Part&& part) {
  try {
    part();
  } catch (const std::bad_alloc&) {
    const StepOutOfMemory told;
    input_in_progress = nullptr;
    throw told;
  } catch (const AssertionFailed& failed) {
    effects.rare().exception = Thrown{failed.what(), failed.message().size()};
  } catch (const std::exception& error) {
    effects.rare().exception = Thrown{error.what()};
  } catch (...) {
    effects.rare().exception = Thrown{"an exception that is not a std::exception"};
  }
  input_in_progress = nullptr;
}

/// The step as if all were correct, then what adversaries make of it.
void interposed_step(LocalState& local, const ProcessValue& boot, const Input& input,
                     const Environment& environment, Effects& effects) {
  // Of a step that goes on from another one, what that one sends has been let out.
  const std::size_t sent_before = effects.sends.size();
  Environment correct = environment;
  correct.adversaries = nullptr;
  local_step(local, boot, input, correct, effects);
  if (effects.exception) return;
  guarded(effects, [&] {
    environment.adversaries->let_out(local, input, environment, effects, sent_before);
  });
}

}  // namespace

void local_step(LocalState& local, const ProcessValue& boot, const Input& input,
                const Environment& environment, Effects& effects) {
  if (environment.adversaries != nullptr) [[unlikely]]
    return interposed_step(local, boot, input, environment, effects);
  StepFrame frame{local, environment, effects, local.process.get()};
  environment_in_progress = &environment;
  step_was_seen = false;
  input_in_progress = &input;
  guarded(effects, [&] {
    run(local, boot, input, frame);
    if (!effects.indications.empty()) drain_indications(frame);
    if (!effects.has_rare || !effects.ignored) return;
    ASSERT(input.kind == Input::Kind::message);
    if (const auto effect = effect_of_ignored(effects))
      throw AssertionFailed("the handler of " + input.type->name + " ignores the message, and " +
                            *effect);
  });
}

void observe_local(const LocalState& local, const ProcessValue& boot, NodeId self,
                   const Facet& facet, Observation& shown) {
  if (local.up) {
    const void* part = facet.layer->find_in(local.process.get(), facet.instance);
    if (part != nullptr) {
      // All fields but the log begin anew: a model may assign only those it uses.
      shown.operational = shown.leading = shown.recovering = false;
      shown.epoch = shown.committed = shown.executed = 0;
      shown.configuration.clear();
      return facet.layer->observe(part, self, *facet.group, shown);
    }
  }
  shown = Observation{};
  if (local.up || local.incarnation == 0) return;
  ProcessValue dormant = boot;
  const ProcessType& type = boot.type();
  if (!type.durable.empty() && local.cell_state == CellState::saved)
    restore_durable(type, dormant.get(), local.cell);
  const void* part = facet.layer->find_in(dormant.get(), facet.instance);
  if (part != nullptr) facet.layer->observe(part, self, *facet.group, shown);
  shown.operational = false;
  shown.leading = false;
  shown.recovering = true;
}

Observation observe_local(const LocalState& local, const ProcessValue& boot, NodeId self,
                          const Facet& facet) {
  Observation shown;
  observe_local(local, boot, self, facet, shown);
  return shown;
}

// ----- values of local_state.hpp -----

ProcessValue::ProcessValue(const ProcessValue& other)
    : type_(other.type_),
      value_(other.value_ == nullptr ? nullptr : other.type_->clone(other.value_)) {}

ProcessValue::~ProcessValue() {
  if (value_ != nullptr) type_->destroy(value_);
}

bool operator==(const ProcessValue& left, const ProcessValue& right) {
  if (left.type_ != right.type_) return false;
  if (left.value_ == nullptr || right.value_ == nullptr) return left.value_ == right.value_;
  return left.type_->equal(left.value_, right.value_);
}

void ProcessValue::append_hash(Hasher& hasher) const {
  hasher.add(value_ == nullptr ? 0 : type_->hash(value_));
}

namespace {

/// Armed timers in an order that does not depend on how they were armed.
std::vector<const TimerSlot*> armed_sorted(const std::vector<TimerSlot>& slots) {
  std::vector<const TimerSlot*> armed;
  for (const TimerSlot& slot : slots) {
    if (slot.armed) armed.push_back(&slot);
  }
  std::sort(armed.begin(), armed.end(), [](const TimerSlot* left, const TimerSlot* right) {
    if (left->type != right->type) return left->type->name < right->type->name;
    if (left->instance != right->instance) return left->instance < right->instance;
    return left->value < right->value;
  });
  return armed;
}

bool held_equal(const HeldOutput& left, const HeldOutput& right) {
  return left.kind == right.kind && left.cell == right.cell && left.send.type == right.send.type &&
         left.send.payload == right.send.payload && left.send.to == right.send.to &&
         left.send.instance == right.send.instance && left.response.id == right.response.id &&
         left.response.result == right.response.result;
}

}  // namespace

void LocalState::canonicalise() {
  std::vector<TimerSlot> armed;
  for (const TimerSlot* slot : armed_sorted(timers)) {
    TimerSlot& kept = armed.emplace_back();
    kept.type = slot->type;
    kept.value = slot->value;
    kept.instance = slot->instance;
    kept.armed = true;
  }
  timers = std::move(armed);
}

bool operator==(const LocalState& left, const LocalState& right) {
  if (left.up != right.up || left.paused != right.paused || left.incarnation != right.incarnation ||
      left.unique_counter != right.unique_counter || left.cell_state != right.cell_state ||
      left.clock_offset != right.clock_offset || left.elapsed != right.elapsed ||
      left.trusted_counter != right.trusted_counter || !(left.interposer == right.interposer) ||
      !(left.cell == right.cell) || !(left.disk == right.disk) ||
      left.held.size() != right.held.size() || !(left.process == right.process)) {
    return false;
  }
  for (std::size_t i = 0; i < left.held.size(); ++i) {
    if (!held_equal(left.held[i], right.held[i])) return false;
  }
  const auto left_timers = armed_sorted(left.timers);
  const auto right_timers = armed_sorted(right.timers);
  return std::equal(left_timers.begin(), left_timers.end(), right_timers.begin(),
                    right_timers.end(), [](const TimerSlot* a, const TimerSlot* b) {
                      return a->type == b->type && a->instance == b->instance &&
                             a->value == b->value;
                    });
}

void LocalState::append_hash(Hasher& hasher) const {
  process.append_hash(hasher);
  hasher.add((up ? 1U : 0U) | (paused ? 2U : 0U));
  hasher.add((static_cast<std::uint64_t>(incarnation) << 32) | unique_counter);
  hasher.add(static_cast<std::uint64_t>(cell_state));
  hasher.add(cell.hash());
  hasher.add(static_cast<std::uint64_t>(clock_offset.nanoseconds));
  hasher.add(static_cast<std::uint64_t>(elapsed.nanoseconds));
  engine::append_hash(hasher, disk);
  for (const HeldOutput& output : held) {
    hasher.add(static_cast<std::uint64_t>(output.kind));
    hasher.add(output.cell.hash());
    hasher.add(output.send.payload.hash());
    hasher.add(output.send.to.value);
    engine::append_hash(hasher, output.response.id);
    hasher.add(output.response.result.hash());
  }
  for (const TimerSlot* slot : armed_sorted(timers)) {
    hasher.add(slot->type->name_hash);
    hasher.add(slot->instance.hash());
    hasher.add(slot->value.hash());
  }
  if (interposer || trusted_counter != 0) {
    hasher.add(interposer.hash());
    hasher.add(trusted_counter);
  }
}

void Effects::clear_rare() {
  has_rare = false;
  invocations.clear();
  responses.clear();
  choices.clear();
  spreads.clear();
  probes.clear();
  notes.clear();
  indications.clear();
  saves_completed = 0;
  save_started = false;
  disk_requests.clear();
  ignored = false;
  held = false;
  exception.reset();
}

bool Effects::answers_first() const {
  if (responses.empty() || invocations.empty()) return false;
  return std::none_of(responses.begin(), responses.end(), [&](const Response& response) {
    return std::any_of(invocations.begin(), invocations.end(),
                       [&](const auto& invocation) { return invocation.first == response.id; });
  });
}

bool Effects::has_more() const {
  return !invocations.empty() || !responses.empty() || !choices.empty() || !disk_requests.empty() ||
         saves_completed != 0 || save_started || ignored || exception;
}

void Effects::append_more(Hasher& hasher) const {
  hasher.add(invocations.size());
  for (const auto& [id, operation] : invocations) {
    engine::append_hash(hasher, id);
    hasher.add(operation.hash());
  }
  hasher.add(responses.size());
  for (const Response& response : responses) {
    engine::append_hash(hasher, response.id);
    hasher.add(response.result.hash());
  }
  hasher.add(choices.size());
  for (const Choice& choice : choices) {
    hasher.add_bytes(choice.label);
    hasher.add((static_cast<std::uint64_t>(choice.arity) << 32) | choice.taken);
  }
  hasher.add(disk_requests.size());
  for (const std::string& file : disk_requests) hasher.add_bytes(file);
  hasher.add((static_cast<std::uint64_t>(saves_completed) << 2) | (save_started ? 2U : 0U) |
             (ignored ? 1U : 0U));
  if (exception)
    hasher.add_bytes(std::string_view(exception->text).substr(0, exception->message_size));
}

}  // namespace stampede::engine
