// The worlds of a search and the decisions that lead from one to the next. The same decisions as
// those of World, with ignored messages staying in flight; tests/explore/conformance_test.cpp holds
// the two together.
//
// 1. A decision that is not enabled, or whose message is ignored, is not offered.
// 2. A step that throws is offered, to be reported, and leads nowhere.
// 3. No history is kept: the ledger knows how far the plan is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/explore/ledger.hpp"
#include "engine/explore/monitor_cache.hpp"
#include "engine/explore/packed_world.hpp"
#include "engine/explore/proof.hpp"
#include "engine/explore/symmetry.hpp"
#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {

/// How messages travel.
enum class NetworkKind {
  multiset,  // unordered, each delivered once
  set,       // unordered, each delivered any number of times
  queue,     // ordered per link, each delivered once
};
STAMPEDE_ENUM(NetworkKind, multiset, set, queue);

/// When a client begins the next operation of its plan.
enum class Begins {
  any_time,  // a decision of its own, at any moment after the one before has ended
  at_once,   // in the step that ends the one before; the first one when all have booted
};
STAMPEDE_ENUM(Begins, any_time, at_once);

struct SpaceSettings {
  NetworkKind network = NetworkKind::multiset;
  Budgets budgets;
  std::vector<PlannedClient> plan;
  /// REQUIRES: at_once only if the clients of the plan are no members of the main group.
  Begins begins = Begins::any_time;
  /// A crash needs every group of the node to have fewer members down or recovering than it
  /// tolerates.
  bool within_tolerance = false;
  /// No clock goes further ahead of another one; nullopt: as far as the budget goes.
  std::optional<Duration> clock_skew{};
  /// What crashes do to writes that were not synced, beyond keeping all, none, or a prefix.
  bool torn_writes = false;
  bool any_subset_of_writes = false;
  TransitionSettings transitions;
  /// A message that its receiver will ignore for ever, from this local state on, which a crash may
  /// take back as far as a save is under way. Empty: nobody knows.
  std::function<bool(NodeId receiver, const Group& group, const LocalState&, const PackedMessage&,
                     bool may_crash)>
      dead;
  /// Not on networks that keep order.
  SymmetrySettings symmetry;
  /// Off, to measure what they are worth.
  bool keeps_results = true;
  bool hashes_changes = true;
  bool proves = true;
};

/// One way on from a world.
struct Candidate {
  enum Kind : std::uint8_t {
    deliver,
    drop,
    duplicate,
    fire,
    begin,
    crash,
    restart,
    complete,
    clock,
    kind_count
  };
  Kind kind = deliver;
  /// Position of its message among those of the world.
  std::uint32_t place = 0;
  /// PairMap::none for drop and duplicate.
  std::uint32_t transition = PairMap::none;
  /// The ledger after it.
  std::uint32_t ledger = 0;
};
const char* kind_name(Candidate::Kind kind);
/// True for what happens to a message in flight.
constexpr bool is_about_message(Candidate::Kind kind) { return kind <= Candidate::duplicate; }

/// A world wherever it is kept.
struct WorldRef {
  const std::uint32_t* locals = nullptr;
  std::uint32_t knowledge = 0;
  std::uint32_t ledger = 0;
  const std::uint32_t* messages = nullptr;
  std::uint32_t message_count = 0;
  std::uint64_t hash = 0;

  WorldRef() = default;
  WorldRef(const PackedWorld& world)  // NOLINT: a view, as std::span is
      : locals(world.locals.data()),
        knowledge(world.knowledge),
        ledger(world.ledger),
        messages(world.messages.data()),
        message_count(static_cast<std::uint32_t>(world.messages.size())),
        hash(world.hash) {}
};

/// One decision of a schedule, on ids of the space.
struct PathStep {
  Candidate::Kind kind = Candidate::deliver;
  /// Of deliver, drop and duplicate.
  std::uint32_t message = 0;
  /// PairMap::none for drop and duplicate.
  std::uint32_t transition = PairMap::none;
};

PathStep step_of(const WorldRef& world, const Candidate& candidate);

/// A world to begin at: all nodes have booted.
struct Root {
  PackedWorld world;
  /// What clients began at once, in this order.
  std::vector<PathStep> begun;
};

/// A boot, or what a client began at once, broke something.
struct BrokenRoot {
  Violation violation;
  std::vector<PathStep> begun;
};

/// What came of a decision made by hand.
struct Applied {
  /// False: it was not enabled and nothing changed.
  bool enabled = false;
  std::vector<Violation> violations{};
  explicit operator bool() const { return enabled; }
};

