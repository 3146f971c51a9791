// What a model promises, and what it asks of the world for that. Checks, workloads and refusals
// follow from it: what is promised is judged, and a scenario that takes away what is asked for is
// refused, for its verdict would say nothing of the protocol.
#pragma once

#include <string>
#include <vector>

#include "engine/core/json.hpp"

namespace stampede::engine {

/// What is promised of the logs that the nodes of a group show.
enum class LogClaim {
  none,        // they show none
  somewhere,   // an acknowledged operation is in some member's log, and no two logs disagree
  on_quorums,  // it also is on a quorum; entries that lost may stay behind the committed ones
  everywhere,  // and in the end all members hold equal logs
};
STAMPEDE_ENUM(LogClaim, none, somewhere, on_quorums, everywhere);

/// How nodes may fail: each includes those before it.
enum class FailureModel {
  crash_stop,      // what is down stays down
  crash_recovery,  // it may come back
  byzantine,       // it may do anything
};
STAMPEDE_ENUM(FailureModel, crash_stop, crash_recovery, byzantine);

/// What a node that comes back has to find.
enum class DiskClaim {
  nothing,  // what it needs it learns from the others
  durable,  // what it had saved
};
STAMPEDE_ENUM(DiskClaim, nothing, durable);

/// Under which assumptions about time what is promised holds; promises of progress always need
/// messages that arrive in the end.
enum class Synchrony {
  asynchronous,           // none
  partially_synchronous,  // messages arrive within bounds that hold from some moment on
  synchronous,            // messages arrive within bounds, and none is lost
};
STAMPEDE_ENUM(Synchrony, asynchronous, partially_synchronous, synchronous);

// A function, because g++ 12 fails over a list as the default of a described member.
inline std::vector<std::string> linearizable() { return {"linearizability"}; }

struct Claims {
  /// What clients see of the service: the names of the judges of histories it passes; empty =
  /// nothing is promised.
  std::vector<std::string> history = linearizable();
  /// The kinds of operation that its clients can ask for; empty = all of the service.
  std::vector<std::string> operations{};
  /// Those of them that a workload asks for where a file does not say; empty = all.
  std::vector<std::string> usual_operations{};
  LogClaim log = LogClaim::everywhere;
  /// After faults every pending operation of a live client completes.
  bool completes = true;
  FailureModel failures = FailureModel::crash_recovery;
  DiskClaim disk = DiskClaim::nothing;
  /// Progress alone needs that no more nodes fail than their groups tolerate: what was promised of
  /// histories and logs holds beyond that, too.
  bool safe_beyond_tolerance = false;
  /// A client that crashed may come back.
  bool clients_return = true;
  Synchrony synchrony = Synchrony::asynchronous;
};
STAMPEDE_VALUE(Claims, history, operations, usual_operations, log, completes, failures, disk,
               safe_beyond_tolerance, clients_return, synchrony);

/// `linearizability; logs everywhere; crash-recovery with nothing on disk; asynchronous`.
std::string to_text(const Claims& claims);

}  // namespace stampede::engine
