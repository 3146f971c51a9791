// models/primary_backup/replica.hpp: a replica: primary, backup, or idle, as the view says.
//
// 1. The primary executes a request, and answers it, only when its backup has it.
// 2. A backup takes requests of its own view only: a primary that has been replaced waits for an
//    answer that never comes.
// 3. A new view begins with the whole state going from its primary to its backup; neither serves
//    before the view service knows that it is there.
// 4. So what was executed anywhere is the beginning of the log of every later primary.
#pragma once

#include <map>

#include "models/primary_backup/messages.hpp"
#include "models/primary_backup/options.hpp"

namespace stampede::models::primary_backup {

/// joining: since its start it has heard of no settled view that can do without it. idle: without a
/// seat in the view. installing: seated, but the view is not settled yet.
enum class Status { joining, idle, installing, serving };
STAMPEDE_ENUM(Status, joining, idle, installing, serving);

/// The newest request of a client in the log, and the newest that was executed, with its result.
struct ClientEntry {
  RequestNumber newest{};
  RequestNumber executed{};
  OperationId executed_id{};
  Result result{};
};
STAMPEDE_VALUE(ClientEntry, newest, executed, executed_id, result);

struct Replica {
  using Messages = engine::Messages<Request, NewView, Forward, ForwardOk, State, StateOk>;
  using Sends = engine::Messages<Join, Acknowledge, Reply>;
  using Timers = engine::Timers<JoinTimeout, ResendTimeout>;
  using Indications = detector::Indicates;
  using Options = primary_backup::Options;

  /// There to be seen: a replica watches nobody.
  Detector detector{};
  std::uint64_t incarnation = 0;
  Status status = Status::joining;
  /// A view was settled since its start, with it or without it.
  bool settled_since_start = false;
  View view{};
  Log log{};
  /// How many entries of the log the service has executed.
  OpNumber executed = 0;
  /// Primary: how many entries the backup has acknowledged.
  OpNumber backed_up = 0;
  std::map<ClientId, ClientEntry> client_table{};
  engine::ServiceState service{};

  using Parts = engine::Parts<&Replica::detector>;

  void start(Context& context);
  void on(const NewView& message, NodeId from, Context& context);
  void on(const JoinTimeout& timeout, Context& context);
  void on(const Request& request, NodeId from, Context& context);
  void on(const Forward& forward, NodeId from, Context& context);
  void on(const ForwardOk& ok, NodeId from, Context& context);
  void on(const State& state, NodeId from, Context& context);
  void on(const StateOk& ok, NodeId from, Context& context);
  void on(const ResendTimeout& timeout, Context& context);
  void on(const detector::Suspect&, Context&) { ASSERT(false); }  // it watches nobody
  void on(const detector::Restore&, Context&) { ASSERT(false); }

  [[nodiscard]] bool is_primary(NodeId self) const {
    return view.primary == Seat{self, incarnation};
  }
  [[nodiscard]] bool is_backup(NodeId self) const { return view.backup == Seat{self, incarnation}; }

  void enter(const View& next, Context& context);
  void serve(Context& context);
  void append(const Request& request);
  /// Makes the client table agree with the log again after entries were replaced.
  void rebuild_client_table();
  void forward(OpNumber position, Context& context) const;
  /// Executes the entries up to `position`; the primary answers them.
  void execute_to(OpNumber position, Context& context);
};
STAMPEDE_VALUE(Replica, detector, incarnation, status, settled_since_start, view, log, executed,
               backed_up, client_table, service);
static_assert(engine::Process<Replica>);

void observe(const Replica& replica, NodeId self, const engine::Group& group,
             engine::Observation& observation);
std::uint64_t state_digest(const Replica& replica);

}  // namespace stampede::models::primary_backup
