// models/paxos/core.hpp: one member of single-decree Paxos (Lamport, The Part-Time Parliament,
// 1998; Paxos Made Simple, 2001), which is proposer, acceptor and learner at once: a core
// (models/consensus/consensus.hpp) that decides position 1. Nothing is on disk: it is for members
// that do not come back.
#pragma once

#include <optional>

#include "engine/core/per_node.hpp"
#include "engine/process/observation.hpp"
#include "models/consensus/ballot.hpp"
#include "models/consensus/consensus.hpp"

namespace stampede::models::paxos {

using consensus::Ballot;
using consensus::Position;

struct AcceptedProposal {
  Ballot ballot{};
  Operation proposal{};
};
STAMPEDE_VALUE(AcceptedProposal, ballot, proposal);

struct Prepare {
  Ballot ballot{};
};
STAMPEDE_VALUE(Prepare, ballot);
struct Promise {
  Ballot ballot{};
  std::optional<AcceptedProposal> accepted{};
};
STAMPEDE_VALUE(Promise, ballot, accepted);
struct Accept {
  Ballot ballot{};
  Operation proposal{};
};
STAMPEDE_VALUE(Accept, ballot, proposal);
struct Accepted {
  Ballot ballot{};
};
STAMPEDE_VALUE(Accepted, ballot);
struct Decided {
  Ballot ballot{};
  Operation proposal{};
};
STAMPEDE_VALUE(Decided, ballot, proposal);

struct CoreOptions {
  /// A proposer takes over the value accepted in the highest ballot that it hears of. Without it a
  /// decided value can be replaced.
  bool adopts_accepted = true;
};
STAMPEDE_VALUE(CoreOptions, adopts_accepted);

struct Core {
  using Messages = engine::Messages<Prepare, Promise, Accept, Accepted, Decided>;
  using Timers = engine::Timers<>;
  using Indicates = consensus::Indicates;
  using Options = CoreOptions;

  /// The highest ballot this member has heard of: as an acceptor it promised to join none below.
  Ballot ballot{};
  // Proposer.
  Operation proposal{};
  PerNode<std::optional<AcceptedProposal>> promises{};
  NodeSet accepts{};
  // Acceptor.
  std::optional<AcceptedProposal> accepted{};
  // Learner.
  bool is_decided = false;

  // ----- for the owner -----
  void start(Context) {}
  void recover(Context) {}
  void propose(Operation value, Context context);
  /// A member proposes one value in its life.
  [[nodiscard]] bool can_propose(const Context&) const { return !is_decided && !proposal; }
  /// The proposer of the highest ballot; once it is decided, who decided it.
  [[nodiscard]] NodeId leader(const Context&) const { return ballot.proposer; }
  [[nodiscard]] std::uint64_t epoch() const { return ballot.round; }
  [[nodiscard]] Position decided() const { return is_decided ? 1 : 0; }
  [[nodiscard]] Position last() const { return accepted ? 1 : 0; }
  /// REQUIRES: position is 1, and something was accepted.
  [[nodiscard]] const Operation& value(Position) const { return accepted.value().proposal; }

  void on(const Prepare& prepare, NodeId from, Context& context);
  void on(const Promise& promise, NodeId from, Context& context);
  void on(const Accept& accept, NodeId from, Context& context);
  void on(const Accepted& accepted, NodeId from, Context& context);
  void on(const Decided& decided, NodeId from, Context& context);

  // ----- for searches: see exploration.cpp -----
  [[nodiscard]] bool is_dead(const engine::Payload& message) const;
  void normalise(NodeId self);

  [[nodiscard]] static std::size_t majority(const Context& context) {
    return engine::majority_of(context.members().size());
  }
};
STAMPEDE_VALUE(Core, ballot, proposal, promises, accepts, accepted, is_decided);
static_assert(consensus::Core<Core>);

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::paxos
