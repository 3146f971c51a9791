// The context of a handler: the only way out of a process value. Everything done here is recorded
// as an effect.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/process/clock.hpp"
#include "engine/process/layer.hpp"
#include "engine/process/layer_groups.hpp"
#include "engine/process/local_state.hpp"
#include "engine/process/seal.hpp"
#include "engine/process/service.hpp"

namespace stampede::engine {

/// Answers explicit nondeterminism.
class ChoiceSource {
 public:
  virtual ~ChoiceSource() = default;
  /// A number below `arity` (>= 1) for the choice called `label`, the `ordinal`-th of this step
  /// (from 1).
  virtual std::uint32_t choose(std::string_view label, std::uint32_t arity,
                               std::uint32_t ordinal) = 0;
};

/// Some duration from `least` to `most`, both included: which one is drawn where time passes, and
/// of no interest where only the order of things counts.
struct Between {
  Duration least;
  Duration most;
};
constexpr Between between(Duration least, Duration most) { return {least, most}; }

class Adversaries;

/// What the world tells a local step besides its input.
struct Environment {
  /// Who the node is to others.
  NodeId self{};
  /// The node itself: another one where an identity has several instances.
  NodeId instance{};
  /// Nodes of the world are those below.
  std::uint32_t node_count = 0;
  /// Which group each layer of this node belongs to.
  const LayerGroups* groups = nullptr;
  const Payload* options = nullptr;
  /// True time of the step, and this node's clock.
  Time now{};
  const ClockRate* clock = &true_clock;
  ChoiceSource* choices = nullptr;
  std::uint64_t disk_sector = 512;
  bool record_notes = false;
  /// `persist` completes inside its step (scripts, exploration).
  bool saves_in_step = false;
  /// For notes; nullptr = nodes are numbers there.
  const NodeNames* names = nullptr;
  /// nullptr = everybody is correct.
  const Adversaries* adversaries = nullptr;
};

/// Context::choose for whoever has a part in the step.
std::uint32_t choose(const Environment& environment, Effects& effects, std::string_view label,
                     std::uint32_t arity);

/// That of the node, or nullptr at an instance that has none (engine/process/seal.hpp).
inline std::uint64_t* trusted_counter(const Environment& environment, LocalState& local) {
  return environment.instance == environment.self ? &local.trusted_counter : nullptr;
}

/// One run of a local step: what its contexts share.
struct StepFrame {
  LocalState& local;
  const Environment& environment;
  Effects& effects;
  void* root = nullptr;
};

class DiskContext;

class Context {
 public:
  Context(StepFrame& frame, const Layer& layer, void* value, const InstancePath& instance)
      : frame_(frame), layer_(layer), value_(value), instance_(instance) {}

  [[nodiscard]] NodeId self() const { return frame_.environment.self; }
  /// The group that this part belongs to (inside no part: the process).
  [[nodiscard]] const Group& group() const {
    const LayerGroups& groups = *frame_.environment.groups;
    const Group* group = groups.of(layer_.index);
    return group != nullptr ? *group : groups.of_instance(layer_, instance_);
  }
  /// The nodes of that group, ascending, this one included if it is in it.
  [[nodiscard]] const std::vector<NodeId>& members() const { return group().members(); }
  /// The nodes of another group. AssertionFailed for an unknown one.
  [[nodiscard]] const std::vector<NodeId>& members(std::string_view group) const {
    return frame_.environment.groups->membership().at(group).members();
  }
  /// The node of a client.
  [[nodiscard]] NodeId client(ClientId client) const {
    return frame_.environment.groups->membership().clients().node(client);
  }
  /// The run's options of this model; inside a part, those of the part: the member of its owner's
  /// options with its name.
  template <class Options>
  [[nodiscard]] const Options& options() const {
    if (layer_.parent == nullptr || layer_.options == &payload_type<Options>()) {
      if (const Options* own = frame_.environment.options->get<Options>()) return *own;
    }
    return *static_cast<const Options*>(part_options(payload_type<Options>()));
  }
  /// In a map of parts: the key of this part, or of the part that it belongs to; `outward` = 1 for
  /// the key of the map around that map, and so on. AssertionFailed for another type of keys.
  template <InstanceKey Key>
  [[nodiscard]] Key instance(std::size_t outward = 0) const {
    return key_from_word<Key>(instance_word(key_type<Key>(), outward));
  }

