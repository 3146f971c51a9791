// Local transitions, each computed once: a handler runs once per distinct (local state, stimulus),
// whatever the number of worlds in which that pair occurs.
//
// 1. A local state is interned together with its node: an id tells whose it is.
// 2. Look-ups take no lock. What is not known yet is computed under the cache's lock, one at a
//    time: protocol values belong to whoever holds it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/explore/growing_vector.hpp"
#include "engine/explore/interner.hpp"
#include "engine/explore/pair_map.hpp"
#include "engine/process/local_step.hpp"
#include "engine/world/audience.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

/// Share of one component in the hash of a world: a sum, so that one changes without looking at the
/// others, and equal messages, which share a place, still count each.
constexpr std::uint64_t contribution(std::uint64_t place, std::uint64_t content) {
  return mix(mix(hash_seed, place), content);
}
inline constexpr std::uint64_t network_place = UINT64_MAX;
inline constexpr std::uint64_t monitors_place = UINT64_MAX - 1;
inline constexpr std::uint64_t ledger_place = UINT64_MAX - 2;

/// A message in flight as exploration knows it: names (nth, copy) are no part of explored worlds.
struct PackedMessage {
  const NamedType* type = nullptr;
  Payload payload;
  NodeId from{};
  NodeId to{};
  InstancePath instance{};

  friend bool operator==(const PackedMessage& left, const PackedMessage& right) {
    return left.type == right.type && left.from == right.from && left.to == right.to &&
           left.instance == right.instance && left.payload == right.payload;
  }
  void append_hash(Hasher& hasher) const;
};

/// A local state and whose it is.
struct NodeLocal {
  NodeId node{};
  LocalState local;

  friend bool operator==(const NodeLocal& left, const NodeLocal& right) {
    return left.node == right.node && left.local == right.local;
  }
  void append_hash(Hasher& hasher) const {
    hasher.add(node.value);
    local.append_hash(hasher);
  }
};

/// What a node shows, and whether it is up: all that monitors see of other nodes, unless they look
/// into the process.
struct Shown {
  /// By facet.
  std::vector<Observation> observations;
  bool up = false;

  friend bool operator==(const Shown&, const Shown&) = default;
  void append_hash(Hasher& hasher) const;
};

/// The input of a local step that is not a delivery, on ids.
struct Stimulus {
  Input::Kind kind = Input::Kind::start;
  /// Id of the operation to begin; for timers, the slot in the canonical local state.
  std::uint32_t subject = 0;
  DiskOutcome outcome{};
  /// Kind disk_completed.
  std::string file{};
};
STAMPEDE_VALUE(Stimulus, kind, subject, outcome, file);

/// What a stimulus does to a local state, with everything that monitors are told.
struct Transition {
  NodeId node{};
  Input::Kind kind = Input::Kind::start;
  /// Kind message: its id.
  std::uint32_t message = 0;
  /// All else.
  Stimulus stimulus;
  std::uint32_t before = 0;
  /// The one before if the step threw.
  std::uint32_t after = 0;
  /// As the step left them, for monitors; slots in `effects.timers` are those of the uncanonical
  /// state.
  Effects effects;
  /// The operation that a client began at once when it was answered, or PairMap::none; the choices
  /// from here on are those of its beginning.
  std::uint32_t begun = PairMap::none;
  std::uint32_t choices_before_begun = 0;
};

/// What a search needs of a transition.
struct TransitionStep {
  /// New contribution of the node's state minus the old one.
  std::uint64_t node_change = 0;
  /// Contributions of what is sent.
  std::uint64_t sent_change = 0;
  std::uint32_t after = 0;
  /// First of its messages among `sends()`.
  std::uint32_t sends = 0;
  /// Another outcome of the same stimulus (other answers of `choose`), or PairMap::none.
  std::uint32_t next = PairMap::none;
  std::uint16_t send_count = 0;
  std::uint8_t node = 0;
  enum Flag : std::uint8_t {
    heard = 1,      // some monitor listens
    threw = 2,      // no step to go on from
    moved = 4,      // the local state differs
    responded = 8,  // an operation ended
    outside = 16,   // beyond the caps of the search
    began = 32,     // and the client's next one began at once
    reset = 64      // the state behind it was not in normal form
  };
  std::uint8_t flags = 0;
};

