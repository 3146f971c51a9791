// models/viewstamped/replica.hpp: the server around the core: a replica keeps the service and the
// client table, executes what was committed and answers clients (VRR 4.1, 4.5).
#pragma once

#include <map>

#include "models/client/client.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

using client::NewestRequest;
using client::NewestRequestIs;
using client::Reply;
using client::Request;

/// What the client table knows of one client: the newest request that was executed, and its result;
/// retries of it are answered from here. Differs from the paper: which requests wait in the log is
/// asked of the log.
struct ClientEntry {
  RequestNumber executed{};
  OperationId executed_id{};
  Result result{};
};
STAMPEDE_VALUE(ClientEntry, executed, executed_id, result);

/// What a checkpoint covers (VRR 5.1): without the client table a replica that was restored would
/// execute retries anew.
struct Snapshot {
  std::map<ClientId, ClientEntry> client_table{};
  engine::ServiceState service{};
};
STAMPEDE_VALUE(Snapshot, client_table, service);

struct Replica {
  using Messages = engine::Messages<Request, NewestRequest>;
  using Sends = engine::Messages<Reply, NewestRequestIs>;
  using Timers = engine::Timers<>;
  using Indications = Core::Indicates;
  using Options = viewstamped::Options;

  Core core{};
  std::map<ClientId, ClientEntry> client_table{};
  /// The newest request appended for each client, whatever became of it since; empty unless
  /// waiting_follows_log is off.
  std::map<ClientId, RequestNumber> waiting{};
  engine::ServiceState service{};

  using Parts = engine::Parts<&Replica::core>;
  using Inlined = engine::Inlined<&Replica::core>;

  void start(Context& context) { core.start(context.inside(core)); }
  void recover(Context& context) { core.recover(context.inside(core)); }
  void on(const Request& request, NodeId from, Context& context);
  void on(const NewestRequest& query, NodeId from, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Restored& restored, Context& context);
  void on(const consensus::Leads&, Context&) {}  // clients find out

  /// What was executed for this client last; null if nothing was.
  [[nodiscard]] const ClientEntry* known_of(ClientId client) const;
  /// The newest request of the client that was executed or waits in the log.
  [[nodiscard]] RequestNumber newest(ClientId client) const;
  void reply(const ClientEntry& client, Context& context) const;
  /// Takes a checkpoint, if one is due after this operation.
  void checkpoint_after(OpNumber position, Context& context);
};
STAMPEDE_VALUE(Replica, core, client_table, waiting, service);
static_assert(engine::Process<Replica>);

std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::viewstamped
