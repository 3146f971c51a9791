// A world: nodes, messages in flight, disks and clocks, advanced by decisions and by nothing else.
// Values throughout: a copy of a world is a snapshot.
//
// 1. The same world and the same decision give the same result on every compiler and in every
//    build.
// 2. Every message and timer has a name that does not depend on what happened elsewhere: its type,
//    its link or node, and its ordinal there. Names are never reused, not even across restarts.
// 3. The digest covers decision, input content and effects of every step.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/process/clock.hpp"
#include "engine/process/local_step.hpp"
#include "engine/world/assembly.hpp"
#include "engine/world/audience.hpp"
#include "engine/world/decision.hpp"
#include "engine/world/event.hpp"
#include "engine/world/history.hpp"
#include "engine/world/property.hpp"

namespace stampede::engine {

class Causes;

/// A message between its send and its delivery or loss.
struct InFlight {
  const NamedType* type = nullptr;
  Payload payload;
  NodeId from{};
  NodeId to{};
  InstancePath instance{};
  std::uint32_t nth = 0;
  std::uint32_t copy = 0;
  /// Copies made so far of the original, by whichever of its copies; the same in all that are in
  /// flight.
  std::uint32_t copies = 0;
  /// Order of sending over the whole world, from 1; 0 = this slot is free.
  std::uint64_t sequence = 0;

  /// Hash of the message's name: what its random draws are keyed by. Kept, because each of its
  /// draws wants it.
  std::uint64_t name_key = 0;
  [[nodiscard]] std::uint64_t hash_of_name() const {
    const std::uint64_t link = (static_cast<std::uint64_t>(from.value) << 32) | to.value;
    const std::uint64_t ordinal = (static_cast<std::uint64_t>(nth) << 32) | copy;
    return mix(type->name_hash + instance.hash(), link) ^ (ordinal * hash_key);
  }
};

static_assert(sizeof(InFlight) == 64);  // one line of a cache

/// The message's whole name.
MessageName name_of(const InFlight& message);
/// The whole name of an armed timer of `node`.
TimerName name_of(const TimerSlot& timer, NodeId node);

/// Position of a message in the world's table; reused after delivery.
using MessageSlot = std::uint32_t;

/// Answers choices from the decision first, then from the seed by the name of the input.
struct KeyedChoices final : ChoiceSource {
  std::uint64_t seed = 0;
  std::uint64_t input = 0;
  std::vector<std::uint32_t> scripted;
  std::uint32_t choose(std::string_view label, std::uint32_t arity, std::uint32_t ordinal) override;
};

class WorldObserver {
 public:
  virtual ~WorldObserver() = default;
  virtual void event(const Event& event) = 0;
  /// Whether the whole state of `node` after this step is wanted: then it follows as an event.
  [[nodiscard]] virtual bool wants_state(std::uint64_t step, NodeId node) const {
    static_cast<void>(step);
    static_cast<void>(node);
    return false;
  }
};

struct WorldSettings {
  std::uint64_t seed = 0;
  /// `persist` completes inside its step.
  bool saves_in_step = false;
  /// A delivered message whose handler ignores it stays in flight and the decision does not count
  /// (exploration).
  bool ignored_stay = false;
  std::uint64_t disk_sector = 512;
  /// So many first steps are run twice and compared, and of those behind them one in
  /// `watched_every`: a handler that keeps something outside its process, or changes its state and
  /// ignores, is broken there.
  std::uint64_t watched_steps = 0;
  static constexpr std::uint64_t watched_every = 1024;
};

class World final : public WorldView {
 public:
  World(Assembly assembly, const WorldSettings& settings);
  World(const World& other);
  World& operator=(const World& other) = delete;

  // ----- set-up -----
  void add_monitor(std::unique_ptr<Monitor> monitor);
  /// What is drawn from here on, is drawn under this seed.
  void redraw(std::uint64_t seed);
  /// Sees every event from now on; nullptr = nobody.
  void set_observer(WorldObserver* observer);
  void set_clock(NodeId node, const ClockRate& clock);
  /// Boots all nodes but spares, in order, as decisions of their own.
  void start();