/// What a search needs of a local state.
struct LocalFacts {
  std::uint64_t contribution = 0;
  /// How far its clocks have moved.
  Duration elapsed{};
  /// Of Shown.
  std::uint32_t shown = 0;
  std::uint8_t node = 0;
  enum Flag : std::uint8_t {
    running = 1,      // up and not paused
    up = 2,           // up
    failed = 4,       // down, recovering by its first facet, or faulty: counts for fault budgets
    booted = 8,       // it ran before
    out_of_caps = 16  // beyond the caps of the search
  };
  std::uint8_t flags = 0;
};

struct TransitionSettings {
  std::uint64_t disk_sector = 512;
  /// `persist` completes inside its step; else saves wait in `held`, each for a decision.
  bool saves_in_step = true;
  /// How far the clocks of a node go at a move; zero: time stands still, and who reads a clock is
  /// refused.
  Duration clock_step{};
  /// Timers of other types never fire and are no part of a state; empty = all are kept.
  std::function<bool(const NamedType&)> keeps_timer;
  /// Brings a process into normal form: what no later rule reads is reset. May be empty.
  std::function<void(NodeId, const Group&, ProcessValue&)> normalise;
  /// Local states that a search does not enter. May be empty.
  std::function<bool(const Observation&)> within_caps;
  /// Each distinct step is run twice and compared.
  bool runs_twice = true;
  /// What a client begins in the step in which this operation of its ends; nullptr: nothing. May be
  /// empty. REQUIRES: clients are no replicas (audience.hpp tells such a step as one).
  std::function<const BeginOperation*(OperationId ended)> begins_next;
};

class TransitionCache {
 public:
  /// Nodes are numbered in a byte.
  static constexpr std::size_t nodes_max = 255;

  /// REQUIRES: at most `nodes_max` nodes.
  explicit TransitionCache(Assembly assembly, TransitionSettings settings = {});

  /// No transition: the handler ignores the message, or the node does not run.
  static constexpr std::uint32_t nothing = PairMap::none - 1;

  /// First outcome of delivering the message, or `nothing`. InputError if the process reads a
  /// clock and clocks stand still.
  [[gnu::always_inline]] std::uint32_t deliver(std::uint32_t local, std::uint32_t message) {
    const std::uint32_t known = outcomes_.find(local, message);
    return known != PairMap::none ? known : compute(local, message);
  }
  /// The same for another stimulus, by its id.
  std::uint32_t act(std::uint32_t local, std::uint32_t stimulus) {
    return deliver(local, stimulus | own);
  }
  std::uint32_t intern(const Stimulus& stimulus);
  std::uint32_t intern(const BeginOperation& operation);
  /// A local state in canonical form, interned.
  std::uint32_t intern(NodeId node, LocalState local);
  std::uint32_t intern(PackedMessage message);

