// models/chain/replica.hpp: a link of the chain: head, middle, tail; or out of it, or joining.
//
// 1. Updates pass from link to link in the order of the head, none is left out, and each message
//    names its epoch: of two links the history of the later one is a prefix of the earlier one's
//    (Update Propagation).
// 2. What a link has beyond its successor it keeps until an Ack comes up (Inprocess Requests), and
//    sends to whoever is its successor then.
// 3. The tail decides: what is in its history is stable, for all links have it. Links execute what
//    is stable, and the tail answers. A link that becomes the tail has nothing but stable updates.
// 4. A joining node copies the tail's history. When the two are equal the tail says so, and makes
//    nothing stable any more that the joining node does not have: so it can become the tail at any
//    moment from there on.
// 5. A link that is out of the chain keeps what is stable, forgets the rest, and joins.
// 6. Queries are answered by reads.cpp, of what is stable; fence.cpp says when.
#pragma once

#include <map>

#include "models/chain/messages.hpp"
#include "models/chain/options.hpp"

namespace stampede::models::chain {

using Log = engine::SharedLog<Request>;

/// What an update of a client came to.
struct Answer {
  OperationId id{};
  Result result{};
};
STAMPEDE_VALUE(Answer, id, result);

/// The updates of a client that were executed, without those whose answer it has.
struct Session {
  RequestNumber oldest{};
  std::map<RequestNumber, Answer> answers{};

  void answered(const Request& request, Result result);
};
STAMPEDE_VALUE(Session, oldest, answers);

/// What a link finds on its disk (with `keeps_history`).
struct Stable {
  Link self{};
  Chain chain{};
  Log log{};
  /// The history up to here is stable.
  Sequence executed = 0;
  /// Tail: the joining node has the whole history.
  bool met = false;
};
STAMPEDE_VALUE(Stable, self, chain, log, executed, met);

/// A link asks the others whether the chain is still that of its epoch.
struct Confirmation {
  std::uint64_t round = 0;
  NodeSet confirmed{};
  /// This round began then, and the last one that all have confirmed gave a lease up to then.
  engine::Time asked{};
  engine::Time leased{};
  /// It waits for some of them.
  bool open = false;
  /// Queries that came before this round, and since.
  std::vector<Query> asking{};
  std::vector<Query> waiting{};
};
STAMPEDE_VALUE(Confirmation, round, confirmed, asked, leased, open, asking, waiting);

struct Replica {
  using Messages = engine::Messages<NewChain, Request, Query, Update, Ack, Received, Confirm,
                                    Confirmed, VersionQuery, VersionIs>;
  using Sends = engine::Messages<Join, Met, Reply>;
  using Timers = engine::Timers<JoinTimeout, ResendTimeout, RenewTimeout, HoldTimeout>;
  using Indications = detector::Indicates;
  using Options = chain::Options;

  /// There to be seen: a replica watches nobody.
  Detector detector{};
  Stable stable{};
  /// Tail: how much of the history the joining node says it has.
  std::optional<Sequence> joining_has{};
  /// The service executes what is stable.
  std::map<ClientId, Session> client_table{};
  engine::ServiceState service{};
  Confirmation confirmation{};
  /// For whom the tail is asked how far the history is stable.
  std::map<OperationId, Query> asked_tail{};
  /// With leases: until then nothing goes on without this link.
  PerNode<engine::Time> promises{};
  /// Of those who were promised that and are out of the chain, the last.
  engine::Time held_until{};

  static constexpr auto durable = &Replica::stable;
  using Parts = engine::Parts<&Replica::detector>;

