// models/paxos/single_decree.hpp: single-decree Paxos (Lamport, The Part-Time Parliament, 1998;
// Paxos Made Simple, 2001) as a register that can be written once. Every server is proposer,
// acceptor and learner.
#pragma once

#include <optional>
#include <string>

#include "engine/core/per_node.hpp"
#include "models/client/register_client.hpp"
#include "models/consensus/ballot.hpp"

namespace stampede::models::paxos {

using client::Get;
using client::GetOk;
using client::Put;
using client::PutOk;
using consensus::Ballot;

struct Proposal {
  RequestNumber request_number{};
  NodeId requester{};
  std::string value{};
};
STAMPEDE_VALUE(Proposal, request_number, requester, value);

struct AcceptedProposal {
  Ballot ballot{};
  Proposal proposal{};
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
  Proposal proposal{};
};
STAMPEDE_VALUE(Accept, ballot, proposal);
struct Accepted {
  Ballot ballot{};
};
STAMPEDE_VALUE(Accepted, ballot);
struct Decided {
  Ballot ballot{};
  Proposal proposal{};
};
STAMPEDE_VALUE(Decided, ballot, proposal);

struct Options {
  /// A proposer takes over the value accepted in the highest ballot that it hears of. Without it a
  /// decided value can be replaced.
  bool adopts_accepted = true;
  /// Clients begin by themselves: one put and one get each.
  bool clients_start_alone = false;
};
STAMPEDE_VALUE(Options, adopts_accepted, clients_start_alone);

struct Server {
  using Messages = engine::Messages<Put, Get, Prepare, Promise, Accept, Accepted, Decided>;
  using Sends = engine::Messages<PutOk, GetOk>;
  using Timers = engine::Timers<>;

  /// The highest ballot this server has heard of: as an acceptor it promised to join none below.
  Ballot ballot{};
  // Proposer.
  std::optional<Proposal> proposal{};
  PerNode<std::optional<AcceptedProposal>> promises{};
  NodeSet accepts{};
  // Acceptor.
  std::optional<AcceptedProposal> accepted{};
  // Learner.
  bool is_decided = false;

  void on(const Put& put, NodeId from, Context& context);
  void on(const Get& get, NodeId from, Context& context);
  void on(const Prepare& prepare, NodeId from, Context& context);
  void on(const Promise& promise, NodeId from, Context& context);
  void on(const Accept& accept, NodeId from, Context& context);
  void on(const Accepted& accepted, NodeId from, Context& context);
  void on(const Decided& decided, NodeId from, Context& context);

  [[nodiscard]] static std::size_t majority(const Context& context) {
    return context.members().size() / 2 + 1;
  }
};
STAMPEDE_VALUE(Server, ballot, proposal, promises, accepts, accepted, is_decided);
static_assert(engine::Process<Server>);

void observe(const Server& server, NodeId self, const engine::Membership& membership,
             engine::Observation& observation);

}  // namespace stampede::models::paxos
