// models/viewstamped/replica.hpp: the server around the core: a replica keeps the service and the
// client table, executes what was committed and answers clients (VRR 4.1, 4.5).
#pragma once

#include <map>

#include "models/viewstamped/client_table.hpp"
#include "models/viewstamped/core.hpp"
#include "models/viewstamped/foretelling.hpp"
#include "models/viewstamped/leases.hpp"

namespace stampede::models::viewstamped {

using client::NewestRequest;
using client::NewestRequestIs;
using client::Reply;

/// What a checkpoint covers (VRR 5.1): without the client table a replica that was restored would
/// execute retries anew.
struct Snapshot {
  ClientTable clients{};
  engine::ServiceState service{};

  using Inlined = engine::Inlined<&Snapshot::clients>;
};
STAMPEDE_VALUE(Snapshot, clients, service);

struct Replica {
  using Messages = engine::Messages<Request, NewestRequest, Foretell, ForetoldIs, AskLease, Lease>;
  using Sends = engine::Messages<Reply, NewestRequestIs>;
  using Timers = engine::Timers<ForetellTimeout, RenewTimeout, HoldTimeout>;
  using Indications = Core::Indicates;
  using Options = viewstamped::Options;

  Core core{};
  ClientTable clients{};
  /// The newest request appended for each client, whatever became of it since; empty unless
  /// waiting_follows_log is off.
  std::map<ClientId, RequestNumber> waiting{};
  engine::ServiceState service{};
  /// What the primary has asked backups about, by client.
  std::map<ClientId, PreStep> pre_steps{};
  Leases leases{};

  using Parts = engine::Parts<&Replica::core>;
  using Inlined = engine::Inlined<&Replica::core, &Replica::clients>;

  void start(Context& context) { core.start(context.inside(core)); }
  void recover(Context& context) { core.recover(context.inside(core)); }
  void on(const Request& request, NodeId from, Context& context);
  void on(const NewestRequest& query, NodeId from, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Restored& restored, Context& context);
  // foretelling.cpp
  void on(const Foretell& message, NodeId from, Context& context);
  void on(const ForetoldIs& message, NodeId from, Context& context);
  void on(const ForetellTimeout& timeout, Context& context);
  // leases.cpp
  void on(const consensus::Leads& leads, Context& context);
  void on(const AskLease& message, NodeId from, Context& context);
  void on(const Lease& message, NodeId from, Context& context);
  void on(const RenewTimeout& timeout, Context& context);
  void on(const HoldTimeout& timeout, Context& context);

  /// The newest request of the client that was executed or waits in the log.
  [[nodiscard]] RequestNumber newest(ClientId client) const;
  void reply(const ClientEntry& client, Context& context) const;
  // Where the client table is bounded.
  /// It is of no session: true if it was refused.
  [[nodiscard]] bool refuses(const Request& request, Context& context) const;
  [[nodiscard]] bool is_in_session(const Request& request, const Context& context) const;
  /// What a request returns that has this place in the log.
  [[nodiscard]] Result execute_in_session(const Request& request, OpNumber position,
                                          Context& context);
  /// Into the client table, and at the primary to the client.
  void answer_in_session(const Request& request, Result result, Context& context);

  /// VRR 4.1 step 3.
  void append(const Request& request, const Options& options, Context& context) {
    if (!options.waiting_follows_log) waiting[request.id.client] = request.request_number;
    core.propose(Operation::of(request), context.inside(core));
  }
  // VRR 4.4 (foretelling.cpp).
  /// Appends a request whose operation is to be foretold.
  void append_foretold(const Request& request, Context& context);
  /// What the request returns where each replica foretells for itself.
  [[nodiscard]] Result execute_for_itself(const Request& request, OpNumber position,
                                          Context& context);
  /// Ends the pre-step of this client.
  void end_pre_step(ClientId client, Context& context);

  // VRR 6.3.1 (leases.cpp).
  void ask_leases(Context& context);
  void arm_hold(Context& context) const;
  /// An earlier primary may answer reads still, of older state than this one has.
  [[nodiscard]] bool is_held(const Context& context) const {
    return leases.held_until > Time{} && context.now() < leases.held_until;
  }
  /// It is a read, and the leases are there.
  [[nodiscard]] bool answers_alone(const Request& request, Context& context) const;
  void answer_alone(const Request& request, Context& context);
  /// For searches: the message is about leases, and this replica will ignore it for ever.
  [[nodiscard]] bool is_dead_lease(const engine::DeadQuery& query, const Options& options) const;

  [[nodiscard]] Result execute(const Request& request);
  /// Takes a checkpoint, if one is due after this operation.
  void checkpoint_after(OpNumber position, Context& context);
};
STAMPEDE_VALUE(Replica, core, clients, waiting, service, pre_steps, leases);
static_assert(engine::Process<Replica>);

std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::viewstamped
