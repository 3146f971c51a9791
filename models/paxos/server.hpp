// models/paxos/server.hpp: the server around the core: a register that can be written once.
#pragma once

#include <string>

#include "models/client/register_client.hpp"
#include "models/paxos/core.hpp"

namespace stampede::models::paxos {

using client::Get;
using client::GetOk;
using client::Put;
using client::PutOk;

/// What is decided: a put, and who is told that it took effect.
struct Proposal {
  RequestNumber request_number{};
  NodeId requester{};
  std::string value{};
};
STAMPEDE_VALUE(Proposal, request_number, requester, value);

struct Options {
  CoreOptions core{};
  /// Clients begin by themselves: one put and one get each.
  bool clients_start_alone = false;
  using Inlined = engine::Inlined<&Options::core>;
};
STAMPEDE_VALUE(Options, core, clients_start_alone);

struct Server {
  using Messages = engine::Messages<Put, Get>;
  using Sends = engine::Messages<PutOk, GetOk>;
  using Timers = engine::Timers<>;
  using Indications = Core::Indicates;
  using Options = paxos::Options;

  Core core{};

  using Parts = engine::Parts<&Server::core>;
  using Inlined = engine::Inlined<&Server::core>;

  void on(const Put& put, NodeId from, Context& context);
  void on(const Get& get, NodeId from, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Leads&, Context&) {}  // the decision is what counts
};
STAMPEDE_VALUE(Server, core);
static_assert(engine::Process<Server>);

}  // namespace stampede::models::paxos