class StateSpace {
 public:
  /// `monitors` are those of the enabled checks: what they know is part of each world.
  StateSpace(Assembly assembly, std::vector<std::unique_ptr<Monitor>> monitors,
             SpaceSettings settings = {});

  /// All nodes down and nothing in flight.
  [[nodiscard]] PackedWorld unbooted();
  /// All nodes booted, in order: several worlds if they choose at boot. What broke on the way is
  /// added to `broken`.
  std::vector<Root> initial(std::vector<BrokenRoot>& broken);

  /// Calls `offer(candidate)` for each way on, in an order that depends on the world alone.
  template <class Offer>
  void expand(const WorldRef& world, Offer&& offer);

  /// Its step threw: it leads nowhere.
  [[nodiscard]] bool threw(const Candidate& candidate) const {
    return candidate.transition != PairMap::none &&
           (transitions_.step(candidate.transition).flags & TransitionStep::threw) != 0;
  }
  /// What monitors know after the candidate, and what it violates.
  MonitorCache::Outcome judge(const WorldRef& world, const Candidate& candidate) {
    if (candidate.transition == PairMap::none) return {world.knowledge, 0};
    const TransitionStep& step = transitions_.step(candidate.transition);
    if ((step.flags & TransitionStep::heard) == 0) return {world.knowledge, 0};
    return monitors_.next(world.knowledge, candidate.transition, world.locals);
  }
  /// Hash of the world after the candidate. REQUIRES: is_additive().
  [[nodiscard]] std::uint64_t hash_after(const WorldRef& world, const Candidate& candidate,
                                         std::uint32_t knowledge) const;
  /// Hashes of successors need not build them.
  [[nodiscard]] bool is_additive() const {
    return settings_.network != NetworkKind::queue && symmetry_.is_trivial() &&
           settings_.hashes_changes;
  }
  [[nodiscard]] const Symmetry& symmetry() const { return symmetry_; }
  /// Of what the model declares, over what was met so far; nullptr where nobody wants one.
  [[nodiscard]] Proof* proof() { return proof_.get(); }
  /// The world after the candidate, into `next`, its hash included. REQUIRES: the step did not
  /// throw.
  void apply(const WorldRef& world, const Candidate& candidate, std::uint32_t knowledge,
             PackedWorld& next) {
    apply_unhashed(world, candidate, knowledge, next);
    symmetry_.canonicalise(next);
    next.hash = hash_anew(next);
  }
  /// The world that stands for this one and all that differ in names only.
  [[nodiscard]] PackedWorld canonical(PackedWorld world) {
    symmetry_.canonicalise(world);
    world.hash = hash_anew(world);
    return world;
  }
  /// Its hash.
  [[nodiscard]] std::uint64_t canonical_hash(PackedWorld world) {
    return canonical(std::move(world)).hash;
  }
  /// The same for who knows its hash already; nothing is renamed.
  void apply_unhashed(const WorldRef& world, const Candidate& candidate, std::uint32_t knowledge,
                      PackedWorld& next) const;
  /// Budgets or a plan are part of the state.
  [[nodiscard]] bool spends() const { return acts_; }
  /// A hash from scratch.
  [[nodiscard]] std::uint64_t hash_anew(const PackedWorld& world) const;

  // ----- decisions by hand: budgets and plan do not count -----
  Applied deliver(PackedWorld& world, std::uint32_t message,
                  const std::vector<std::uint32_t>& choices = {});
  Applied drop(PackedWorld& world, std::uint32_t message);
  Applied duplicate(PackedWorld& world, std::uint32_t message);
  /// `timer` is a slot of the node's canonical local state.
  Applied fire(PackedWorld& world, NodeId node, std::uint32_t timer,
               const std::vector<std::uint32_t>& choices = {});
  Applied begin(PackedWorld& world, NodeId client, const BeginOperation& operation,
                const std::vector<std::uint32_t>& choices = {});
  /// The save under way at the node reaches the disk.
  Applied complete_save(PackedWorld& world, NodeId node);
  Applied crash(PackedWorld& world, NodeId node, const DiskOutcome& outcome);
  /// Boots a node that never ran, restarts one that crashed.
  Applied restart(PackedWorld& world, NodeId node, const std::vector<std::uint32_t>& choices = {});
  Applied pause(PackedWorld& world, NodeId node) { return set_paused(world, node, true); }
  Applied resume(PackedWorld& world, NodeId node) { return set_paused(world, node, false); }

