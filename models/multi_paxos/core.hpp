// models/multi_paxos/core.hpp: one member of Multi-Paxos, which is proposer, acceptor and learner
// at once: a core (models/consensus/consensus.hpp) that other protocols may embed. election.cpp has
// phase 1, log.cpp phase 2 and learning, members.cpp what comes on top where the members change.
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
  /// Phase 1 asks for votes from this slot on. Whoever decides this slot decides all in which it
  /// proposes next.
  Slot first = 0;
  /// Empty once it has proposed what phase 1 found.
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
  /// Where the members may change: who decides, by the first slot that they decide.
  std::map<Slot, NodeSet> configurations{};

  static constexpr auto durable = &Core::stable;

  // ----- for the owner -----
  void start(Context context);
  void recover(Context context);
  void propose(Operation value, Context context);
  /// The decided value in this position has no effect: it shows as a no-op from now on.
  void pass_over(Slot slot);
  [[nodiscard]] bool can_propose(const Context& context) const {
    return role == Role::leader && promises.empty() && last() < horizon(context);
  }
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

  // members.cpp
  /// Before anything is decided, where the members may change.
  void begin_with_members(const Context& context);
  /// Its votes say by themselves that some slots are chosen.
  void learn_from_votes(Context& context);
  /// The members that the decided value of this slot asks for, and no slot before it; none if it
  /// asks for no members.
  [[nodiscard]] std::optional<NodeSet> members_asked(Slot slot) const;
  /// The slot was decided: it may change the members.
  void note_members(Slot slot, const Context& context);
  /// The first slot that those decide who decide this one.
  [[nodiscard]] Slot begin_of(Slot slot) const;
  [[nodiscard]] const NodeSet& deciders(Slot slot) const;
  /// It is one of those who decide the next slot.
  [[nodiscard]] bool takes_part(const Context& context) const;
  /// The last slot in which a leader may propose now.
  [[nodiscard]] Slot horizon(const Context& context) const;
  /// It may vote in this slot.
  [[nodiscard]] bool knows_before(Slot slot, const Context& context) const;
  /// Enough of those who decide what it proposes have promised, or have accepted.
  [[nodiscard]] bool is_promised(const Context& context) const;
  [[nodiscard]] bool is_accepted(const NodeSet& nodes, const Context& context) const;
  /// How many of these nodes count.
  [[nodiscard]] std::size_t counted(const NodeSet& nodes, const Context& context) const;
  /// After something was decided a leader goes on to what it may propose in now.
  void go_on(Context& context);
  /// It was removed, and all that it could decide is decided.
  void resign(Context& context);
  /// Who decides nothing learns what was decided by asking those of whom it knows that they do.
  void ask_for_chosen(Context& context);
  /// To all others who decide what it proposes.
  template <class M>
  void tell(M message, Context& context) const {
    if (configurations.empty()) return context.broadcast(std::move(message));
    for (const NodeId node : deciders(first).members()) {
      if (node != context.self()) context.send(node, message);
    }
  }

  // ----- steps shared by handlers -----
  void arm_election_timeout(Context& context);
  /// Writes promises and votes to disk; what is sent after it waits.
  void keep(Context& context);
  /// Answers a proposer what is not to be forgotten.
  template <class Answer>
  void keep_and_answer(NodeId to, Answer answer, Context& context);
  /// Takes part in no ballot below this one any more.
  void follow(const Ballot& other, Context& context);
  [[nodiscard]] std::vector<Vote> votes_between(Slot begin, Slot end) const;
  void vote(Slot slot, Vote vote);
  /// What a new leader proposes in an open slot.
  [[nodiscard]] std::optional<Entry> value_for(Slot slot, Context& context) const;
  /// Phase 1 of its ballot, for what is not decided.
  void ask_for_votes(Context& context);
  void lead(Context& context);
  /// Proposes what phase 1 found.
  void propose_open(Context& context);
  /// Votes for it first; the others hear of it by send_proposals.
  void propose_in(Slot slot, Entry entry, Context& context);
  void send_proposals(const std::vector<Slot>& slots, Context& context);
  void try_commit(Context& context);
  /// The slot after `committed` is chosen.
  void commit_next(Context& context);
  void learn(const Ballot& from_ballot, Slot known, Context& context);
};
STAMPEDE_VALUE(Core, stable, role, ballot, first, promises, accepts, elections_in_a_row, committed,
               log, configurations);
static_assert(consensus::Core<Core>);

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::multi_paxos