  // ----- decisions; each returns false and changes nothing when not enabled -----
  bool apply(const Decision& decision);
  bool deliver(MessageSlot slot);
  bool drop(MessageSlot slot, std::string_view cause);
  /// The slot of the copy.
  std::optional<MessageSlot> duplicate(MessageSlot slot);
  bool corrupt(MessageSlot slot);
  bool fire(NodeId node, std::uint32_t timer);
  bool complete_save(NodeId node);
  bool complete_disk(NodeId node, const std::string& file);
  bool begin(NodeId client, const BeginOperation& operation);
  bool crash(NodeId node, const DiskOutcome& outcome);
  bool restart(NodeId node);
  bool pause(NodeId node);
  bool resume(NodeId node);
  bool wipe(NodeId node);
  bool begin_fault(const std::string& name, const std::string& description);
  bool end_fault(const std::string& name);
  bool move_clock(NodeId node, Duration advance, bool monotonic = false);

  // ----- time -----
  [[nodiscard]] Time now() const { return now_; }
  /// REQUIRES: not before now().
  void set_now(Time time) { now_ = time; }
  [[nodiscard]] const ClockRate& clock(NodeId node) const { return nodes_[node.value].clock; }

  // ----- what a scheduler needs after each decision; it clears them -----
  std::vector<MessageSlot> new_messages;
  struct ArmedTimer {
    NodeId node{};
    std::uint32_t slot = 0;
  };
  std::vector<ArmedTimer> new_timers;
  std::vector<NodeId> new_saves;
  std::vector<std::pair<NodeId, std::string>> new_disk_requests;
  std::vector<std::pair<NodeId, OperationId>> new_responses;

  // ----- looking -----
  [[nodiscard]] std::uint64_t step() const { return step_; }
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  static constexpr std::uint64_t block_decisions = 1024;
  /// Digests after each so many decisions.
  [[nodiscard]] const std::vector<std::uint64_t>& block_digests() const { return block_digests_; }
  /// REQUIRES: a slot that was in use once.
  [[nodiscard]] const InFlight& message(MessageSlot slot) const { return messages_.data()[slot]; }
  /// Slots in use, oldest message first.
  [[nodiscard]] std::vector<MessageSlot> in_flight() const;
  [[nodiscard]] std::size_t in_flight_count() const { return in_flight_count_; }
  /// The message with this name, if in flight; of several that fit the oldest.
  [[nodiscard]] std::optional<MessageSlot> find_message(const MessageName& name) const;
  /// The armed timers that fit the name, the earliest deadline first.
  [[nodiscard]] std::vector<std::uint32_t> find_timers(const TimerName& name) const;
  [[nodiscard]] LocalState& local(NodeId node) { return nodes_[node.value].local; }
  [[nodiscard]] const std::string& role(NodeId node) const { return nodes_[node.value].role; }
  /// The process of a node in JSON, nodes by name.
  [[nodiscard]] std::string state_json(NodeId node) const;
  [[nodiscard]] const ProcessValue& boot(NodeId node) const { return nodes_[node.value].boot; }
  [[nodiscard]] const History& history() const { return history_; }
  /// What clients asked of groups themselves (Reconfigure), and when they were answered.
  [[nodiscard]] const History& administration() const { return administration_; }
  /// In either of the two; nullptr if nobody invoked it.
  [[nodiscard]] const HistoryOperation* find_operation(OperationId id) const {
    const HistoryOperation* found = history_.find(id);
    return found != nullptr ? found : administration_.find(id);
  }
  /// The history, for whoever outlives this world; nothing may follow.
  [[nodiscard]] History release_history() { return std::move(history_); }
  [[nodiscard]] const std::vector<std::unique_ptr<Monitor>>& monitors() const { return monitors_; }
  [[nodiscard]] const Effects& last_effects() const { return effects_; }
  [[nodiscard]] const WorldSettings& settings() const { return settings_; }
  /// First violation of each property, in the order of their steps.
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  /// Adds a violation found by a judge outside the world (a checker of whole histories, liveness).
  void report(Violation violation);
  /// A handler threw: the world must not be advanced further.
  [[nodiscard]] bool broken() const { return broken_; }
  struct ProbeCount {
    std::string name;
    std::uint64_t count = 0;
  };
  [[nodiscard]] const std::vector<ProbeCount>& probes() const { return probe_counts_; }
  /// Counts a probe that the engine itself noticed.
  void count_probe(std::string_view name);
  /// End of the run: monitors that judge at the end do so now.
  void finish(bool at_rest);
  /// Decisions that ran a handler for something that reached a node: all but boots, crashes,
  /// losses, and what faults and clocks do.
  [[nodiscard]] std::uint64_t handled() const { return step_ - unhandled_; }
  /// Some node showed that it leads.
  [[nodiscard]] bool ever_led() const { return ever_led_; }
  /// True if epoch or leadership of some node changed in the last decision.
  [[nodiscard]] bool roles_changed() const { return roles_changed_; }