  [[nodiscard]] std::size_t node_count() const { return transitions_.nodes().size(); }
  [[nodiscard]] const LocalState& local(const PackedWorld& world, NodeId node) const {
    return transitions_.local(world.local(node));
  }
  [[nodiscard]] const Payload& monitor_state(const PackedWorld& world, std::size_t monitor) const {
    return monitors_.state(world.knowledge, monitor);
  }
  [[nodiscard]] const PackedMessage& message(std::uint32_t id) const {
    return transitions_.message(id);
  }
  [[nodiscard]] TransitionCache& transitions() { return transitions_; }
  [[nodiscard]] const TransitionCache& transitions() const { return transitions_; }
  [[nodiscard]] const MonitorCache& monitors() const { return monitors_; }
  [[nodiscard]] const Ledgers& ledgers() const { return ledgers_; }
  [[nodiscard]] const SpaceSettings& settings() const { return settings_; }
  /// The violation of a step that threw.
  [[nodiscard]] Violation exception_of(std::uint32_t transition) const;

 private:
  /// What a node does by itself or has done to it, by local state.
  struct OwnAction {
    Candidate::Kind kind = Candidate::fire;
    std::uint32_t stimulus = 0;
    std::uint32_t move = 0;
  };
  std::uint32_t own_actions_of(std::uint32_t local);
  std::uint32_t compute_own_actions(std::uint32_t local);
  std::vector<DiskOutcome> crash_outcomes(const LocalState& local) const;
  /// What a crash may do to files.
  std::vector<DiskOutcome> file_outcomes(const LocalState& local) const;
  std::uint32_t spend(std::uint32_t ledger, std::uint32_t move) {
    const std::uint32_t known = ledgers_.known(ledger, move);
    if (known != PairMap::none) return known;
    const std::lock_guard guard(transitions_.lock());
    return ledgers_.spend(ledger, move);
  }
  /// The worlds after each outcome of the stimulus at the node, from each of `roots`. A begin has a
  /// client, by its place in the plan, and is a step of the path.
  std::vector<Root> roots_after(const std::vector<Root>& roots, std::size_t node,
                                std::uint32_t stimulus, std::optional<std::size_t> client,
                                std::vector<BrokenRoot>& broken);
  std::uint32_t ledger_after(std::uint32_t ledger, const TransitionStep& step);
  /// The node may crash: its groups survive it.
  [[nodiscard]] bool survives_crash(const WorldRef& world, std::size_t node) const;
  /// One more move keeps the node's clock within the skew.
  [[nodiscard]] bool may_move_clock(const WorldRef& world, std::size_t node) const;
  /// Calls `offer` for each outcome of a stimulus from `first` on.
  template <class Offer>
  void offer_outcomes(Candidate candidate, std::uint32_t first, Offer& offer);

  [[nodiscard]] bool may_crash(std::uint32_t ledger) const {
    return ledgers_.ever(Ledgers::crash) && ledgers_.left(ledger, Ledgers::crash) != 0;
  }
  [[nodiscard]] bool is_dead(std::uint32_t local, std::uint32_t message, bool crashes) const {
    const std::uint32_t known = dead_[crashes ? 1 : 0].find(local, message);
    return known != PairMap::none ? known != 0 : compute_dead(local, message, crashes);
  }
  bool compute_dead(std::uint32_t local, std::uint32_t message, bool crashes) const;
  [[nodiscard]] bool declared_dead(std::uint32_t local, std::uint32_t message, bool crashes) const;
  void prepare_proof();
  /// Whether sending it changes nothing: a set has it already, or it is sent twice.
  [[nodiscard]] bool is_there(const WorldRef& world, const TransitionStep& step,
                              std::uint32_t position) const;
  void add_message(PackedWorld& world, std::uint32_t message) const;
  void take_message(PackedWorld& world, std::size_t place) const;
  void drop_dead(PackedWorld& world) const;
  [[nodiscard]] std::uint64_t network_hash(const PackedWorld& world) const;

  Applied by_hand(PackedWorld& world, NodeId node, std::uint32_t first, std::size_t place,
                  const std::vector<std::uint32_t>& choices);
  Applied set_paused(PackedWorld& world, NodeId node, bool paused);