  /// Sends to another node. Sending to oneself is an ASSERT.
  // Inlined by force: whether it would be depends on what else is compiled with it.
  template <class M>
  [[gnu::always_inline]] void send(NodeId to, M message) {
    send_payload(to, message_type<M>(), Payload::of(std::move(message)));
  }
  /// Sends to a client.
  template <class M>
  [[gnu::always_inline]] void reply(ClientId to, M message) {
    send(client(to), std::move(message));
  }
  /// Sends to all other members.
  template <class M>
  void broadcast(M message) {
    const NamedType& type = message_type<M>();
    const Payload payload = Payload::of(std::move(message));
    for (const NodeId member : members()) {
      if (member != self()) send_payload(member, type, Payload(payload));
    }
  }

  /// Fires `timer` (its whole value is its identity) after `after` of this node's clock; moves the
  /// deadline if armed.
  template <class T>
  void arm(const T& timer, Duration after) {
    const NamedType& type = timer_type<T>();
    std::uint32_t slot = find_timer(type, timer);
    if (slot == no_slot) slot = add_timer(type, Payload::of(timer));
    arm_slot(slot, after);
  }
  /// The same after a duration that is drawn, by the name of the arming: each run has one of its
  /// own, and no other draw moves with it. A search has no times, so it sees one arming, where
  /// `choose` would show it one for each answer. AssertionFailed unless 0 <= least <= most.
  template <class T>
  void arm(const T& timer, Between after) {
    arm(timer, after.least);
    spread_last(after);
  }
  /// Takes the timer back; nothing happens if it is not armed.
  template <class T>
  void disarm(const T& timer) {
    const std::uint32_t slot = find_timer(timer_type<T>(), timer);
    if (slot != no_slot) disarm_slot(slot);
  }

  /// Saves the durable member as it is now. Sends and responses that follow wait for it.
  void persist();
  [[nodiscard]] DiskContext disk();
  /// At recover: what the disk had for the durable member.
  [[nodiscard]] CellState cell_state() const { return frame_.local.cell_state; }

  /// This node's monotonic clock: drifts, never jumps.
  [[nodiscard]] Time now() const {
    frame_.effects.reads_clock = true;
    return frame_.environment.clock->reading(frame_.environment.now) + frame_.local.elapsed;
  }
  /// This node's wall clock: drifts, is off, and jumps.
  [[nodiscard]] Time wall_clock() const {
    return now() + frame_.environment.clock->wall_offset + frame_.local.clock_offset;
  }
  /// Explicit nondeterminism: a number below `arity`, drawn in simulation, branched on in
  /// exploration.
  std::uint32_t choose(std::string_view label, std::uint32_t arity) {
    return engine::choose(frame_.environment, frame_.effects, label, arity);
  }
  /// The value, signed by this node: nobody else can make that.
  template <class T>
  [[nodiscard]] Signed<T> sign(T value) const {
    return seal().sign(std::move(value));
  }
  /// The value with the next number of this node's trusted counter.
  template <class T>
  [[nodiscard]] Certified<T> certify(T value) {
    return seal().certify(std::move(value));
  }
  /// A number no other node, incarnation or call gets: nonces. From 1.
  std::uint64_t unique();

  /// A client's operation begins. The world keeps its history.
  void invoke(OperationId id, Operation operation);
  /// The result of an operation this client invoked.
  void respond(OperationId id, Result result);

  /// A rare situation was reached; sweeps count it. `name` must be a literal.
  void reached(const char* name) { frame_.effects.rare().probes.push_back(name); }
  /// Free text for traces. Parts are joined only when recorded.
  template <class... Part>
  void note(const Part&... part) {
    if (!frame_.environment.record_notes) return;
    std::string text;
    (append_note(text, part), ...);
    frame_.effects.rare().notes.push_back(std::move(text));
  }
  /// The rule for this message is not enabled now. No effect and no state change may accompany it.
  void ignore() { frame_.effects.rare().ignored = true; }

