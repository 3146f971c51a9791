// models/multi_paxos/messages.hpp: messages, timers and options of the core of Multi-Paxos
// (Lamport, Paxos Made Simple, 2001, section 3; van Renesse and Altinbuken, Paxos Made Moderately
// Complex, ACM Computing Surveys 47(3), 2015).
#pragma once

#include <optional>
#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/core/shared_log.hpp"
#include "models/consensus/ballot.hpp"

namespace stampede::models::multi_paxos {

using consensus::Ballot;

/// Position in the log, from 1. Each slot is an instance of single-decree Paxos.
using Slot = std::uint64_t;

/// The value of a slot: what was asked for, whatever it is, or nothing (a no-op, which fills a
/// gap).
struct Entry {
  Operation request{};
};
STAMPEDE_VALUE(Entry, request);

/// What an acceptor accepted last in a slot; without a ballot it accepted nothing there.
struct Vote {
  std::optional<Ballot> ballot{};
  Entry entry{};
};
STAMPEDE_VALUE(Vote, ballot, entry);

// ----- phase 1, for all slots from `first` on at once -----
struct Prepare {
  Ballot ballot{};
  Slot first = 0;
};
STAMPEDE_VALUE(Prepare, ballot, first);
/// `votes` are those of the slots first, first + 1, ...
struct Promise {
  Ballot ballot{};
  Slot first = 0;
  std::vector<Vote> votes{};
};
STAMPEDE_VALUE(Promise, ballot, first, votes);

// ----- phase 2 -----
struct Accept {
  Ballot ballot{};
  Slot slot = 0;
  Entry entry{};
  /// All slots up to this one are chosen, as the leader knows.
  Slot committed = 0;
};
STAMPEDE_VALUE(Accept, ballot, slot, entry, committed);
struct Accepted {
  Ballot ballot{};
  Slot slot = 0;
};
STAMPEDE_VALUE(Accepted, ballot, slot);

// ----- learning what was chosen -----
struct Heartbeat {
  Ballot ballot{};
  Slot committed = 0;
};
STAMPEDE_VALUE(Heartbeat, ballot, committed);
/// Asks for what was chosen after this slot.
struct GetChosen {
  Slot after = 0;
};
STAMPEDE_VALUE(GetChosen, after);
struct Chosen {
  Slot after = 0;
  std::vector<Vote> votes{};
};
STAMPEDE_VALUE(Chosen, after, votes);

struct ElectionTimeout {};
STAMPEDE_VALUE(ElectionTimeout);
struct HeartbeatTimeout {};
STAMPEDE_VALUE(HeartbeatTimeout);
struct ResendTimeout {};
STAMPEDE_VALUE(ResendTimeout);

/// What a new leader proposes in a slot that was open: the vote of the highest ballot among the
/// promises (P2c), that of whoever promised first, or its own alone.
enum class Adoption { highest_ballot, first_found, own };
/// When a replica that hears that a slot is chosen takes its own vote there for the choice: if it
/// was cast in the ballot of whoever says so, or always.
enum class Learning { same_ballot, any_vote };
/// From where on a decided command that changes the members governs: alpha slots behind its own, so
/// that whoever proposes in a slot knows who decides it, or in the next slot already.
enum class Governs { after_alpha, at_once };
/// Whose promises and votes count where the members change: those of the members who decide, or of
/// nodes that were removed as well.
enum class Counted { members, removed_too };
STAMPEDE_ENUM(Adoption, highest_ballot, first_found, own);
STAMPEDE_ENUM(Learning, same_ballot, any_vote);
STAMPEDE_ENUM(Governs, after_alpha, at_once);
STAMPEDE_ENUM(Counted, members, removed_too);

struct CoreOptions {
  engine::Duration election_timeout = engine::milliseconds(100);
  engine::Duration heartbeat_interval = engine::milliseconds(20);
  engine::Duration resend_interval = engine::milliseconds(40);
  Adoption adopts = Adoption::highest_ballot;
  Learning learns = Learning::same_ballot;
  /// Promises and votes are on disk before they are sent.
  bool keeps_votes = true;
  /// A new leader proposes a no-op in a slot in which nobody voted, below one in which somebody
  /// did.
  bool fills_gaps = true;
  /// Where the members may change: how far behind a command it takes effect, and how many slots
  /// ahead of what is decided may be proposed in; 1 .. 1000.
  Slot alpha = 4;
  Governs governs = Governs::after_alpha;
  Counted counts = Counted::members;
  /// An acceptor's promise or vote is on disk before its answer leaves; else it is saved after.
  bool saves_first = true;
};
STAMPEDE_VALUE(CoreOptions, election_timeout, heartbeat_interval, resend_interval, adopts, learns,
               keeps_votes, fills_gaps, alpha, governs, counts, saves_first);

}  // namespace stampede::models::multi_paxos
