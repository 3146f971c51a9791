// models/multi_paxos/core.hpp: one member of Multi-Paxos, which is proposer, acceptor and learner at
// once: a core (models/consensus/consensus.hpp) that other protocols may embed. election.cpp has
// phase 1, log.cpp phase 2 and learning.
#pragma once

#include <map>

#include "engine/process/observation.hpp"
#include "models/consensus/consensus.hpp"
#include "models/multi_paxos/messages.hpp"

namespace stampede::engine {
struct DeadQuery;
struct Property;
}  // namespace stampede::engine

namespace stampede::models::multi_paxos {

enum class Role { follower, candidate, leader };
STAMPEDE_ENUM(Role, follower, candidate, leader);

/// What survives a crash: the acceptor's part.
struct Stable {
  /// The highest ballot this replica has promised itself to.
  Ballot promised{};
  engine::SharedLog<Vote> votes{};
};
STAMPEDE_VALUE(Stable, promised, votes);

struct Core {
  using Messages =
      engine::Messages<Prepare, Promise, Accept, Accepted, Heartbeat, GetChosen, Chosen>;
  using Timers = engine::Timers<ElectionTimeout, HeartbeatTimeout, ResendTimeout>;
  using Indicates = consensus::Indicates;
  using Options = CoreOptions;

  Stable stable{};
  Role role = Role::follower;
  // Proposer.
  /// The ballot it is candidate or leader of.
  Ballot ballot{};
  /// Phase 1 asks for votes from this slot on.
  Slot first = 0;
  PerNode<Promise> promises{};
  /// Of slots that are not known to be chosen.
  std::map<Slot, NodeSet> accepts{};
  /// Stretches the election timeout; forgotten when something is chosen.
  std::uint32_t elections_in_a_row = 0;
  // Learner.
  /// All slots up to here are chosen, and indicated.
  Slot committed = 0;
  /// The values of its votes, but for those that were passed over.
  engine::SharedLog<Entry> log{};

  static constexpr auto durable = &Core::stable;

  // ----- for the owner -----
  void start(Context context);
  void recover(Context context);
  void propose(Operation value, Context context);
  /// The decided value in this position has no effect: it shows as a no-op from now on.
  void pass_over(Slot slot);
  [[nodiscard]] bool can_propose(const Context&) const { return role == Role::leader; }
  [[nodiscard]] NodeId leader(const Context&) const { return stable.promised.proposer; }
  [[nodiscard]] std::uint64_t epoch() const { return stable.promised.round; }
  [[nodiscard]] Slot decided() const { return committed; }
  [[nodiscard]] Slot last() const { return stable.votes.size(); }
  [[nodiscard]] const Operation& value(Slot slot) const {
    return stable.votes.at(slot).entry.request;
  }
  /// What holds of its messages, whoever embeds it: see invariants.cpp.
  [[nodiscard]] static std::vector<engine::Property> invariants(const CoreOptions& options);
  /// For searches (exploration.cpp): whether it will ignore the message for ever, and the state
  /// without what nobody reads.
  [[nodiscard]] bool is_dead(const engine::DeadQuery& query, const CoreOptions& options) const;
  void normalise(const CoreOptions& options);

  // election.cpp
  void on(const ElectionTimeout& timeout, Context& context);
  void on(const Prepare& prepare, NodeId from, Context& context);
  void on(const Promise& promise, NodeId from, Context& context);
  // log.cpp
  void on(const Accept& accept, NodeId from, Context& context);
  void on(const Accepted& accepted, NodeId from, Context& context);
  void on(const Heartbeat& heartbeat, NodeId from, Context& context);
  void on(const GetChosen& query, NodeId from, Context& context);
  void on(const Chosen& chosen, NodeId from, Context& context);
  void on(const HeartbeatTimeout& timeout, Context& context);
  void on(const ResendTimeout& timeout, Context& context);

  /// How many promise before a ballot may lead, and how many accept what is chosen: majorities.
  [[nodiscard]] static const engine::QuorumSystem& quorums(const Context& context) {
    return context.group().quorums();
  }

  // ----- steps shared by handlers -----
  void arm_election_timeout(Context& context);
  /// Writes promises and votes to disk; what is sent after it waits.
  void keep(Context& context);
  /// Takes part in no ballot below this one any more.
  void follow(const Ballot& other, Context& context);
  [[nodiscard]] std::vector<Vote> votes_between(Slot begin, Slot end) const;
  void vote(Slot slot, Vote vote);
  /// What a new leader proposes in an open slot.
  [[nodiscard]] std::optional<Entry> value_for(Slot slot, Context& context) const;
  void lead(Context& context);
  /// Votes for it first; the others hear of it by send_proposals.
  void propose_in(Slot slot, Entry entry, Context& context);
  void send_proposals(const std::vector<Slot>& slots, Context& context);
  void try_commit(Context& context);
  /// The slot after `committed` is chosen.
  void commit_next(Context& context);
  void learn(const Ballot& from_ballot, Slot known, Context& context);
};
STAMPEDE_VALUE(Core, stable, role, ballot, first, promises, accepts, elections_in_a_row, committed,
               log);
static_assert(consensus::Core<Core>);

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::multi_paxos