  SpaceSettings settings_;
  TransitionCache transitions_;
  MonitorCache monitors_;
  Ledgers ledgers_;
  Symmetry symmetry_;
  /// All that may crash and whose clocks may move, ascending.
  std::vector<NodeId> servers_;
  /// A group that limits crashes, and for each who may be a member which facet says whether it is
  /// recovering; `none` where it shows nothing of this group.
  struct CrashLimit {
    static constexpr std::size_t none = SIZE_MAX;
    const Group* group = nullptr;
    std::vector<std::size_t> facets;
  };
  std::vector<CrashLimit> limits_;
  /// By node: positions of its groups among them.
  std::vector<std::vector<std::size_t>> limiting_;
  [[nodiscard]] bool has_failed(std::uint32_t local, std::size_t facet) const;
  /// The same as faults ask in runs: the group survives it in each configuration it may be in.
  [[nodiscard]] bool survives_crash(const WorldRef& world, const CrashLimit& limit,
                                    NodeId node) const;
  /// By client and position in its plan: the stimulus that begins it.
  std::vector<std::vector<std::uint32_t>> begins_;
  bool acts_ = false;
  PairMap own_places_;
  GrowingVector<std::vector<OwnAction>> own_actions_;
  mutable PairMap dead_[2];
  std::unique_ptr<Proof> proof_;
};

template <class Offer>
void StateSpace::offer_outcomes(Candidate candidate, std::uint32_t first, Offer& offer) {
  for (std::uint32_t id = first; id != PairMap::none; id = transitions_.step(id).next) {
    const TransitionStep& step = transitions_.step(id);
    if ((step.flags & TransitionStep::outside) != 0) continue;
    Candidate one = candidate;
    one.transition = id;
    if ((step.flags & TransitionStep::responded) != 0) one.ledger = ledger_after(one.ledger, step);
    offer(one);
  }
}

template <class Offer>
void StateSpace::expand(const WorldRef& world, Offer&& offer) {
  const bool ordered = settings_.network == NetworkKind::queue;
  Candidate candidate;
  for (std::uint32_t place = 0; place < world.message_count; ++place) {
    const std::uint32_t message = world.messages[place];
    if (ordered) {
      // Only the head of each link; links follow one another.
      if (place > 0 &&
          transitions_.sender(world.messages[place - 1]) == transitions_.sender(message) &&
          transitions_.receiver(world.messages[place - 1]) == transitions_.receiver(message))
        continue;
    } else if (place > 0 && world.messages[place - 1] == message) {
      continue;
    }
    candidate.kind = Candidate::deliver;
    candidate.place = place;
    candidate.ledger = world.ledger;
    const std::uint32_t local = world.locals[transitions_.receiver(message).value];
    const std::uint32_t first = transitions_.deliver(local, message);
    if (first != TransitionCache::nothing) {
      offer_outcomes(candidate, first, offer);
    } else if (ordered && (transitions_.facts(local).flags & LocalFacts::running) != 0) {
      // An ignored head is consumed, or it would block its link for ever.
      candidate.transition = PairMap::none;
      offer(candidate);
    }
    if (!acts_) continue;
    candidate.transition = PairMap::none;
    for (const auto& [kind, move] : {std::pair{Candidate::drop, Ledgers::drop},
                                     std::pair{Candidate::duplicate, Ledgers::duplicate}}) {
      if (!ledgers_.ever(move)) continue;
      candidate.kind = kind;
      candidate.ledger = spend(world.ledger, move);
      if (candidate.ledger != Ledgers::refused) offer(candidate);
    }
  }
  if (!acts_) return;
  candidate.place = 0;
  for (std::size_t client = 0; client < begins_.size(); ++client) {
    candidate.ledger = spend(world.ledger, ledgers_.begin(client));
    if (candidate.ledger == Ledgers::refused) continue;
    candidate.kind = Candidate::begin;
    const std::uint32_t stimulus = begins_[client][ledgers_.begun(world.ledger, client)];
    const std::uint32_t local = world.locals[ledgers_.plan()[client].node.value];
    const std::uint32_t first = transitions_.act(local, stimulus);
    if (first != TransitionCache::nothing) offer_outcomes(candidate, first, offer);
  }
  for (std::size_t node = 0; node < node_count(); ++node) {
    const std::uint32_t local = world.locals[node];
    const std::uint32_t own = own_actions_of(local);
    if (own == TransitionCache::nothing) continue;
    for (const OwnAction& action : own_actions_[own]) {
      if (action.kind == Candidate::crash && !survives_crash(world, node)) continue;
      if (action.kind == Candidate::clock && !may_move_clock(world, node)) continue;
      candidate.kind = action.kind;
      candidate.ledger =
          action.kind == Candidate::complete ? world.ledger : spend(world.ledger, action.move);
      if (candidate.ledger == Ledgers::refused) continue;
      const std::uint32_t first = transitions_.act(local, action.stimulus);
      if (first != TransitionCache::nothing) offer_outcomes(candidate, first, offer);
    }
  }
}

}  // namespace stampede::engine
