// What can be said more simply about a shrunk schedule: saves, clocks and times, fewer nodes, whom
// clients ask at once, what crashes leave on disks, short names for keys and values.
#pragma once

#include "explain/frame.hpp"
#include "explain/reduce.hpp"

namespace stampede::explain {

/// Saves complete at once, clocks are right, and no times are told.
bool is_simple(const Frame& frame, const Schedule& schedule);
/// Makes it so, or as much of it as leads to the same. Here and below, `frame` is that of the
/// reducer's player and stays so.
void simplify_frame(Reducer& reducer, Frame& frame);

/// Leaves out clients that do nothing; the others are renumbered.
void leave_out_clients(Reducer& reducer, Frame& frame);
/// As few replicas as do; true if some are left out.
bool leave_out_replicas(Reducer& reducer, Frame& frame);

/// A schedule in a cluster of fewer replicas.
struct Elsewhere {
  Frame frame;
  std::shared_ptr<const LenientPlayer> player;
  /// What of it is done by nodes that are there, as they are called there. A client that asked
  /// somebody else asks whom it asks by itself.
  Schedule schedule;
};
/// That of the reducer; nothing if no scenario has so few, if it reconfigures, or if some node is
/// faulty.
std::optional<Elsewhere> among_replicas(const Reducer& reducer, const Frame& frame,
                                        std::uint32_t replicas);

/// Lets a client ask at once whom it asked in the end, if that makes the schedule shorter; true if
/// it does.
bool ask_at_once(Reducer& reducer);

/// Crashes lose what was not synced, where that does as well as keeping or tearing it.
void simplify_crashes(Reducer& reducer);

/// Generated keys become x, y, z, one if that does, and generated values 1, 2, 3.
void rename_contents(Reducer& reducer);

}  // namespace stampede::explain
