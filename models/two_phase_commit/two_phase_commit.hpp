// models/two_phase_commit/two_phase_commit.hpp: two-phase commit as in Gray and Lamport, Consensus
// on Transaction Commit (2006), section 3: a transaction manager and resource managers, messages
// that are never lost and may arrive again.
#pragma once

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"

namespace stampede::models::two_phase_commit {

struct Prepared {};
STAMPEDE_VALUE(Prepared);
struct Commit {};
STAMPEDE_VALUE(Commit);
struct Abort {};
STAMPEDE_VALUE(Abort);

// Timers stand for decisions that a manager makes by itself, at any time.
/// A resource manager ends its work: ready to commit, or not.
struct Vote {};
STAMPEDE_VALUE(Vote);
/// The transaction manager has heard of all resource managers.
struct Decide {};
STAMPEDE_VALUE(Decide);
/// The transaction manager waits no longer.
struct GiveUp {};
STAMPEDE_VALUE(GiveUp);

struct Options {
  engine::Duration work_time = engine::milliseconds(5);
  engine::Duration give_up_after = engine::milliseconds(50);
  /// The transaction manager commits only when all resource managers are prepared; else when one
  /// is.
  bool waits_for_all = true;
};
STAMPEDE_VALUE(Options, work_time, give_up_after, waits_for_all);

enum class ManagerState { working, prepared, committed, aborted };
STAMPEDE_ENUM(ManagerState, working, prepared, committed, aborted);

struct ResourceManager {
  using Messages = engine::Messages<Commit, Abort>;
  using Sends = engine::Messages<Prepared>;
  using Timers = engine::Timers<Vote>;

  ManagerState state = ManagerState::working;

  void start(Context& context);
  void on(const Vote& vote, Context& context);
  void on(const Commit& commit, NodeId from, Context& context);
  void on(const Abort& abort, NodeId from, Context& context);
};
STAMPEDE_VALUE(ResourceManager, state);
static_assert(engine::Process<ResourceManager>);

enum class CoordinatorState { waiting, committed, aborted };
STAMPEDE_ENUM(CoordinatorState, waiting, committed, aborted);

struct TransactionManager {
  using Messages = engine::Messages<Prepared>;
  using Sends = engine::Messages<Commit, Abort>;
  using Timers = engine::Timers<Decide, GiveUp>;

  CoordinatorState state = CoordinatorState::waiting;
  NodeSet prepared{};

  void start(Context& context);
  void on(const Prepared& message, NodeId from, Context& context);
  void on(const Decide& decide, Context& context);
  void on(const GiveUp& give_up, Context& context);
};
STAMPEDE_VALUE(TransactionManager, state, prepared);
static_assert(engine::Process<TransactionManager>);

void observe(const ResourceManager& manager, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::two_phase_commit