  // ----- for proofs; the lock is held -----
  /// A stimulus or message at a local state whose outcomes are known.
  struct Met {
    std::uint32_t local = 0;
    /// What `perform` takes.
    std::uint32_t subject = 0;
    /// The first outcome, or `nothing`.
    std::uint32_t first = 0;
  };
  /// In the order in which they were met.
  [[nodiscard]] const GrowingVector<Met>& met() const { return met_; }
  [[nodiscard]] static constexpr bool is_message(std::uint32_t subject) {
    return (subject & own) == 0;
  }
  [[nodiscard]] const Stimulus& stimulus(std::uint32_t subject) const {
    return stimuli_[subject ^ own];
  }
  [[nodiscard]] bool enabled(std::uint32_t local, std::uint32_t subject) const;
  [[nodiscard]] std::uint32_t subject_of(std::uint32_t transition);
  [[nodiscard]] std::uint32_t subject_of(const Stimulus& stimulus) {
    return intern(stimulus) | own;
  }
  /// Of contents: the same in every run, whatever the ids.
  [[nodiscard]] std::uint64_t hash_of_local(std::uint32_t local) const {
    return locals_.hash(local);
  }
  [[nodiscard]] std::uint64_t hash_of_subject(std::uint32_t subject) const {
    return is_message(subject) ? messages_.hash(subject) : stimuli_.hash(subject ^ own);
  }
  /// Runs the step in place, at the transition's node, and notes in `transition` what it does.
  /// Nothing is kept. REQUIRES: enabled.
  void perform(LocalState& local, std::uint32_t subject, const std::vector<std::uint32_t>& choices,
               Transition& transition);
  /// What all its outcomes come to, as a hash of contents: an ignored message changes nothing.
  /// `taken`: is given the outcomes, in the order of the choices, with states as they were left;
  /// may be nullptr.
  std::uint64_t outcomes_of(std::uint32_t local, std::uint32_t subject,
                            std::vector<Transition>* taken = nullptr);
  /// Its share: the contribution of the state behind it, and the sum of those of its messages.
  static std::uint64_t outcome_share(std::uint64_t after, std::uint64_t sent,
                                     const Effects& effects);
  /// A transition's step once more, with its choices, from a state as a step left it to another
  /// one. `known`: states that this may be; cheaper to compare than to hash.
  Transition repeated(std::uint32_t transition, std::uint32_t before,
                      const std::vector<std::uint32_t>& known);
  /// The step has the effects of the transition, and as many choices.
  [[nodiscard]] bool does_the_same(const Transition& step, std::uint32_t transition) const;
  [[nodiscard]] bool has_normal_form(std::uint32_t local, std::uint32_t normal) const;
  /// The node shows the same in both.
  [[nodiscard]] bool shows_the_same(std::uint32_t one, std::uint32_t other) const {
    return facts_[one].shown == facts_[other].shown || shown(one) == shown(other);
  }
  /// Those who judge steps alone and say something of this one, by position.
  [[nodiscard]] std::uint64_t speakers(std::uint32_t transition) const {
    return heard_by_[transition] & judges_alone_;
  }
  [[nodiscard]] std::uint64_t speakers(const Transition& transition) const {
    return listeners(transition) & judges_alone_;
  }

  [[nodiscard]] const TransitionStep& step(std::uint32_t transition) const {
    return steps_[transition];
  }
  /// What transition `step` sends: `send_count` ids from here.
  [[nodiscard]] std::uint32_t send(const TransitionStep& step, std::uint32_t position) const {
    return sends_[step.sends + position];
  }
  [[nodiscard]] const Transition& transition(std::uint32_t id) const { return transitions_[id]; }
  /// Monitors that hear something of a transition, by position.
  [[nodiscard]] std::uint64_t heard_by(std::uint32_t transition) const {
    return heard_by_[transition];
  }
  /// Timers of this type are part of states.
  [[nodiscard]] bool keeps_timer(const NamedType& type) const {
    return !settings_.keeps_timer || settings_.keeps_timer(type);
  }
  [[nodiscard]] const LocalFacts& facts(std::uint32_t local) const { return facts_[local]; }
  [[nodiscard]] const LocalState& local(std::uint32_t id) const { return locals_[id].local; }
  /// What the node shows in this state, by facet.
  [[nodiscard]] const std::vector<Observation>& shown(std::uint32_t local) const {
    return shown_[facts_[local].shown].observations;
  }
  [[nodiscard]] const PackedMessage& message(std::uint32_t id) const { return messages_[id]; }
  [[nodiscard]] NodeId receiver(std::uint32_t message) const { return ends_[message].to; }
  [[nodiscard]] NodeId sender(std::uint32_t message) const { return ends_[message].from; }
  [[nodiscard]] std::uint64_t message_contribution(std::uint32_t message) const {
    return ends_[message].contribution;
  }
  [[nodiscard]] const BeginOperation& operation(std::uint32_t id) const {
    return operations_[id].as<BeginOperation>();
  }