  void start(Context& context);
  void recover(Context& context);
  // place.cpp
  void on(const NewChain& message, NodeId from, Context& context);
  void on(const JoinTimeout& timeout, Context& context);
  void on(const Received& received, NodeId from, Context& context);
  // history.cpp
  void on(const Request& request, NodeId from, Context& context);
  void on(const Update& update, NodeId from, Context& context);
  void on(const Ack& ack, NodeId from, Context& context);
  void on(const ResendTimeout& timeout, Context& context);
  // fence.cpp
  void on(const Confirm& confirm, NodeId from, Context& context);
  void on(const Confirmed& confirmed, NodeId from, Context& context);
  void on(const RenewTimeout& timeout, Context& context);
  void on(const HoldTimeout& timeout, Context& context);
  // reads.cpp
  void on(const Query& query, NodeId from, Context& context);
  void on(const VersionQuery& query, NodeId from, Context& context);
  void on(const VersionIs& version, NodeId from, Context& context);

  void on(const detector::Suspect&, Context&) { ASSERT(false); }  // it watches nobody
  void on(const detector::Restore&, Context&) { ASSERT(false); }

  // ----- its place -----
  [[nodiscard]] bool is_linked() const { return stable.chain.has(stable.self); }
  [[nodiscard]] bool is_joining() const { return stable.chain.joining == stable.self; }
  [[nodiscard]] bool is_head() const {
    return is_linked() && stable.chain.links.front() == stable.self;
  }
  [[nodiscard]] bool is_tail() const {
    return is_linked() && stable.chain.links.back() == stable.self;
  }
  [[nodiscard]] std::optional<NodeId> predecessor() const;
  /// The successor; of the tail the joining node.
  [[nodiscard]] std::optional<NodeId> next_in_line() const;
  /// What it takes is stable at once.
  [[nodiscard]] bool decides_alone() const { return is_tail() && !stable.met; }

  // ----- steps -----
  void adopt(const Chain& next, Context& context);
  /// In a place of the chain, at the beginning of an epoch or of a life.
  void take_place(Context& context);
  void meet(Context& context);
  void append(const Request& request, Context& context);
  void save(Context& context) const;
  /// How much of the history the next in line has acknowledged; nothing if there is nobody, or
  /// nobody knows.
  [[nodiscard]] std::optional<Sequence> acknowledged() const;
  /// Sends on what lies between `from` and `to`, as far as the window.
  void send_on(Sequence from, Sequence to, Context& context);
  void on_joining_has(Sequence has, Context& context);
  /// What the tail decides is stable up to here.
  void decide(Context& context);
  void execute_to(Sequence sequence, Context& context);
  [[nodiscard]] const Answer* answer_to(const Request& request) const;
  /// It was answered, or waits in the history to become stable.
  [[nodiscard]] bool is_known(const Request& request) const;
  /// As many updates as the window takes are not stable.
  [[nodiscard]] bool is_full(const Context& context) const;

  // ----- queries -----
  [[nodiscard]] bool answers_queries(const Context& context) const;
  [[nodiscard]] bool may_answer(const Context& context) const;
  /// Who has to confirm: all other links, and the joining node, if this is not a tail that has not
  /// met it.
  [[nodiscard]] std::vector<NodeId> others() const;
  void ask_others(Context& context);
  void conclude(Context& context);
  void answer(const Query& query, Context& context);
  void reply_from(engine::ServiceState& state, const Query& query, Context& context) const;
  /// The service after all updates it has, stable or not.
  [[nodiscard]] engine::ServiceState newest() const;
  /// How many updates that are not stable the query is about.
  [[nodiscard]] std::size_t unstable(const Operation& query) const;
  /// It may not have executed all that was answered, by others or in an earlier life.
  [[nodiscard]] bool must_wait(const Context& context) const {
    return is_held(context) || (is_tail() && stable.executed < stable.log.size());
  }
  /// It still keeps a promise to a link that is out of the chain.
  [[nodiscard]] bool is_held(const Context& context) const;
  void promise(NodeId to, Context& context);
  void promise_all(Context& context);
  void arm_hold(Context& context) const;
  void keep_promises(const Chain& next, Context& context);
};
STAMPEDE_VALUE(Replica, detector, stable, joining_has, client_table, service, confirmation,
               asked_tail, promises, held_until);
static_assert(engine::Process<Replica>);

void observe(const Replica& replica, NodeId self, const engine::Group& group,
             engine::Observation& observation);
std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::chain