  // ----- WorldView -----
  [[nodiscard]] const Membership& membership() const override { return *membership_; }
  [[nodiscard]] const Group& group(NodeId node) const override {
    return nodes_[node.value].groups.root();
  }
  [[nodiscard]] const std::vector<Facet>& facets(NodeId node) const override {
    return nodes_[node.value].groups.facets();
  }
  [[nodiscard]] const Observation& shown(NodeId node, std::size_t facet) const override {
    return nodes_[node.value].shown[facet].newest();
  }
  [[nodiscard]] const Observation& observation(NodeId node, const Group& group) const override {
    const Node& at = nodes_[node.value];
    const Shown* shown = at.shown.data();
    for (const Facet& facet : at.groups.facets()) {
      if (facet.group == &group) return shown->newest();
      ++shown;
    }
    return nothing_shown;
  }
  using WorldView::observation;
  [[nodiscard]] bool up(NodeId node) const override { return nodes_[node.value].local.up; }
  [[nodiscard]] bool correct(NodeId node) const override {
    return adversaries_ == nullptr || adversaries_->correct(node);
  }
  [[nodiscard]] const LocalState& local(NodeId node) const override {
    return nodes_[node.value].local;
  }
  [[nodiscard]] bool keeps_timer(const NamedType&) const override { return true; }
  [[nodiscard]] const Payload& options(NodeId node) const override {
    return nodes_[node.value].options;
  }
  [[nodiscard]] std::string name(NodeId node) const override { return names_.of(node); }
  [[nodiscard]] const NodeNames& names() const { return names_; }
  [[nodiscard]] std::size_t node_count() const override { return nodes_.size(); }

 private:
  /// What a node shows of one group, and what it showed before the last change, by turns: the next
  /// look is written over the older one.
  struct Shown {
    std::array<Observation, 2> looks{};
    std::uint32_t turn = 0;
    /// What of it the last look found changed, a set of ObservedField.
    unsigned changed = 0;
    [[nodiscard]] const Observation& newest() const { return looks.data()[turn]; }
    [[nodiscard]] const Observation& older() const { return looks.data()[1 - turn]; }
  };
  struct Node {
    std::string role;
    ProcessValue boot;
    Payload options;
    LayerGroups groups;
    LocalState local{};
    ClockRate clock{};
    /// What its steps are told; all but the time stays as it is.
    Environment environment{};
    /// By facet.
    std::vector<Shown> shown{};
    std::vector<std::uint32_t> timers_armed{};   // by NamedType::index: how often, ever
    std::vector<std::uint32_t> messages_sent{};  // by NamedType::index and receiver: how many ever
  };

  // Inlined by force, in every decision: whether they would be depends on what else is compiled
  // with them.
  [[gnu::always_inline]] void begin_decision(DecisionKind kind, std::uint64_t name_hash,
                                             std::uint64_t input_hash) {
    ++step_;
    roles_changed_ = false;
    digest_ = mix(digest_ ^ static_cast<std::uint64_t>(kind) ^
                      (static_cast<std::uint64_t>(now_.nanoseconds) << 5),
                  name_hash ^ input_hash * hash_key);
  }
  /// The same for one that no handler hears of.
  void begin_unhandled(DecisionKind kind, std::uint64_t name_hash, std::uint64_t input_hash) {
    ++unhandled_;
    begin_decision(kind, name_hash, input_hash);
  }
  [[gnu::always_inline]] void end_decision() {
    if (step_ % block_decisions == 0) block_digests_.push_back(digest_);
  }
  void seat(std::unique_ptr<Monitor> monitor);
  /// What steps are told besides their input, at each node: it points into this world.
  void set_environments();
  /// One decision that runs a handler: the local step, what monitors are told of it, and its
  /// effects on their way out. `name` is the hash of the input's name, which choices are keyed by
  /// too, and `content` that of what it carries. False if the step was ignored and is not to count.
  bool take_step(DecisionKind kind, NodeId node, const Input& input, std::uint64_t name,
                 std::uint64_t content);
  /// The local step of a decision, run twice and compared.
  void watch_step(Node& at, const Input& input);
  /// Tells the monitors what the node shows now, outside a step.
  void tell_observation(NodeId node);
  /// What a client did that no history can hold, if anything.
  [[nodiscard]] std::optional<Thrown> client_fault() const;
  /// What a step did besides sending and moving timers.
  void let_out_rare(NodeId node);
  /// Draws the durations that the step left open.
  void draw_durations(NodeId node);
  void count_probes();
  /// Takes over what monitors have reported, as of this step.
  void note_reported(std::uint64_t step);
  /// The first of its property is kept; its event follows that of the decision.
  void note_violation(Violation violation);
  /// How Audience sees this world; Stage of audience.hpp.
  struct Telling;
  bool renew_observations(NodeId node);
  /// Ends the flight of a message: its slot is free for another.
  void free_slot(MessageSlot slot) {
    InFlight& message = messages_.data()[slot];
    message.sequence = 0;
    message.payload.reset();
    message.nth = free_slot_;
    free_slot_ = slot;
    --in_flight_count_;
  }
  /// A slot for a message that is sent now; its sequence number is set.
  MessageSlot new_slot() {
    MessageSlot slot = free_slot_;
    if (slot == no_slot) {
      slot = static_cast<MessageSlot>(messages_.size());
      messages_.emplace_back();
    } else {
      free_slot_ = messages_.data()[slot].nth;
    }
    messages_.data()[slot].sequence = ++sequence_;
    ++in_flight_count_;
    return slot;
  }

