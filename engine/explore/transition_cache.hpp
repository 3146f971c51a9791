// Local transitions, each computed once: a handler runs once per distinct (local state, stimulus),
// whatever the number of worlds in which that pair occurs.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/explore/interner.hpp"
#include "engine/process/local_step.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

/// A message in flight as exploration knows it: names (nth, copy) are no part of explored worlds.
struct PackedMessage {
  const NamedType* type = nullptr;
  Payload payload;
  NodeId from{};
  NodeId to{};
  std::uint64_t instance = 0;

  friend bool operator==(const PackedMessage& left, const PackedMessage& right) {
    return left.type == right.type && left.from == right.from && left.to == right.to &&
           left.instance == right.instance && left.payload == right.payload;
  }
  void append_hash(Hasher& hasher) const;
};

/// The input of a local step, on ids.
struct Stimulus {
  Input::Kind kind = Input::Kind::start;
  NodeId node{};
  /// Id of the message or of the operation to begin; for timers, the slot in the canonical local
  /// state.
  std::uint32_t subject = 0;
  DiskOutcome outcome{};
  /// Answers of `choose`, in order; 0 once they are used up. Effects::choices has the arities that
  /// were asked for.
  std::vector<std::uint32_t> choices{};
};
STAMPEDE_VALUE(Stimulus, kind, node, subject, outcome, choices);

/// What a stimulus does to a local state.
struct Transition {
  /// The local state after; the one before if the step was ignored or threw.
  Interned after;
  /// As the step left them, for monitors; slots in `effects.timers` are those of the uncanonical
  /// state.
  Effects effects;
  /// `effects.sends`, interned.
  std::vector<Interned> sends;
};

class TransitionCache {
 public:
  explicit TransitionCache(Assembly assembly, std::uint64_t disk_sector = 512);

  /// InputError if the process reads a clock: time is no part of explored worlds.
  const Transition& step(std::uint32_t local, const Stimulus& stimulus);
  /// A local state in canonical form, interned.
  Interned intern(LocalState local);
  Interned intern(const BeginOperation& operation) {
    return operations_.intern(Payload::of(operation));
  }
  /// What `node` in this local state shows of itself.
  const Observation& observation(NodeId node, std::uint32_t local);

  [[nodiscard]] const std::vector<NodeSpec>& nodes() const { return assembly_.nodes; }
  [[nodiscard]] const Membership& membership() const { return assembly_.membership; }
  [[nodiscard]] const Interner<LocalState>& locals() const { return locals_; }
  [[nodiscard]] const Interner<PackedMessage>& messages() const { return messages_; }

  struct Figures {
    std::uint64_t steps = 0;
    /// Steps that ran a handler; the others were known.
    std::uint64_t handler_runs = 0;
  };
  [[nodiscard]] const Figures& figures() const { return figures_; }

 private:
  Transition run(std::uint32_t local, const Stimulus& stimulus);

  struct MixedKey {
    std::size_t operator()(std::uint64_t key) const { return mix(hash_seed, key); }
  };
  Assembly assembly_;
  std::uint64_t disk_sector_;
  Interner<LocalState> locals_;
  Interner<PackedMessage> messages_;
  Interner<Payload> operations_;
  Interner<Stimulus> stimuli_;
  // By local, stimulus; never iterated.
  std::unordered_map<std::uint64_t, Transition, MixedKey> transitions_;
  // By node, local; never iterated.
  std::unordered_map<std::uint64_t, Observation, MixedKey> observations_;
  Figures figures_;
};

}  // namespace stampede::engine