  [[nodiscard]] const std::vector<NodeSpec>& nodes() const { return assembly_.nodes; }
  [[nodiscard]] const Membership& membership() const { return assembly_.membership; }
  [[nodiscard]] bool correct(NodeId node) const {
    return adversaries_ == nullptr || adversaries_->correct(node);
  }
  /// What peers see of a node.
  [[nodiscard]] NodeId identity(NodeId node) const {
    return adversaries_ == nullptr ? node : adversaries_->identity(node);
  }
  /// The group that the node's process belongs to.
  [[nodiscard]] const Group& group(NodeId node) const { return groups_[node.value].root(); }
  [[nodiscard]] const std::vector<Facet>& facets(NodeId node) const {
    return groups_[node.value].facets();
  }
  [[nodiscard]] std::size_t local_count() const { return locals_.size(); }
  [[nodiscard]] std::size_t message_count() const { return messages_.size(); }
  [[nodiscard]] std::size_t transition_count() const { return transitions_.size(); }
  /// Some way on leads beyond the caps of the search.
  [[nodiscard]] bool cut_by_caps() const { return cut_by_caps_; }
  /// A handler that keeps something outside its process: nothing here can be relied on.
  [[nodiscard]] const std::optional<Violation>& hidden_state() const { return hidden_state_; }
  /// Steps that ran a handler; all others were known.
  [[nodiscard]] std::uint64_t handler_runs() const { return handler_runs_; }
  /// Who listens to what: needed to know which transitions concern monitors at all.
  /// `speaks` answers for those that judge steps alone: whether they say anything of this one.
  using Speaks = std::function<bool(std::size_t monitor, const Transition& transition)>;
  void set_monitors(const std::vector<std::unique_ptr<Monitor>>& monitors, Speaks speaks);
  /// Held while anything is computed that is not known yet.
  [[nodiscard]] std::recursive_mutex& lock() { return lock_; }
  /// Switches the cache off, to measure what it is worth: every step runs its handler.
  void forget_results(bool forget) { forgets_ = forget; }

 private:
  static constexpr std::uint32_t own = 1U << 31;

  std::uint32_t compute(std::uint32_t local, std::uint32_t subject);
  /// One outcome; `nothing` if it was ignored.
  std::uint32_t run(std::uint32_t local, std::uint32_t subject,
                    const std::vector<std::uint32_t>& choices);
  void begin_next(LocalState& local, const Environment& environment, Transition& transition);
  /// What is wrong with the step, apart from what it threw.
  void examine(const LocalState& after, std::uint32_t subject,
               const std::vector<std::uint32_t>& choices, Transition& transition);
  [[nodiscard]] Input input_of(std::uint32_t subject) const;
  /// The step of this subject, before it is taken.
  [[nodiscard]] Transition transition_at(std::uint32_t local, std::uint32_t subject) const;
  /// Sum of the contributions of what it sends.
  [[nodiscard]] std::uint64_t sent_by(const Transition& step) const;
  void bring_in_order(LocalState& local) const;
  void normalise(NodeId node, LocalState& local) const;
  /// In order, but not in normal form: for proofs, since the search comes to none of these.
  std::uint32_t intern_as_left(NodeId node, LocalState local);
  std::uint32_t keep(Transition transition, bool was_normal);
  [[nodiscard]] std::uint64_t listeners(const Transition& transition) const;

  struct MessageEnds {
    NodeId from{};
    NodeId to{};
    std::uint64_t contribution = 0;
  };
  Assembly assembly_;
  /// nullptr if all nodes are correct.
  std::shared_ptr<const Adversaries> adversaries_;
  /// By node.
  std::vector<LayerGroups> groups_;
  TransitionSettings settings_;
  std::recursive_mutex lock_;
  Interner<NodeLocal> locals_;
  Interner<Shown> shown_;
  Interner<PackedMessage> messages_;
  Interner<Payload> operations_;
  Interner<Stimulus> stimuli_;
  GrowingVector<LocalFacts> facts_;
  GrowingVector<MessageEnds> ends_;
  GrowingVector<TransitionStep> steps_;
  GrowingVector<Transition> transitions_;
  GrowingVector<std::uint64_t> heard_by_;
  /// Monitors that judge steps alone, and who asks them.
  std::uint64_t judges_alone_ = 0;
  Speaks speaks_;
  GrowingVector<std::uint32_t> sends_;
  PairMap outcomes_;
  GrowingVector<Met> met_;
  std::optional<Violation> hidden_state_;
  std::atomic<bool> cut_by_caps_{false};
  /// By hook bit: the monitors that have it.
  std::vector<std::uint64_t> hooked_;
  std::uint64_t handler_runs_ = 0;
  bool forgets_ = false;
};

}  // namespace stampede::engine
