// models/multi_paxos/replica.hpp: the server around the core: a replica executes what was decided
// and answers clients.
#pragma once

#include <map>

#include "models/client/client.hpp"
#include "models/multi_paxos/core.hpp"

namespace stampede::models::multi_paxos {

using client::NewestRequest;
using client::NewestRequestIs;
using client::Reply;
using client::Request;

struct Options {
  CoreOptions core{};
  /// A request that is in the log twice is executed once.
  bool executes_once = true;
  using Inlined = engine::Inlined<&Options::core>;
};
STAMPEDE_VALUE(Options, core, executes_once);

/// The newest request of a client that was executed.
struct Executed {
  RequestNumber request_number{};
  OperationId id{};
  Result result{};
};
STAMPEDE_VALUE(Executed, request_number, id, result);

struct Replica {
  using Messages = engine::Messages<Request, NewestRequest>;
  using Sends = engine::Messages<Reply, NewestRequestIs>;
  using Timers = engine::Timers<>;
  using Indications = Core::Indicates;
  using Options = multi_paxos::Options;

  Core core{};
  std::map<ClientId, Executed> client_table{};
  engine::ServiceState service{};

  using Parts = engine::Parts<&Replica::core>;
  using Inlined = engine::Inlined<&Replica::core>;

  void start(Context& context) { core.start(context.inside(core)); }
  void recover(Context& context) { core.recover(context.inside(core)); }
  void on(const Request& request, NodeId from, Context& context);
  void on(const NewestRequest& query, NodeId from, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Leads&, Context&) {}  // clients find out

  Result execute(const Operation& operation);
  /// Whether this request waits in the log.
  [[nodiscard]] bool is_proposed(const Request& request) const;
};
STAMPEDE_VALUE(Replica, core, client_table, service);
static_assert(engine::Process<Replica>);

std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::multi_paxos