  // Events (world_events.cpp)
  /// An event of this kind, now.
  [[nodiscard]] Event event_of(EventKind kind, NodeId node) const;
  /// The event of a decision that has been made. `copy`: of a message, which one the event is
  /// about.
  void emit_decision(EventKind kind, Decision decision, std::string_view detail,
                     std::uint64_t cause = 0, std::uint32_t copy = 0);
  /// The same for one that ran a handler, and what it did.
  void emit_step(EventKind kind, Decision decision, std::string_view detail,
                 std::uint64_t cause = 0);
  void emit_delivery(MessageSlot slot);
  /// Slots of what the last step sent.
  [[nodiscard]] std::span<const MessageSlot> just_sent() const;
  /// Events that were noticed, behind that of their decision.
  void emit_noticed();
  void emit_effects(NodeId node);
  void emit_invocations(NodeId node);
  void emit_operation(EventKind kind, NodeId node, OperationId id, std::string_view key,
                      const Payload& content);
  void emit_observation(NodeId node, const Facet& facet, const Observation& now);

  WorldSettings settings_;
  /// Shared by copies: nodes refer to its groups.
  std::shared_ptr<const Membership> membership_;
  /// nullptr if all nodes are correct.
  std::shared_ptr<const Adversaries> adversaries_;
  NodeNames names_;
  std::vector<Node> nodes_;
  /// The node, unchecked: identities are checked where messages are sent.
  [[nodiscard]] Node& node_at(NodeId node) { return nodes_.data()[node.value]; }
  /// What peers see of a node.
  [[nodiscard]] NodeId identity(NodeId node) const {
    return adversaries_ == nullptr ? node : adversaries_->identity(node);
  }
  std::vector<InFlight> messages_;
  /// Free slots are a list through their `nth`.
  static constexpr MessageSlot no_slot = UINT32_MAX;
  MessageSlot free_slot_ = no_slot;
  std::size_t in_flight_count_ = 0;
  std::uint64_t sequence_ = 0;
  KeyedChoices keyed_choices_;
  History history_;
  History administration_;
  Time now_{};
  std::uint64_t step_ = 0;
  std::uint64_t unhandled_ = 0;
  std::uint64_t digest_ = hash_seed;
  /// The next step that is watched.
  std::uint64_t watched_next_ = 0;
  std::vector<std::uint64_t> block_digests_;
  std::vector<std::unique_ptr<Monitor>> monitors_;
  /// One for each monitor.
  std::vector<Judge> judges_;
  Audience audience_;
  std::optional<ProcessValue> process_before_;
  std::vector<Violation> violations_;
  std::vector<Violation> reported_;
  std::vector<std::pair<const char*, std::uint32_t>>
      probe_index_;  // literal -> position in probe_counts_
  std::vector<ProbeCount> probe_counts_;
  const std::vector<std::string>* listed_probes_ = nullptr;
  Effects effects_;
  WorldObserver* observer_ = nullptr;
  /// Kept while somebody observes.
  std::shared_ptr<Causes> causes_;
  /// An event noticed inside a decision; it follows the event of the decision itself.
  struct NoticedEvent {
    EventKind kind;
    NodeId node;
    std::string type;
    std::string detail;
  };
  std::vector<NoticedEvent> noticed_;
  bool broken_ = false;
  bool roles_changed_ = false;
  bool ever_led_ = false;
};

}  // namespace stampede::engine