  /// A context for calling into a part: one of the Parts of this value, itself a member of it or of
  /// a map that is. AssertionFailed for anything else.
  template <class Part>
  [[nodiscard]] Context inside(Part& part) {
    return inside_address(&part, payload_type<std::remove_const_t<Part>>());
  }
  /// Tells the owner of this part something that the part lists in Indicates; it is handled later
  /// in the same step, in order.
  template <class I>
  void indicate(I indication) {
    const std::uint32_t key = payload_type<I>().key;
    if (key >= layer_.indications.size() || layer_.indications.data()[key] == nullptr)
      unlisted(payload_type<I>());
    frame_.effects.indications.push_back(
        {&layer_, instance_, key, Parcel::of(std::move(indication))});
  }

 private:
  friend class DiskContext;

  template <class M>
  const NamedType& message_type() const {
    static_assert(Described<M>,
                  "put a line STAMPEDE_VALUE(Message, members...) after this message");
    return lookup(layer_.messages, payload_type<M>());
  }
  template <class T>
  const NamedType& timer_type() const {
    static_assert(Described<T>, "put a line STAMPEDE_VALUE(Timer, members...) after this timer");
    return lookup(layer_.timers, payload_type<T>());
  }
  const NamedType& lookup(const std::vector<const NamedType*>& table,
                          const PayloadType& type) const {
    if (type.key >= table.size() || table[type.key] == nullptr)
      undeclared(type, &table == &layer_.timers);
    return *table[type.key];
  }
  [[noreturn]] void undeclared(const PayloadType& type, bool timer) const;
  [[noreturn]] void unlisted(const PayloadType& indication) const;
  template <class Part>
  void append_note(std::string& text, const Part& part) const {
    if constexpr (std::convertible_to<const Part&, std::string_view>) {
      text += std::string_view(part);
    } else {
      text += to_json(part, frame_.environment.names);
    }
  }

  [[nodiscard]] Seal seal() const {
    return {self(), trusted_counter(frame_.environment, frame_.local)};
  }
  [[nodiscard]] const void* part_options(const PayloadType& wanted) const;
  [[nodiscard]] std::uint32_t instance_word(const KeyType& wanted, std::size_t outward) const;
  [[gnu::always_inline]] void send_payload(NodeId to, const NamedType& type, Payload&& payload) {
    ASSERT(to != self() && to.value < frame_.environment.node_count);
    if (!frame_.local.held.empty()) return hold_send(to, type, std::move(payload));
    frame_.effects.sends.push_back({&type, std::move(payload), to, instance_});
  }
  void hold_send(NodeId to, const NamedType& type, Payload&& payload);
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  /// The slot that holds `timer`, armed or not.
  template <class T>
  [[nodiscard]] std::uint32_t find_timer(const NamedType& type, const T& timer) const {
    const std::vector<TimerSlot>& slots = frame_.local.timers;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].type != &type || slots[i].instance != instance_) continue;
      if constexpr (!std::is_empty_v<T>) {
        if (!(slots[i].value.template as<T>() == timer)) continue;
      }
      return static_cast<std::uint32_t>(i);
    }
    return no_slot;
  }
  std::uint32_t add_timer(const NamedType& type, Payload timer);
  void arm_slot(std::uint32_t slot, Duration after);
  void spread_last(Between after);
  void disarm_slot(std::uint32_t slot);
  [[nodiscard]] Context inside_address(const void* part, const PayloadType& type);

  StepFrame& frame_;
  const Layer& layer_;
  void* value_;
  InstancePath instance_;
};

/// Requests on this node's files. Each returns its number; the owner's `on(const DiskCompleted&,
/// Context&)` hears of the end.
class DiskContext {
 public:
  explicit DiskContext(StepFrame& frame) : frame_(frame) {}
  std::uint32_t append(std::string file, std::string bytes);
  std::uint32_t write(std::string file, std::uint64_t offset, std::string bytes);
  std::uint32_t read(std::string file, std::uint64_t offset, std::uint64_t length);
  /// Makes all completed writes of the file durable.
  std::uint32_t sync(std::string file);

 private:
  std::uint32_t issue(DiskOperation operation);
  StepFrame& frame_;
};

}  // namespace stampede::engine

namespace stampede {
using engine::between;
using engine::Context;
}  // namespace stampede
