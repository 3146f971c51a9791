// Where two runs part. Steps are aligned by what they are about, whose names do not depend on what
// happened elsewhere, and node by node: what concurrent steps have been made in which order makes
// no difference.
//
// 1. A step is the same in both runs if it is the next of its node in both, has the same name, is
//    given the same, and leaves the node with the same local state and the same effects.
// 2. Behind steps that are all the same, local states and messages in flight are the same. So the
//    first step that has the same name and is given the same, but ends otherwise, is one whose
//    handler behaves differently.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/moment.hpp"

namespace stampede::explain {

/// An effect of a step that only one of the runs has.
struct OwnEffect {
  engine::EventKind kind{};
  NodeId node = no_node;
  NodeId peer = no_node;
  std::string type;
  std::uint32_t nth = 0;
  /// As in engine::Event.
  std::string detail;
  [[nodiscard]] engine::Event event() const;
  friend bool operator==(const OwnEffect&, const OwnEffect&) = default;
};

struct Parting {
  enum class Kind {
    behaviour,  // the same step, given the same: its handler did something else
    input,     // the same step, given something else: operation, outcome, choices, time it looks at
    decision,  // other steps
  };
  Kind kind = Kind::behaviour;
  /// The first step of each run that the other has not made the same way; 0: it has made all.
  std::uint64_t one = 0;
  std::uint64_t other = 0;
  /// What is different behind these steps at the nodes at which they happen: what the other run has
  /// instead.
  std::vector<NodeChange> states;
  /// What only one of them did in its step.
  std::vector<OwnEffect> one_effects;
  std::vector<OwnEffect> other_effects;
};
STAMPEDE_ENUM(Parting::Kind, behaviour, input, decision);

/// Nothing if both make the same steps. InputError if their nodes are not the same. O(steps of
/// both), and what the states of their nodes take to be hashed.
std::optional<Parting> parting(Tape& one, Tape& other);

/// A decision that a world cannot make.
struct LostChoice {
  /// Of the run whose decisions they are.
  std::uint64_t step = 0;
  enum class Why {
    not_in_flight,
    not_armed,
    receiver_down,  // or paused
    node_down,
    node_up,
    node_paused,
    node_not_paused,
    nothing_under_way,
    already_begun,
    world_broken,
  };
  Why why = Why::not_in_flight;
};
STAMPEDE_ENUM(LostChoice::Why, not_in_flight, not_armed, receiver_down, node_down, node_up,
              node_paused, node_not_paused, nothing_under_way, already_begun, world_broken);

/// A run made by the decisions of another one, under a changed scenario. Decisions that its world
/// cannot make are left out; the others are made as they were, at their times.
struct ReplayedElsewhere {
  Tape tape;
  std::vector<LostChoice> lost;
};
/// InputError if the changed scenario has other nodes.
ReplayedElsewhere replayed_under(const Tape& original, scenarios::Scenario changed,
                                 const scenarios::RunSettings& settings = {});

}  // namespace stampede::explain
