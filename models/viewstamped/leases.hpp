// models/viewstamped/leases.hpp: reads that the primary answers alone, under leases (VRR 6.3.1).
//
// 1. The primary asks all others for a lease; who is normal in its view gives it. With f of them
//    it answers reads until the lease has lasted, `lease_margin` less, since it asked.
// 2. A later view, or epoch, starts with the votes of a quorum, and each quorum has one member who
//    gave that lease, or the primary itself. Who votes has left the view. So the later view started
//    after the primary had asked, whoever crashed in between, and whatever it has forgotten.
// 3. The primary of every view but the first answers nobody before a lease has lasted since its
//    view started. By then those of all earlier views are over, as long as in that time no two
//    clocks differ by more than `lease_margin`.
// 4. So what an earlier primary answers comes before all that the later one does. A read that finds
//    what nobody was answered yet, or does not find what somebody else waits for, harms nobody.
// 5. A new primary knows by the operations of its log alone what was answered before: it answers no
//    reads before it has executed them (`after`).
//
// Differs from the paper, where those who gave a lease keep it in mind, and do not vote before it
// has ended. A replica that forgets it in a crash then votes too early; here nothing is to be kept
// in mind. The price is that each view change takes as long as a lease.
#pragma once

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"
#include "models/viewstamped/messages.hpp"

namespace stampede::models::viewstamped {

/// The round is the primary's, and counts over all views that it leads in one life: no two have the
/// same, even where a defect starts a view twice.
struct AskLease {
  ViewNumber view_number = 0;
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(AskLease, view_number, round);

struct Lease {
  ViewNumber view_number = 0;
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(Lease, view_number, round);

/// The primary asks for the next lease.
struct RenewTimeout {};
STAMPEDE_VALUE(RenewTimeout);
/// The leases of all earlier views are over.
struct HoldTimeout {};
STAMPEDE_VALUE(HoldTimeout);

/// Of a primary; times are those of its clock.
struct Leases {
  std::uint64_t round = 0;
  Time asked{};
  NodeSet given{};
  /// It may answer reads until then.
  Time until{};
  /// It answers nobody before then.
  Time held_until{};
  /// The last operation of its log when its view started.
  OpNumber after = 0;
};
STAMPEDE_VALUE(Leases, round, asked, given, until, held_until, after);

}  // namespace stampede::models::viewstamped
