// models/multi_paxos/replica.hpp: one replica of Multi-Paxos, which is proposer, acceptor and
// learner at once. election.cpp has phase 1, log.cpp phase 2 and learning.
#pragma once

#include <map>

#include "models/multi_paxos/messages.hpp"

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

/// The newest request of a client that was executed.
struct Executed {
  RequestNumber request_number{};
  OperationId id{};
  Result result{};
};
STAMPEDE_VALUE(Executed, request_number, id, result);

struct Replica {
  using Messages = engine::Messages<Request, NewestRequest, Prepare, Promise, Accept, Accepted,
                                    Heartbeat, GetChosen, Chosen>;
  using Sends = engine::Messages<Reply, NewestRequestIs>;
  using Timers = engine::Timers<ElectionTimeout, HeartbeatTimeout, ResendTimeout>;

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
  /// All slots up to here are chosen, and executed.
  Slot committed = 0;
  /// The values of its votes; behind them, in executed slots, no request that was executed before.
  engine::SharedLog<Entry> log{};
  std::map<ClientId, Executed> client_table{};
  engine::ServiceState service{};

  static constexpr auto durable = &Replica::stable;

  void start(Context& context);
  void recover(Context& context);
  // election.cpp
  void on(const ElectionTimeout& timeout, Context& context);
  void on(const Prepare& prepare, NodeId from, Context& context);
  void on(const Promise& promise, NodeId from, Context& context);
  // log.cpp
  void on(const Request& request, NodeId from, Context& context);
  void on(const NewestRequest& query, NodeId from, Context& context);
  void on(const Accept& accept, NodeId from, Context& context);
  void on(const Accepted& accepted, NodeId from, Context& context);
  void on(const Heartbeat& heartbeat, NodeId from, Context& context);
  void on(const GetChosen& query, NodeId from, Context& context);
  void on(const Chosen& chosen, NodeId from, Context& context);
  void on(const HeartbeatTimeout& timeout, Context& context);
  void on(const ResendTimeout& timeout, Context& context);

  [[nodiscard]] static std::size_t majority(const Context& context) {
    return context.members().size() / 2 + 1;
  }
  [[nodiscard]] Slot last_slot() const { return stable.votes.size(); }

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
  void propose(Slot slot, Entry entry, Context& context);
  void send_proposals(const std::vector<Slot>& slots, Context& context);
  /// Whether this request waits in the log.
  [[nodiscard]] bool is_proposed(const Request& request) const;
  void try_commit(Context& context);
  /// Executes the slot after `committed`.
  void execute_next(Context& context);
  void learn(const Ballot& from_ballot, Slot known, Context& context);
};
STAMPEDE_VALUE(Replica, stable, role, ballot, first, promises, accepts, elections_in_a_row,
               committed, log, client_table, service);
static_assert(engine::Process<Replica>);

void observe(const Replica& replica, NodeId self, const engine::Membership& membership,
             engine::Observation& observation);
std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::multi_paxos
