// models/chain/options.hpp: run constants, and the switches that make the protocol wrong.
#pragma once

#include <string>

#include "models/chain/messages.hpp"

namespace stampede::models::chain {

/// How a link that answers queries knows that it is still in the chain.
enum class Fence {
  none,     // it does not: right if the detector never suspects the living
  confirm,  // it asks the others, for each query
  lease,    // they have promised it not to go on without it for a time
};
STAMPEDE_ENUM(Fence, none, confirm, lease);

/// Who answers queries.
enum class Reads {
  tail,      // the tail, of what is stable
  strong,    // every link, of what is stable (CRAQ)
  bounded,   // every link, of its newest, if no more than `bound` updates of it are not stable
  eventual,  // every link, of its newest
};
STAMPEDE_ENUM(Reads, tail, strong, bounded, eventual);

/// What a link answers from where it has updates of a key that are not stable.
enum class DirtyReads {
  ask_tail,  // the tail says how far the history is stable
  newest,    // the newest it has
  stable,    // what is stable as far as it knows
};
STAMPEDE_ENUM(DirtyReads, ask_tail, newest, stable);

struct Options {
  /// The first chain, from head to tail; without one all replicas as they are numbered.
  std::vector<NodeId> order{};
  /// How many links the chain has at most: the other replicas wait to take the place of one that
  /// fails. 0 = all are links.
  std::uint32_t length = 0;
  /// Between two announcements of the chain; who is out of it offers itself as often.
  engine::Duration announce_interval = engine::milliseconds(20);
  /// After which a link sends again what was not acknowledged.
  engine::Duration resend_interval = engine::milliseconds(20);
  /// How many updates the head takes that are not stable.
  std::uint32_t window = 8;
  /// How many requests of a client may be on their way.
  std::uint32_t client_window = 4;
  /// Links save their history before they tell of it, and go on with it after a crash. Without that
  /// they are fail-stop, as in the paper: a link that crashes or is taken for crashed is lost.
  bool keeps_history = true;
  Reads reads = Reads::tail;
  std::uint32_t bound = 1;
  Fence fence = Fence::lease;
  /// How long others keep their promise, of their clocks; who holds the lease takes it for
  /// `lease_margin` less: by so much clocks may differ in that time.
  engine::Duration lease = engine::milliseconds(40);
  engine::Duration lease_margin = engine::milliseconds(2);
  /// A link saves what it has before it tells of it.
  bool saves_first = true;
  /// Updates are taken in their order only.
  bool strict_sequence = true;
  /// A link keeps what it has sent until it is acknowledged.
  bool keeps_sent = true;
  /// The tail answers, not the head as soon as it has an update.
  bool tail_answers = true;
  /// What a new tail has is stable.
  bool new_tail_decides = true;
  /// The head knows the updates that were executed.
  bool remembers_answers = true;
  /// A link that is out of the chain forgets what is not stable.
  bool truncates = true;
  /// A link that comes back does not know what is stable of what it had.
  bool restart_forgets_stable = true;
  DirtyReads dirty_reads = DirtyReads::ask_tail;
  /// When the tail says how far the history is stable, more may be stable at who asked.
  bool serves_newer = true;
  /// Masters append a joining node when the tail has met it, not at once.
  bool joins_when_met = true;
  /// Masters know by its epoch what a Met is about.
  bool checks_met_epoch = true;
  /// Masters tell links only of what they have agreed on.
  bool announces_decided_only = true;
  /// Of the part `detector`.
  detector::Options detector{};
  /// Of the part `masters`.
  Consensus::Options masters{};

  /// How many links there are where nobody fails. InputError where there are fewer replicas.
  [[nodiscard]] std::size_t length_of(std::size_t replicas) const {
    if (length > replicas)
      throw engine::InputError(
          "a chain of " + std::to_string(length) + " links is longer than the nodes",
          "there are " + std::to_string(replicas) + " replicas");
    return length == 0 ? replicas : length;
  }
};
STAMPEDE_VALUE(Options, order, length, announce_interval, resend_interval, window, client_window,
               keeps_history, reads, bound, fence, lease, lease_margin, saves_first,
               strict_sequence, keeps_sent, tail_answers, new_tail_decides, remembers_answers,
               truncates, restart_forgets_stable, dirty_reads, serves_newer, joins_when_met,
               checks_met_epoch, announces_decided_only, detector, masters);

}  // namespace stampede::models::chain
